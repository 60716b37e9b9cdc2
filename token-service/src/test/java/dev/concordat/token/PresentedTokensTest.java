package dev.concordat.token;

import static dev.concordat.token.Presenting.authorize;
import static dev.concordat.token.Presenting.introspect;
import static dev.concordat.token.Registrations.disabled;
import static dev.concordat.token.Registrations.trusted;
import static dev.concordat.token.TokenRequests.FORM;
import static dev.concordat.token.TokenRequests.plain;
import static dev.concordat.token.Vectors.WITHIN;
import static dev.concordat.token.Vectors.certificate;
import static dev.concordat.token.Vectors.partner;
import static dev.concordat.token.Vectors.skype;
import static dev.concordat.token.Vectors.token;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import dev.concordat.contracts.Topic;
import dev.concordat.contracts.events.MetadataRefreshed;
import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.contracts.events.Trust;
import dev.concordat.contracts.events.TrustLevel;
import dev.concordat.contracts.metadata.AuthMetadataDocument;
import dev.concordat.testing.kafka.KafkaBroker;
import dev.concordat.token.Vectors.Vector;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The vectors' Exchange, asked over HTTP about every token that is presented to it. */
@QuarkusTest
@QuarkusTestResource(value = RunningSuite.class, restrictToAnnotatedClass = true)
@TestProfile(ExchangeReceiver.class)
class PresentedTokensTest {

  private static final String HOST = "atl-exchange-001.litwareinc.com";

  @Inject Registry registry;
  @Inject TestClock clock;
  KafkaBroker broker;

  static List<Vector> forExchange() {
    return Vectors.of("exchange");
  }

  static List<Vector> forTheAddIn() {
    return Vectors.of("add-in");
  }

  @BeforeEach
  void register() {
    clock.set(WITHIN);
    if (registered) {
      return;
    }
    registry.register(skype());
    registry.register(
        partner("sts", PartnerKind.TOKEN_SERVER, "00000001-0000-0000-c000-000000000000", "sts"));
    registry.register(
        Registrations.partner(
            "skype-by-sts",
            PartnerKind.SKYPE,
            "00000004-0000-0ff1-ce00-000000000000",
            "litwareinc.com",
            new Trust.ByTokenServer("sts")));
    var exchange = Registrations.exchange("other-exchange");
    registry.register(exchange);
    registry.read(
        new MetadataRefreshed(
            "other-exchange",
            MetadataRefreshed.Outcome.CHANGED,
            new AuthMetadataDocument(
                null,
                "1.0",
                "Exchange",
                null,
                null,
                Registrations.EXCHANGE_ISSUER,
                List.of(),
                List.of(AuthMetadataDocument.Key.of(certificate("exchange"))),
                List.of()),
            Registrations.SOME_TIME,
            null,
            null,
            List.of(),
            List.of(),
            null));
    registered = true;
  }

  private static boolean registered;

  @AfterEach
  void releaseClock() {
    clock.release();
  }

  @ParameterizedTest
  @MethodSource("forExchange")
  void every_vector_gets_its_verdict_by_introspection(Vector vector) {
    clock.set(Instant.ofEpochSecond(vector.at()));

    var answer = introspect(vector.token(), "https://" + HOST + "/EWS/Exchange.asmx");

    boolean accepted = vector.accepted();
    answer
        .body("active", equalTo(accepted))
        .body("rule", accepted ? nullValue() : equalTo(vector.failsAt()));
  }

  @ParameterizedTest
  @MethodSource("forExchange")
  void every_vector_gets_its_verdict_at_the_ingress_and_no_refusal_says_more(Vector vector) {
    clock.set(Instant.ofEpochSecond(vector.at()));

    var answer = authorize(vector.token(), HOST);

    if (vector.accepted()) {
      answer
          .statusCode(200)
          .header("X-Concordat-Application", "00000004-0000-0ff1-ce00-000000000000@litwareinc.com");
    } else {
      String refused =
          authorize("nonsense", HOST).statusCode(401).extract().header("WWW-Authenticate");
      answer
          .statusCode(401)
          .header("WWW-Authenticate", equalTo(refused))
          .header("x-ms-diagnostics", nullValue())
          .body(equalTo(""));
    }
  }

  @ParameterizedTest
  @MethodSource("forTheAddIn")
  void every_identity_token_gets_its_verdict(Vector vector) {
    clock.set(Instant.ofEpochSecond(vector.at()));

    boolean accepted = vector.accepted();
    introspect(vector.token(), null)
        .body("active", equalTo(accepted))
        .body("rule", accepted ? nullValue() : equalTo(vector.failsAt()));
    authorize(vector.token(), HOST).statusCode(401);
  }

  @Test
  void a_user_token_is_shown_with_its_actor() {
    introspect(token("user-ok-default"), null)
        .body("active", equalTo(true))
        .body("sub", equalTo("kenmyer@litwareinc.com"))
        .body("sip", equalTo("kenmyer@litwareinc.com"))
        .body("client_id", equalTo("00000004-0000-0ff1-ce00-000000000000@litwareinc.com"))
        .body("act.sub", equalTo("00000004-0000-0ff1-ce00-000000000000@litwareinc.com"))
        .body("nbf", equalTo(1767225600))
        .body("exp", equalTo(1767254400))
        .body("partner", equalTo("skype"));
  }

  @Test
  void an_ingress_hands_on_who_calls_and_empties_what_the_caller_made_up() {
    authorize(token("user-ok-default"), HOST)
        .statusCode(200)
        .header("X-Concordat-User", "kenmyer@litwareinc.com")
        .header("X-Concordat-User-Sip", "kenmyer@litwareinc.com")
        .header("X-Concordat-User-Sid", "");
    authorize(token("actor-ok"), HOST).statusCode(200).header("X-Concordat-User", "");
  }

  @Test
  void envoy_keeps_the_callers_method_path_and_host() {
    String bearer = "Bearer " + token("actor-ok");

    given()
        .header("Authorization", bearer)
        .header("Host", HOST)
        .body("{}")
        .put("/authorize/EWS/Exchange.asmx?a=b")
        .then()
        .statusCode(200);
    given()
        .header("Authorization", bearer)
        .header("Host", "elsewhere.litwareinc.com")
        .get("/authorize/EWS/Exchange.asmx")
        .then()
        .statusCode(401);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "autodiscover.litwareinc.com",
        "atl-exchange-001.litwareinc.com,autodiscover.litwareinc.com",
        "atl-exchange-001.litwareinc.com@evil.example",
        "atl-exchange-001.litwareinc.com:8443:1",
        " "
      })
  void a_token_for_another_host_than_the_one_called_is_none(String host) {
    authorize(token("actor-ok"), host).statusCode(401);
  }

  @Test
  void the_challenge_names_us_and_whom_we_trust() {
    given()
        .header("X-Forwarded-Host", HOST)
        .header("Authorization", "Bearer")
        .get("/authorize")
        .then()
        .statusCode(401)
        .header(
            "WWW-Authenticate",
            equalTo(
                "Bearer realm=\"litwareinc.com\",client_id=\"00000002-0000-0ff1-ce00-000000000000\",trusted_issuers=\"00000001-0000-0000-c000-000000000000@litwareinc.com,00000002-0000-0ff1-ce00-000000000000@litwareinc.com,00000004-0000-0ff1-ce00-000000000000@litwareinc.com\""));
  }

  @Test
  void two_tokens_in_one_request_are_none() {
    given()
        .header("X-Forwarded-Host", HOST)
        .header("Authorization", "Bearer " + token("actor-ok"))
        .header("Authorization", "Bearer " + token("actor-ok"))
        .get("/authorize")
        .then()
        .statusCode(401);
  }

  @Test
  void only_admins_are_told_why_and_strangers_are_told_nothing() {
    registry.register(Registrations.workload("asks", Registrations.serviceAccount("system:asks")));
    String workload = OidcIssuer.token(OidcIssuer.key(), it -> it.subject("system:asks"));
    String expired = token("wrong-aud-host");

    introspect(expired, null)
        .body("diagnostics", containsString("2000003;reason="))
        .body("diagnostics", containsString("invalid_resource"));
    introspect(expired, null, workload)
        .body("active", equalTo(false))
        .body("rule", nullValue())
        .body("diagnostics", nullValue());
    plain()
        .contentType(FORM)
        .formParam("token", expired)
        .post("/oauth2/introspect")
        .then()
        .statusCode(400)
        .body("error", equalTo("invalid_request"));
    plain()
        .contentType(FORM)
        .header("Authorization", "Bearer " + expired)
        .formParam("token", expired)
        .post("/oauth2/introspect")
        .then()
        .statusCode(401)
        .body("error", equalTo("invalid_client"))
        .body("error_description", not(containsString("eyJ")));
  }

  @Test
  void a_verdict_ends_with_the_registration_it_rests_on() {
    String token = token("actor-ok");
    authorize(token, HOST).statusCode(200);
    authorize(token, HOST).statusCode(200);

    registry.register(disabled(skype()));
    authorize(token, HOST).statusCode(401);

    registry.register(trusted(skype(), TrustLevel.USER));
    introspect(token, null).body("rule", equalTo("trust-level"));

    registry.register(skype());
    authorize(token, HOST).statusCode(200);
  }

  @Test
  void a_verdict_ends_with_its_token_and_a_clock_that_jumps_brings_nothing_back() {
    String token = token("actor-ok");
    authorize(token, HOST).statusCode(200);

    clock.set(Instant.ofEpochSecond(1767254400).plusSeconds(299));
    authorize(token, HOST).statusCode(200);
    clock.set(Instant.ofEpochSecond(1767254400).plusSeconds(300));
    authorize(token, HOST).statusCode(401);
    clock.set(Instant.ofEpochSecond(1767225600).minusSeconds(301));
    authorize(token, HOST).statusCode(401);
    clock.set(WITHIN);
    authorize(token, HOST).statusCode(200);
  }

  @Test
  void an_unknown_key_of_a_known_issuer_asks_for_one_refresh() {
    for (int i = 0; i < 5; i++) {
      authorize(token("unknown-x5t"), HOST).statusCode(401);
    }
    authorize(token("unknown-issuer"), HOST).statusCode(401);

    List<String> asked = refreshRequests();
    assertThat(asked).containsExactly("skype");
  }

  private List<String> refreshRequests() {
    var settings = new Properties();
    settings.put("bootstrap.servers", broker.bootstrapServers());
    var topic = Topic.REFRESH_REQUESTS;
    try (var consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
      var partitions =
          IntStream.range(0, topic.partitions())
              .mapToObj(it -> new TopicPartition(topic.topicName(), it))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      var keys = new ArrayList<String>();
      await()
          .until(
              () -> {
                consumer.poll(Duration.ofMillis(200)).forEach(it -> keys.add(it.key()));
                return !keys.isEmpty();
              });
      consumer.poll(Duration.ofMillis(300)).forEach(it -> keys.add(it.key()));
      return keys;
    }
  }
}
