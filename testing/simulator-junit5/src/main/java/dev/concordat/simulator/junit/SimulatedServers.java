package dev.concordat.simulator.junit;

import dev.concordat.simulator.Simulator;
import dev.concordat.simulator.trust.ProductKind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** The simulated servers, as a test sets them up and looks into them. */
public final class SimulatedServers {

  private final Simulator simulator;

  SimulatedServers(Simulator simulator) {
    this.simulator = simulator;
  }

  /** The simulator itself: mailboxes, partner applications, identities. */
  public Simulator simulator() {
    return simulator;
  }

  /** Exchange Web Services. */
  public URI exchangeWebServices() {
    return at("atl-exchange-001", "/EWS/Exchange.asmx");
  }

  /** Autodiscover by SOAP. */
  public URI autodiscover() {
    return at("autodiscover", "/autodiscover/autodiscover.svc");
  }

  /** The SharePoint site. */
  public URI sharePoint() {
    return at("sharepoint", "/");
  }

  /** The metadata document of a server. */
  public URI metadata(ProductKind kind) {
    return URI.create(simulator.metadataUrl(kind));
  }

  private URI at(String name, String path) {
    return URI.create(
        "https://%s.%s:%d%s"
            .formatted(name, simulator.identity().realm(), simulator.httpsPort(), path));
  }

  /** The certificate of the authority that signed the servers' TLS certificate, in PEM. */
  public String authority() {
    return simulator.caPem();
  }

  /** Trusts that authority, and no other. */
  public SSLContext sslContext() {
    try {
      var store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      store.setCertificateEntry(
          "simulator",
          CertificateFactory.getInstance("X.509")
              .generateCertificate(
                  new ByteArrayInputStream(authority().getBytes(StandardCharsets.US_ASCII))));
      var managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      managers.init(store);
      var context = SSLContext.getInstance("TLS");
      context.init(null, managers.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("the JDK can't trust a certificate", e);
    }
  }

  /**
   * Runs cmdlets, a line each, in the shell of a server: {@code exchange}, {@code skype}, {@code
   * sharepoint} or {@code foreign}.
   *
   * @return what they print, as JSON
   * @throws IllegalArgumentException if one fails, with what the product says
   */
  public String run(String server, String lines) {
    return send("POST", "/simulator/" + server + "/shell", lines);
  }

  /**
   * Has a fault from now on, until the test ends.
   *
   * @param fault as JSON
   * @throws IllegalArgumentException if it can't be understood, with what is wrong
   */
  public void fault(String fault) {
    send("POST", "/simulator/faults", fault);
  }

  /** Forgets all faults. */
  public void clearFaults() {
    send("DELETE", "/simulator/faults", "");
  }

  /** The last requests with their tokens' claims, the newest first, as JSON. */
  public String requests() {
    return send("GET", "/simulator/requests", "");
  }

  private String send(String method, String path, String body) {
    try (var http = HttpClient.newHttpClient()) {
      var answer =
          http.send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + simulator.adminPort() + path))
                  .method(method, HttpRequest.BodyPublishers.ofString(body))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() >= 300) {
        throw new IllegalArgumentException(answer.body());
      }
      return answer.body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
