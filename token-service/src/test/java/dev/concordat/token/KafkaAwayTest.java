package dev.concordat.token;

import static dev.concordat.token.Presenting.authorize;
import static dev.concordat.token.Presenting.introspect;
import static dev.concordat.token.Registrations.disabled;
import static dev.concordat.token.TokenRequests.actor;
import static dev.concordat.token.TokenRequests.send;
import static dev.concordat.token.TokenRequests.sendAfresh;
import static dev.concordat.token.TokenRequests.user;
import static dev.concordat.token.Vectors.token;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import dev.concordat.testing.kafka.KafkaBroker;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What goes on by what is known while Kafka is away, and that nothing is missed of what changes.
 */
@QuarkusTest
@QuarkusTestResource(RunningSuite.class)
@TestProfile(SharePointFarm.class)
class KafkaAwayTest {

  private static final String HOST = "sharepoint.litwareinc.com";

  @Inject Registry registry;
  @Inject TestClock clock;
  KafkaBroker broker;

  @AfterEach
  void releaseClock() {
    clock.release();
  }

  @Test
  void tokens_and_verdicts_go_on_and_a_change_takes_effect_once_it_is_back() {
    var exchange = registry.exchange("exchange");
    var skype = Vectors.skype();
    registry.register(skype);
    broker.stop();

    send(actor("exchange", OidcIssuer.admin())).statusCode(200);
    sendAfresh(user("exchange", OidcIssuer.admin(), "sip:kenmyer@litwareinc.com")).statusCode(200);
    clock.set(Vectors.WITHIN);
    authorize(token("sharepoint-app-only-ok"), HOST).statusCode(200);
    introspect(token("user-ok-sharepoint"), "https://" + HOST + "/_api/web")
        .body("active", equalTo(true));
    authorize(token("actor-ok"), HOST).statusCode(401);
    clock.release();

    registry.publish(disabled(exchange));
    registry.publish(disabled(skype));
    broker.startAgain();
    await()
        .atMost(Duration.ofMinutes(1))
        .untilAsserted(
            () ->
                send(actor("exchange", OidcIssuer.admin()))
                    .statusCode(400)
                    .body("reason", equalTo("partner-disabled")));
    clock.set(Vectors.WITHIN);
    await().untilAsserted(() -> authorize(token("sharepoint-app-only-ok"), HOST).statusCode(401));
  }
}
