package dev.concordat.token;

import static dev.concordat.token.Presenting.authorize;
import static dev.concordat.token.Presenting.introspect;
import static dev.concordat.token.Vectors.partner;
import static dev.concordat.token.Vectors.token;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.token.Vectors.Vector;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The vectors' SharePoint: add-ins through a trust broker, and app-only tokens. */
@QuarkusTest
@QuarkusTestResource(RunningSuite.class)
@TestProfile(SharePointFarm.class)
class SharePointVectorsTest {

  private static final String HOST = "sharepoint.litwareinc.com";
  private static final String BROKER_ID = "11111111-1111-1111-1111-111111111111";

  @Inject Registry registry;
  @Inject TestClock clock;

  static List<Vector> forSharePoint() {
    return Vectors.of("sharepoint");
  }

  @BeforeEach
  void register() {
    registry.register(Vectors.skype());
    registry.register(partner(SharePointFarm.BROKER, PartnerKind.GENERIC, BROKER_ID, "broker"));
    clock.set(Vectors.WITHIN);
  }

  @AfterEach
  void releaseClock() {
    clock.release();
  }

  @ParameterizedTest
  @MethodSource("forSharePoint")
  void every_vector_gets_its_verdict_by_introspection_and_at_the_ingress(Vector vector) {
    clock.set(Instant.ofEpochSecond(vector.at()));

    introspect(vector.token(), "https://" + HOST + "/_api/web")
        .body("active", equalTo(vector.accepted()))
        .body("rule", vector.accepted() ? nullValue() : equalTo(vector.failsAt()));
    authorize(vector.token(), HOST).statusCode(vector.accepted() ? 200 : 401);
  }

  @Test
  void they_are_those_of_a_broker_of_an_application_and_of_a_user() {
    assertThat(forSharePoint())
        .extracting(Vector::id)
        .containsExactlyInAnyOrder(
            "user-ok-sharepoint",
            "sharepoint-app-only-ok",
            "sharepoint-broker-ok",
            "sharepoint-broker-outer-iss");
  }

  @Test
  void a_broker_speaks_for_others_only_while_it_is_configured_as_one() {
    introspect(token("sharepoint-broker-ok"), null)
        .body("active", equalTo(true))
        .body("iss", equalTo(BROKER_ID + "@litwareinc.com"))
        .body("partner", equalTo(SharePointFarm.BROKER));

    registry.remove(SharePointFarm.BROKER);
    registry.register(partner("no-broker", PartnerKind.GENERIC, BROKER_ID, "broker"));
    introspect(token("sharepoint-broker-ok"), null)
        .body("active", equalTo(false))
        .body("rule", equalTo("nameid"));
    registry.remove("no-broker");
  }
}
