package dev.concordat.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.contracts.Json;
import dev.concordat.simulator.Simulator;
import dev.concordat.simulator.mailboxes.Content;
import dev.concordat.simulator.mailboxes.Item;
import dev.concordat.simulator.mailboxes.Item.ExtendedProperty;
import dev.concordat.simulator.mailboxes.ItemType;
import dev.concordat.simulator.mailboxes.Mailbox;
import dev.concordat.simulator.mailboxes.Value;
import dev.concordat.simulator.trust.PartnerApplication;
import dev.concordat.simulator.trust.PartnerApplications.NotConfigured;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** What tests do to the simulated Exchange, and look up in it. */
public final class SimulatorControl {

  public static final String KEN = "kenmyer@litwareinc.com";

  /** What tells a probe's items from others. */
  static final ExtendedProperty MARKER =
      new ExtendedProperty("PublicStrings", "ConcordatProbeId", "String");

  private final Simulator simulator;

  public SimulatorControl(Simulator simulator) {
    this.simulator = simulator;
  }

  public String metadataUrl() {
    return "https://autodiscover.litwareinc.com:%d/autodiscover/metadata/json/1"
        .formatted(simulator.httpsPort());
  }

  /** As {@code Configure-EnterprisePartnerApplication.ps1} does, with our document as it is now. */
  public PartnerApplication acceptUs(TokenServer tokens) {
    return accept(tokens.document());
  }

  /** The same with a document of whoever it is. */
  public PartnerApplication accept(byte[] document) {
    simulator.applications().all().forEach(simulator.applications()::remove);
    try {
      return simulator
          .applications()
          .configure(
              PartnerApplication.Type.LYNC,
              "https://concordat.litwareinc.com/metadata/json/1",
              document);
    } catch (NotConfigured e) {
      throw new AssertionError(e);
    }
  }

  /** Has a fault from now on; the members are the simulator's. */
  public void fault(Map<String, ?> fault) {
    send("POST", fault);
  }

  public void clearFaults() {
    send("DELETE", Map.of());
  }

  private void send(String method, Map<String, ?> body) {
    try (var http = HttpClient.newHttpClient()) {
      var answer =
          http.send(
              HttpRequest.newBuilder(
                      URI.create("http://127.0.0.1:" + simulator.adminPort() + "/simulator/faults"))
                  .header("Content-Type", "application/json")
                  .method(
                      method,
                      HttpRequest.BodyPublishers.ofByteArray(Json.mapper().writeValueAsBytes(body)))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** The items in Conversation History. */
  public List<Item> history() {
    Mailbox mailbox = simulator.mailboxes().find(KEN).orElseThrow();
    return mailbox.alone(
        () ->
            mailbox.distinguished("conversationhistory").stream()
                .flatMap(it -> it.items().stream())
                .toList());
  }

  /** Puts an item there, as a probe or somebody else did some time ago. */
  public Item put(String subject, String marker, Instant created) {
    Mailbox mailbox = simulator.mailboxes().find(KEN).orElseThrow();
    return mailbox.alone(
        () ->
            mailbox.create(
                mailbox.distinguished("conversationhistory").orElseThrow(),
                Content.of(ItemType.MESSAGE, "IPM.Note.Microsoft.Conversation")
                    .with("Subject", subject)
                    .with(MARKER, Value.of(marker)),
                created));
  }

  /** Empties Conversation History. */
  public void empty() {
    Mailbox mailbox = simulator.mailboxes().find(KEN).orElseThrow();
    mailbox.alone(
        () -> {
          history().forEach(item -> mailbox.delete(item, Instant.now()));
          return null;
        });
  }
}
