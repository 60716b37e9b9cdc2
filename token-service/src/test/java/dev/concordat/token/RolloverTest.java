package dev.concordat.token;

import static dev.concordat.token.TokenRequests.actor;
import static dev.concordat.token.TokenRequests.token;
import static dev.concordat.token.TokenRequests.with;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;

import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.contracts.Json;
import dev.concordat.contracts.Topic;
import dev.concordat.contracts.events.Diagnosis;
import dev.concordat.contracts.events.PartnerApplication;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.ProbeCompleted;
import dev.concordat.contracts.events.ProbeKind;
import dev.concordat.contracts.events.ProbeSettings;
import dev.concordat.contracts.events.ProbeTrigger;
import dev.concordat.contracts.tokens.S2SToken;
import dev.concordat.messaging.EventFeed;
import dev.concordat.messaging.EventPublisher;
import dev.concordat.messaging.FeedItem;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** From one key to the next and the next, over HTTP, Kafka and the folder of keys. */
@QuarkusTest
@QuarkusTestResource(value = RunningSuite.class, restrictToAnnotatedClass = true)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RolloverTest {

  private static final String KEN = "sip:kenmyer@litwareinc.com";
  private static final String ROLLOVER = "/v1/signing-keys/rollover";

  @Inject Registry registry;
  @Inject EventPublisher publisher;
  @Inject EventFeed feed;

  @ConfigProperty(name = "concordat.signing.folder")
  Path folder;

  @TestHTTPResource(value = "/health/ready", management = true)
  URI readiness;

  @Test
  @Order(1)
  void without_a_next_key_there_is_nothing_to_roll_over_to() {
    // Until the topics were read, begin is answered 503.
    await().untilAsserted(() -> given().get(readiness).then().statusCode(200));
    post(OidcIssuer.admin(), "{}")
        .statusCode(409)
        .body("type", equalTo("urn:concordat:problem:no-next-key"))
        .body("detail", containsString("next.crt"));
    post(OidcIssuer.admin(), "{\"generate\":true}")
        .statusCode(409)
        .body("type", equalTo("urn:concordat:problem:generate-not-allowed"));
    report().body("state", equalTo("none"));
  }

  @Test
  @Order(2)
  void a_viewer_sees_and_only_an_admin_acts() {
    given().auth().oauth2(OidcIssuer.viewer()).get(ROLLOVER).then().statusCode(200);
    post(OidcIssuer.viewer(), "{}").statusCode(403);
    given().auth().oauth2(OidcIssuer.viewer()).delete(ROLLOVER).then().statusCode(403);
    for (String verb : List.of("taint", "revoke")) {
      given()
          .auth()
          .oauth2(OidcIssuer.viewer())
          .post("/v1/signing-keys/AAAAAAAAAAAAAAAAAAAAAAAAAAA/" + verb)
          .then()
          .statusCode(403);
      given()
          .auth()
          .oauth2(OidcIssuer.admin())
          .post("/v1/signing-keys/AAAAAAAAAAAAAAAAAAAAAAAAAAA/" + verb)
          .then()
          .statusCode(404);
    }
    RestAssured.post(ROLLOVER).then().statusCode(401);
  }

  @Test
  @Order(3)
  void the_only_key_can_not_be_revoked() {
    given()
        .auth()
        .oauth2(OidcIssuer.admin())
        .post("/v1/signing-keys/" + signing() + "/revoke")
        .then()
        .statusCode(409)
        .body("type", equalTo("urn:concordat:problem:no-other-key"));
  }

  @Test
  @Order(4)
  void a_broken_file_is_named_and_stops_nothing() throws Exception {
    registry.exchange("unbothered");
    Path key = folder.resolve("current.key");
    String sound = Files.readString(key);
    Files.writeString(key, "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n");

    await()
        .untilAsserted(
            () -> keys().body("fault", containsString("current.key")).body("keys", hasSize(1)));
    RestAssured.get(readiness).then().statusCode(200).body(containsString("current.key"));
    token(actor("unbothered", OidcIssuer.admin()));

    Files.writeString(key, sound);
    await().untilAsserted(() -> keys().body("fault", equalTo(null)));
    registry.remove("unbothered");
  }

  @Test
  @Order(5)
  void the_next_key_signs_when_the_partner_has_proved_that_it_accepts_it() throws Exception {
    registry.register(withMailbox(registry.exchange("exchange")));
    String before = signing();
    var next = TestKeys.rsa();
    next.writeTo(folder, "next");
    String nextId = next.certificate().x5t();
    await().untilAsserted(() -> keys().body("keys.state", hasItem("published")));
    assertThat(x5t(token(with(actor("exchange", OidcIssuer.admin()), "signing_key", nextId))))
        .isEqualTo(nextId);
    assertThat(x5t(token(actor("exchange", OidcIssuer.admin())))).isEqualTo(before);

    post(OidcIssuer.admin(), "{}").statusCode(202).body("state", equalTo("waiting"));
    ProbeCompletedFor asked = new ProbeCompletedFor(rehearsal(nextId));

    asked.failed();
    await()
        .untilAsserted(
            () ->
                report()
                    .body("state", equalTo("waiting"))
                    .body("partners[0].partner", equalTo("exchange"))
                    .body("partners[0].accepted", equalTo(false))
                    .body("partners[0].why", containsString("It holds an old key"))
                    .body(
                        "partners[0].remedies[0].command", containsString("-RefreshAuthMetadata")));
    assertThat(signing()).isEqualTo(before);

    asked.passed();
    await().untilAsserted(() -> report().body("state", equalTo("done")));
    assertThat(signing()).isEqualTo(nextId);
    assertThat(x5t(token(actor("exchange", OidcIssuer.admin())))).isEqualTo(nextId);
    keys().body("keys.find { it.keyId == '" + before + "' }.state", equalTo("retiring"));
  }

  @Test
  @Order(6)
  void one_that_was_begun_can_be_aborted_and_one_that_was_not_can_not() {
    given()
        .auth()
        .oauth2(OidcIssuer.admin())
        .delete(ROLLOVER)
        .then()
        .statusCode(409)
        .body("type", equalTo("urn:concordat:problem:no-rollover"));
    // The files move up, as the manual has it.
    var signs = TestKeys.rsa();
    moveUp();
    signs.writeTo(folder, "next");
    await().untilAsserted(() -> keys().body("keys.state", hasItem("published")));
    post(OidcIssuer.admin(), "{}").statusCode(202);

    given()
        .auth()
        .oauth2(OidcIssuer.admin())
        .delete(ROLLOVER)
        .then()
        .statusCode(200)
        .body("state", equalTo("aborted"));
  }

  @Test
  @Order(7)
  void who_is_not_to_be_waited_for_must_be_known() {
    post(OidcIssuer.admin(), "{\"force\":[\"nobody\"]}")
        .statusCode(409)
        .body("type", equalTo("urn:concordat:problem:unknown-partner"));
  }

  @Test
  @Order(8)
  void a_revoked_key_signs_no_more_and_another_does_at_once() {
    String lost = signing();

    given()
        .auth()
        .oauth2(OidcIssuer.admin())
        .post("/v1/signing-keys/" + lost + "/revoke")
        .then()
        .statusCode(200)
        .body("state", equalTo("revoked"));

    assertThat(signing()).isNotEqualTo(lost);
    assertThat(x5t(token(actor("exchange", OidcIssuer.admin())))).isNotEqualTo(lost);
    TokenRequests.send(with(actor("exchange", OidcIssuer.admin()), "signing_key", lost))
        .statusCode(400)
        .body("reason", equalTo("unknown-signing-key"));
    keys().body("keys.findAll { it.state == 'active' }", hasSize(1));
  }

  private void moveUp() {
    try {
      for (String suffix : List.of(".key", ".crt")) {
        Files.move(
            folder.resolve("next" + suffix),
            folder.resolve("current" + suffix),
            java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }

  private static PartnerRegistered withMailbox(PartnerRegistered partner) {
    var it = partner.application();
    return PartnerRegistered.of(
        new PartnerApplication(
            it.name(),
            it.kind(),
            it.applicationIdentifier(),
            it.realm(),
            it.trustLevel(),
            it.enabled(),
            it.trust(),
            it.mayRequest(),
            it.clientAuth(),
            new ProbeSettings(List.of(KEN), null, null, null)),
        null,
        partner.revision() + 1_000,
        Instant.now(),
        "a test");
  }

  /** The request for a rehearsal of this key, as the probe-service reads it. */
  private JsonNode rehearsal(String keyId) {
    return await()
        .until(
            () ->
                feed
                    .replay(Set.of(Topic.PROBE_REQUESTS), null, false)
                    .collect()
                    .asList()
                    .await()
                    .atMost(Duration.ofSeconds(10))
                    .stream()
                    .map(FeedItem::json)
                    .map(RolloverTest::data)
                    .filter(data -> data.path("signingKey").asText().equals(keyId))
                    .findFirst()
                    .orElse(null),
            found -> found != null);
  }

  private static JsonNode data(String event) {
    try {
      return Json.mapper().readTree(event).path("data");
    } catch (java.io.IOException e) {
      throw new AssertionError(event, e);
    }
  }

  /** Answers as the probe-service would. */
  private final class ProbeCompletedFor {
    private final JsonNode request;

    ProbeCompletedFor(JsonNode request) {
      assertThat(request.path("trigger").asText()).isEqualTo("rehearsal");
      assertThat(request.path("partner").asText()).isEqualTo("exchange");
      this.request = request;
    }

    void failed() {
      publish(
          ProbeCompleted.Outcome.FAILED,
          new Diagnosis(
              "signature-refused",
              "It holds an old key of ours.",
              Diagnosis.Confidence.PROVED,
              List.of(),
              List.of()));
    }

    void passed() {
      publish(ProbeCompleted.Outcome.PASSED, null);
    }

    private void publish(ProbeCompleted.Outcome outcome, @Nullable Diagnosis diagnosis) {
      var _ =
          publisher.publish(
              KEN,
              new ProbeCompleted(
                  request.path("id").asText(),
                  "exchange",
                  KEN,
                  ProbeKind.CONVERSATION_HISTORY,
                  outcome,
                  Instant.now(),
                  12,
                  List.of(),
                  diagnosis,
                  request.path("signingKey").asText(),
                  ProbeCompleted.TokenSource.FRESH,
                  true,
                  ProbeTrigger.REHEARSAL,
                  "a test"));
    }
  }

  private static String x5t(String token) {
    return String.valueOf(((S2SToken) S2SToken.parse(token)).header().x5t());
  }

  private static String signing() {
    return keys().extract().path("keys.find { it.signs }.keyId");
  }

  private static ValidatableResponse keys() {
    return given()
        .auth()
        .oauth2(OidcIssuer.viewer())
        .get("/v1/signing-keys")
        .then()
        .statusCode(200);
  }

  private static ValidatableResponse report() {
    return given().auth().oauth2(OidcIssuer.viewer()).get(ROLLOVER).then().statusCode(200);
  }

  private static ValidatableResponse post(String token, String body) {
    return given()
        .auth()
        .oauth2(token)
        .contentType(ContentType.JSON)
        .body(body)
        .post(ROLLOVER)
        .then();
  }
}
