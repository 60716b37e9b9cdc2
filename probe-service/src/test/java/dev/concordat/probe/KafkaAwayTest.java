package dev.concordat.probe;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import dev.concordat.simulator.Simulator;
import dev.concordat.testing.kafka.KafkaBroker;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(value = RunningSuite.class, restrictToAnnotatedClass = true)
class KafkaAwayTest {

  @Inject Registry registry;
  Simulator simulator;
  TokenServer tokens;
  KafkaBroker broker;

  @Test
  void probes_go_on_while_kafka_is_away_and_their_results_arrive_when_it_is_back() {
    var exchange = new SimulatorControl(simulator);
    exchange.acceptUs(tokens);
    registry.announce(tokens.certificate());
    registry.register(Registry.exchange("exchange", exchange.metadataUrl(), null, null));
    // On a busy machine the first one, on a cold JVM, may run out of time.
    await().atMost(Duration.ofMinutes(1)).untilAsserted(KafkaAwayTest::probe);
    broker.stop();

    String meanwhile = probe();

    broker.startAgain();
    await()
        .atMost(Duration.ofMinutes(1))
        .untilAsserted(
            () ->
                assertThat(
                        given()
                            .auth()
                            .oauth2(OidcIssuer.viewer())
                            .get("/v1/probes/events?follow=false")
                            .asString())
                    .contains(meanwhile));
  }

  private static String probe() {
    return given()
        .auth()
        .oauth2(OidcIssuer.admin())
        .contentType("application/json")
        .header("Prefer", "wait=30")
        .body(Map.of("sipAddress", "sip:kenmyer@litwareinc.com"))
        .post("/v1/probes")
        .then()
        .statusCode(200)
        .body("outcome", equalTo("passed"))
        .extract()
        .path("id");
  }
}
