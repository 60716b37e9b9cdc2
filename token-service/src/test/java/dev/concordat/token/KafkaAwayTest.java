package dev.concordat.token;

import static dev.concordat.token.Registrations.disabled;
import static dev.concordat.token.TokenRequests.actor;
import static dev.concordat.token.TokenRequests.send;
import static dev.concordat.token.TokenRequests.sendAfresh;
import static dev.concordat.token.TokenRequests.user;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import dev.concordat.testing.kafka.KafkaBroker;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(value = RunningSuite.class, restrictToAnnotatedClass = true)
class KafkaAwayTest {

  @Inject Registry registry;
  KafkaBroker broker;

  @Test
  void tokens_go_on_while_kafka_is_away_and_a_change_takes_effect_once_it_is_back() {
    var exchange = registry.exchange("exchange");
    broker.stop();

    send(actor("exchange", OidcIssuer.admin())).statusCode(200);
    sendAfresh(user("exchange", OidcIssuer.admin(), "sip:kenmyer@litwareinc.com")).statusCode(200);

    registry.publish(disabled(exchange));
    broker.startAgain();
    await()
        .atMost(Duration.ofMinutes(1))
        .untilAsserted(
            () ->
                send(actor("exchange", OidcIssuer.admin()))
                    .statusCode(400)
                    .body("reason", equalTo("partner-disabled")));
  }
}
