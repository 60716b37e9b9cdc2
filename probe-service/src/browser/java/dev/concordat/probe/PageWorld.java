package dev.concordat.probe;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;

import dev.concordat.contracts.events.MetadataRefreshed;
import dev.concordat.contracts.events.ProbeSettings;
import dev.concordat.messaging.EventPublisher;
import dev.concordat.probe.running.Targets;
import dev.concordat.simulator.Simulator;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the page in a browser test has to show. */
@Singleton
public class PageWorld {

  private final Registry registry;
  private final Targets targets;
  private final EventPublisher publisher;

  @Inject
  PageWorld(Registry registry, Targets targets, EventPublisher publisher) {
    this.registry = registry;
    this.targets = targets;
    this.publisher = publisher;
  }

  /** Our signing key is known. */
  public void announce(TokenServer tokens) {
    registry.announce(tokens.certificate());
  }

  /** The simulated Exchange is a partner. */
  public void exchange(
      Simulator simulator, TokenServer tokens, String name, @Nullable ProbeSettings probe) {
    var exchange = new SimulatorControl(simulator);
    exchange.acceptUs(tokens);
    registry.register(Registry.exchange(name, exchange.metadataUrl(), null, probe));
  }

  /** A partner whose mailboxes are probed by schedule, so seldom that it is never their turn. */
  public void partner(String name, List<String> mailboxes, MetadataRefreshed document) {
    registry.register(
        Registry.exchange(
            name,
            "https://autodiscover.litwareinc.com/autodiscover/metadata/json/1",
            null,
            new ProbeSettings(mailboxes, null, Duration.ofDays(10_000), null)));
    var _ = publisher.publish(name, document);
    await().until(() -> targets.metadata().get(name).isPresent());
  }

  /** A mailbox of the simulated Exchange was probed. */
  public void probed(String mailbox) {
    given()
        .auth()
        .oauth2(OidcIssuer.admin())
        .contentType("application/json")
        .header("Prefer", "wait=30")
        .body(Map.of("sipAddress", mailbox, "partner", "exchange"))
        .post("/v1/probes")
        .then()
        .statusCode(200);
  }
}
