package dev.concordat.simulator.outgoing;

import dev.concordat.simulator.trust.PartnerApplication;
import dev.concordat.simulator.trust.PartnerApplications;
import dev.concordat.simulator.trust.PartnerApplications.NotConfigured;
import dev.concordat.simulator.trust.TokenServer;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads metadata documents: when somebody is set up, and on the product's slow schedule. */
public final class MetadataReads {

  private final HttpOut http;

  public MetadataReads(HttpOut http) {
    this.http = http;
  }

  /**
   * What a URL answers.
   *
   * @throws IOException if that is no 200; the message says why
   */
  public byte[] fetch(String url, boolean trustAnyTlsCertificate)
      throws IOException, InterruptedException {
    URI uri;
    try {
      uri = URI.create(url);
    } catch (IllegalArgumentException e) {
      throw new IOException(url + " is no URL", e);
    }
    HttpOut.Answer answer =
        http.send(new HttpOut.Request("GET", uri, Map.of(), "", trustAnyTlsCertificate));
    if (answer.status() != 200) {
      throw new IOException("the server answers " + answer.status());
    }
    return answer.body().getBytes();
  }

  /** Reads everybody's document again; whoever can't be read keeps what was read before. */
  public List<String> refreshAll(PartnerApplications known) throws InterruptedException {
    var failures = new ArrayList<String>();
    for (PartnerApplication it : known.all()) {
      if (it.source() instanceof PartnerApplication.Source.Metadata(String url, boolean any)) {
        try {
          known.refresh(it, fetch(url, any));
        } catch (IOException | NotConfigured e) {
          failures.add(it.name() + ": " + e.getMessage());
        }
      }
    }
    for (TokenServer it : known.tokenServers()) {
      try {
        known.refresh(it, fetch(it.metadataUrl(), it.trustAnyTlsCertificate()));
      } catch (IOException | NotConfigured e) {
        failures.add(it.name() + ": " + e.getMessage());
      }
    }
    return List.copyOf(failures);
  }
}
