package dev.concordat.registry.http;

import static dev.concordat.registry.http.Callers.as;
import static dev.concordat.registry.http.Callers.body;
import static dev.concordat.registry.http.Callers.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.contracts.Json;
import dev.concordat.registry.deciding.CommandDesk;
import dev.concordat.registry.deciding.DecidingLoop;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Repetitions, history, dry runs, filters and input that means harm, over HTTP. */
@QuarkusTest
@QuarkusTestResource(RunningSuite.class)
class RegistryApiTest {

  private static final String URL =
      "https://autodiscover.litwareinc.com/autodiscover/metadata/json/1";

  @Inject CommandDesk desk;
  @Inject DecidingLoop deciding;

  @TestHTTPResource(value = "/metrics", management = true)
  String metrics;

  @BeforeEach
  void decides() {
    await().atMost(Duration.ofSeconds(40)).until(() -> desk.isListening() && deciding.isDeciding());
  }

  @Test
  void a_removal_that_is_repeated_with_its_key_gets_the_first_answer() throws Exception {
    put("repeated", body(URL)).statusCode(201);
    String key = UUID.randomUUID().toString();

    delete("repeated", key).then().statusCode(204).header("Idempotent-Replayed", nullValue());
    delete("repeated", key).then().statusCode(204).header("Idempotent-Replayed", equalTo("true"));
    delete("repeated", UUID.randomUUID().toString()).then().statusCode(404);
  }

  @Test
  void a_registration_under_a_condition_can_be_repeated_with_its_key() throws Exception {
    String key = UUID.randomUUID().toString();
    Response first = create("conditional", body(URL), key);
    assertThat(first.statusCode()).isEqualTo(201);

    Response again = create("conditional", body(URL), key);
    assertThat(again.statusCode()).isEqualTo(201);
    assertThat(again.header("ETag")).isEqualTo(first.header("ETag"));

    create("conditional", body(URL), UUID.randomUUID().toString()).then().statusCode(412);
    create("conditional", body(URL + "?other"), key)
        .then()
        .statusCode(422)
        .body("type", equalTo("urn:concordat:problem:idempotency-key-reused"));
  }

  @Test
  void the_etag_of_an_answer_is_that_of_the_decision() throws Exception {
    String key = UUID.randomUUID().toString();
    String etag = create("decided", body(URL), key).header("ETag");
    put("decided", body(URL + "?v=2")).statusCode(200);

    assertThat(create("decided", body(URL), key).header("ETag")).isEqualTo(etag);
    as("admin").header("If-Match", etag).delete("/v1/partners/decided").then().statusCode(412);
  }

  @Test
  void a_key_that_is_none_is_refused() throws Exception {
    for (String key : List.of("a b", "k".repeat(256))) {
      create("keyless", body(URL), key)
          .then()
          .statusCode(400)
          .body("detail", containsString("Idempotency-Key"));
    }
    as("admin").get("/v1/partners/keyless").then().statusCode(404);
  }

  @Test
  void the_history_tells_who_changed_what_and_survives_the_removal() throws Exception {
    put("history", body(URL)).statusCode(201);
    put("history", body(URL + "?v=2")).statusCode(200);
    as("admin").delete("/v1/partners/history").then().statusCode(204);

    as("viewer")
        .get("/v1/partners/HISTORY/history")
        .then()
        .statusCode(200)
        .body("items", hasSize(3))
        .body("items[0].what", equalTo("removed"))
        .body("items[0].changedBy", equalTo("alice"))
        .body("items[0].partner", nullValue())
        .body("items[1].what", equalTo("changed"))
        .body("items[1].fields", equalTo(List.of("trust")))
        .body("items[2].what", equalTo("registered"))
        .body("items[2].partner.trust.metadataUrl", equalTo(URL));
    as("viewer").get("/v1/partners/never-was/history").then().statusCode(404);
  }

  @Test
  void a_dry_run_says_what_declarations_would_come_to_and_writes_nothing() throws Exception {
    put("checked", named("checked", URL)).statusCode(201);

    List<JsonNode> told =
        check(
            """
            {"name":"sts","kind":"token-server","trust":{"metadataUrl":"https://sts.litwareinc.com/x"}}
            {"name":"vouched","kind":"skype","trust":{"tokenServer":"sts"}}
            %s
            %s

            {"name":"checked","kind":"lotus"}
            {"name":"unvouched","kind":"skype","realm":"x.com","trust":{"tokenServer":"nobody"}}
            """
                .formatted(named("checked", URL), named("checked", URL + "?v=2")));

    assertThat(told)
        .extracting(it -> it.path("outcome").asText())
        .containsExactly("created", "created", "unchanged", "replaced", "refused", "refused");
    assertThat(told.get(3).path("before").path("trust").path("metadataUrl").asText())
        .isEqualTo(URL);
    assertThat(told.get(3).path("after").path("trust").path("metadataUrl").asText())
        .endsWith("v=2");
    assertThat(told.get(4).path("line").asInt()).isEqualTo(6);
    assertThat(told.get(4).path("problem").path("type").asText()).endsWith("body-malformed");
    assertThat(told.get(5).path("problem").path("field").asText()).isEqualTo("trust.tokenServer");
    as("viewer").get("/v1/partners/sts").then().statusCode(404);
    as("viewer").get("/v1/partners/checked").then().body("trust.metadataUrl", equalTo(URL));
  }

  @Test
  void a_dry_run_of_many_is_answered_line_by_line() throws Exception {
    var lines = new StringBuilder();
    for (int i = 0; i < 20_000; i++) {
      lines.append(named("many-" + i, "https://m" + i + ".litwareinc.com/x")).append('\n');
    }

    List<JsonNode> told = check(lines.toString());

    assertThat(told).hasSize(20_000).allMatch(it -> it.path("outcome").asText().equals("created"));
    assertThat(told.getLast().path("line").asInt()).isEqualTo(20_000);
  }

  @Test
  void partners_are_found_by_what_they_are() throws Exception {
    put(
            "found-by-certificate",
            """
            {"kind":"generic","applicationIdentifier":"urn:found","realm":"found.example",
             "trust":{"certificates":["%s"]}}"""
                .formatted(certificate(Instant.now().plus(Duration.ofDays(30)))))
        .statusCode(201);
    put("found-by-metadata", body("https://found.litwareinc.com/x")).statusCode(201);

    found("trust", "certificates").body("items.name", hasItem("found-by-certificate"));
    found("trust", "certificates").body("items.name", not(hasItem("found-by-metadata")));
    found("realm", "FOUND.example").body("items.name", equalTo(List.of("found-by-certificate")));
    found("applicationIdentifier", "urn:found").body("items", hasSize(1));
    found("text", "FOUND")
        .body("items.name", hasItems("found-by-certificate", "found-by-metadata"));
    found("declaredIn", "").body("items.name", hasItem("found-by-metadata"));
    found("declaredIn", "gitops/").body("items", empty());
    for (String wrong : List.of("trust=x", "enabled=yes", "limit=1001", "limit=a", "cursor=%25")) {
      as("viewer")
          .get("/v1/partners?" + wrong)
          .then()
          .statusCode(400)
          .body("field", equalTo(wrong.substring(0, wrong.indexOf('='))));
    }
  }

  @Test
  void pages_stay_right_while_partners_come_and_go() throws Exception {
    for (String name : List.of("walk-a", "walk-c", "walk-e", "walk-g")) {
      put(name, body("https://" + name + ".litwareinc.com/x")).statusCode(201);
    }
    Response first =
        as("viewer").queryParam("text", "walk-").queryParam("limit", 2).get("/v1/partners");
    assertThat(first.jsonPath().getList("items.name")).containsExactly("walk-a", "walk-c");

    // The one that the page ended with goes; one in front of it and one behind it come.
    as("admin").delete("/v1/partners/walk-c").then().statusCode(204);
    put("walk-b", body("https://walk-b.litwareinc.com/x")).statusCode(201);
    put("walk-d", body("https://walk-d.litwareinc.com/x")).statusCode(201);

    Response rest =
        as("viewer")
            .queryParam("text", "walk-")
            .queryParam("cursor", first.jsonPath().getString("next"))
            .get("/v1/partners");
    assertThat(rest.jsonPath().getList("items.name")).containsExactly("walk-d", "walk-e", "walk-g");
  }

  @Test
  void certificates_given_by_hand_say_when_they_end_and_warn_in_time() throws Exception {
    put(
            "by-hand",
            """
            {"kind":"generic","applicationIdentifier":"urn:by-hand","realm":"hand.example",
             "trust":{"certificates":["%s","%s"]}}"""
                .formatted(
                    certificate(Instant.now().plus(Duration.ofDays(400))),
                    certificate(Instant.now().minus(Duration.ofDays(1)))))
        .statusCode(201)
        .body("certificates", hasSize(2))
        .body("certificates[0].keyBits", equalTo(2048))
        .body("warnings", hasItem(containsString("ended at")));
    put("soon", body("https://soon.litwareinc.com/x"))
        .statusCode(201)
        .body("certificates", nullValue())
        .body("warnings", nullValue());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "exch%00ange", "exch%0Aange", "%D0%B5xchange", "exchange%E2%80%AE", "%20exchange",
        "exchange%2F..%2Fadmin", "..", "a%5Cb", "exch%EF%BC%A1nge", "'%3Bremove"
      })
  void a_name_with_control_or_look_alike_characters_is_refused(String name) throws Exception {
    Response answer =
        as("admin")
            .urlEncodingEnabled(false)
            .contentType(ContentType.JSON)
            .body(body(URL))
            .put("/v1/partners/" + name);

    assertThat(answer.statusCode()).isIn(400, 404, 405, 422);
    as("viewer")
        .queryParam("limit", 1000)
        .get("/v1/partners")
        .then()
        .body("items.name", not(hasItem(containsString("xch\u0000"))));
  }

  @Test
  void a_url_with_user_info_is_refused_and_its_password_not_repeated() throws Exception {
    String told =
        put("user-info", body("https://admin:hunter2@litwareinc.com/x"))
            .statusCode(422)
            .body("field", equalTo("trust.metadataUrl"))
            .extract()
            .asString();
    assertThat(told).doesNotContain("hunter2");
  }

  @Test
  void a_certificate_bomb_is_refused() throws Exception {
    String bomb = "MII" + "A".repeat(200_000);
    put(
            "bomb",
            "{\"kind\":\"generic\",\"applicationIdentifier\":\"urn:b\",\"realm\":\"b.example\",\"trust\":{\"certificates\":[\""
                + bomb
                + "\"]}}")
        .statusCode(422)
        .body("field", equalTo("trust.certificates[0]"));
    put(
            "bombs",
            "{\"kind\":\"generic\",\"applicationIdentifier\":\"urn:b\",\"realm\":\"b.example\",\"trust\":{\"certificates\":["
                + "\"MIIB\",".repeat(30_000)
                + "\"MIIB\"]}}")
        .statusCode(422);
    put("ca-bomb", "{\"trust\":{\"metadataUrl\":\"" + URL + "\",\"caBundle\":\"" + bomb + "\"}}")
        .statusCode(422)
        .body("field", equalTo("trust.caBundle"));
  }

  @Test
  void a_condition_on_what_is_gone_does_not_hold() throws Exception {
    put("gone", body(URL)).statusCode(201);
    String etag = as("viewer").get("/v1/partners/gone").header("ETag");
    as("admin").delete("/v1/partners/gone").then().statusCode(204);

    as("admin")
        .header("If-Match", etag)
        .contentType(ContentType.JSON)
        .body(body(URL))
        .put("/v1/partners/gone")
        .then()
        .statusCode(412)
        .body("detail", containsString("not registered any more"));
    as("viewer").get("/v1/partners/gone").then().statusCode(404);
    as("admin")
        .header("If-Match", etag)
        .header("If-None-Match", "*")
        .contentType(ContentType.JSON)
        .body(body(URL))
        .put("/v1/partners/gone")
        .then()
        .statusCode(400);
  }

  @Test
  void metrics_tell_partners_commands_and_how_long_decisions_take() throws Exception {
    put("measured", body("https://measured.litwareinc.com/x")).statusCode(201);
    put("measured", "{\"kind\":\"exchange\"}").statusCode(422);

    String text = RestAssured.given().get(metrics).asString();
    assertThat(text)
        .containsPattern(
            "concordat_registry_partners\\{enabled=\"true\",kind=\"exchange\"\\} [1-9]")
        .containsPattern("concordat_registry_commands_total\\{outcome=\"created\"\\} [1-9]")
        .containsPattern("concordat_registry_decision_seconds_count\\{outcome=\"created\"\\} [1-9]")
        .containsPattern("concordat_view_lag\\{topic=\"concordat.partners\"\\} 0")
        .contains("concordat_registry_deciding 1.0");
  }

  private static io.restassured.response.ValidatableResponse found(String filter, String value)
      throws Exception {
    return as("viewer")
        .queryParam(filter, value)
        .queryParam("limit", 1000)
        .get("/v1/partners")
        .then()
        .statusCode(200);
  }

  private static Response delete(String name, String key) throws Exception {
    return as("admin").header("Idempotency-Key", key).delete("/v1/partners/" + name);
  }

  private static Response create(String name, String body, String key) throws Exception {
    return as("admin")
        .header("If-None-Match", "*")
        .header("Idempotency-Key", key)
        .contentType(ContentType.JSON)
        .body(body)
        .put("/v1/partners/" + name);
  }

  private static String named(String name, String url) {
    return "{\"name\":\"%s\",\"kind\":\"exchange\",\"trust\":{\"metadataUrl\":\"%s\"}}"
        .formatted(name, url);
  }

  private static List<JsonNode> check(String lines) throws Exception {
    String answer =
        as("viewer")
            .header("Content-Type", "application/x-ndjson")
            .body(lines.getBytes(java.nio.charset.StandardCharsets.UTF_8))
            .post("/v1/partners/check")
            .then()
            .statusCode(200)
            .contentType("application/x-ndjson")
            .extract()
            .asString();
    var told = new ArrayList<JsonNode>();
    for (String line : answer.lines().toList()) {
      told.add(Json.mapper().readTree(line));
    }
    return told;
  }

  private static String certificate(Instant until) throws Exception {
    var generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    KeyPair keys = generator.generateKeyPair();
    var name = new X500Name("CN=by hand");
    return Base64.getEncoder()
        .encodeToString(
            new JcaX509v3CertificateBuilder(
                    name,
                    BigInteger.ONE,
                    Date.from(Instant.now().minus(Duration.ofDays(10))),
                    Date.from(until),
                    name,
                    keys.getPublic())
                .build(new JcaContentSignerBuilder("SHA256withRSA").build(keys.getPrivate()))
                .getEncoded());
  }
}
