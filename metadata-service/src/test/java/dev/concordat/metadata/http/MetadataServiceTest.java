package dev.concordat.metadata.http;

import static dev.concordat.metadata.reading.HostileServer.say;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.contracts.Json;
import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.RefreshRequested;
import dev.concordat.contracts.events.SigningKeyPublished;
import dev.concordat.contracts.events.SigningKeyPublished.Phase;
import dev.concordat.contracts.events.Trust;
import dev.concordat.contracts.events.TrustLevel;
import dev.concordat.contracts.metadata.AuthMetadataWriter;
import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.messaging.EventPublisher;
import dev.concordat.metadata.Certificates;
import dev.concordat.metadata.health.HealthMetrics;
import dev.concordat.metadata.reading.HostileServer;
import dev.concordat.testing.kafka.KafkaBroker;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import io.smallrye.jwt.build.Jwt;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.security.KeyFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * The service over HTTP, with a real broker, a partner's real https server and really signed
 * tokens. The first test is about the time before the first key, the last one about that without
 * Kafka.
 */
@QuarkusTest
@QuarkusTestResource(value = RunningSuite.class, restrictToAnnotatedClass = true)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class MetadataServiceTest {

  private static final Duration SOON = Duration.ofSeconds(30);
  private static final SigningCertificate CURRENT = certificate(300);
  private static final SigningCertificate NEXT = certificate(600);
  private static final SigningCertificate THEIRS = certificate(300);
  private static final SigningCertificate THEIR_NEXT = certificate(600);
  private static final SigningCertificate ENDING = certificate(9);
  private static final String ISSUER = "00000002-0000-0ff1-ce00-000000000000@litwareinc.com";

  private static HostileServer server;

  /** What partners publish, by path. */
  private static final Map<String, byte[]> DOCUMENTS = new ConcurrentHashMap<>();

  /** Where the partner's server has its document in hand already, and waits before it sends it. */
  private static final Map<String, CountDownLatch> HELD_BACK = new ConcurrentHashMap<>();

  private static final Set<String> HELD_NOW = ConcurrentHashMap.newKeySet();

  @TestHTTPResource(value = "/health/ready", management = true)
  URI readiness;

  @TestHTTPResource(value = "/metrics", management = true)
  URI metrics;

  @Inject EventPublisher publisher;
  @Inject HealthMetrics health;
  KafkaBroker broker;

  @BeforeAll
  static void startPartners() throws Exception {
    server = new HostileServer();
    server.answering(
        (head, socket) -> {
          String path = head.split(" ", 3)[1];
          byte[] document = DOCUMENTS.get(path);
          holdBack(path);
          if (document == null) {
            say(socket, "HTTP/1.1 503 Stopped\r\nContent-Length: 0\r\n\r\n");
          } else {
            say(socket, "HTTP/1.1 200 OK\r\nContent-Length: " + document.length + "\r\n\r\n");
            say(socket, document);
          }
        });
  }

  @AfterAll
  static void stopPartners() throws Exception {
    server.close();
  }

  @Test
  @Order(1)
  void before_the_first_key_is_known_it_is_not_ready_rather_than_wrong() throws Exception {
    given().get(readiness).then().statusCode(503);
    for (String document :
        List.of("/metadata/json/1", "/jwks", "/.well-known/openid-configuration")) {
      given()
          .get(document)
          .then()
          .statusCode(503)
          .contentType("application/problem+json")
          .body("type", equalTo("urn:concordat:problem:nothing-published-yet"))
          .header("Retry-After", notNullValue());
    }

    publish(CURRENT, Phase.CURRENT);
    publish(NEXT, Phase.NEXT);

    await().atMost(SOON).until(() -> given().get(readiness).statusCode() == 200);
    await()
        .atMost(SOON)
        .untilAsserted(() -> given().get("/metadata/json/1").then().body("keys", hasSize(2)));
  }

  @Test
  @Order(2)
  void our_document_is_cacheable_and_asked_for_again_by_its_entity_tag() {
    Response whole = given().get("/metadata/json/1");
    assertThat(whole.statusCode()).isEqualTo(200);
    assertThat(whole.contentType()).isEqualToIgnoringCase("application/json; charset=utf-8");
    assertThat(whole.header("Cache-Control")).isEqualTo("public, max-age=300");
    String etag = whole.header("ETag");
    assertThat(etag).startsWith("\"").endsWith("\"");

    Response head = given().head("/metadata/json/1");
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.header("ETag")).isEqualTo(etag);
    assertThat(head.header("Cache-Control")).isEqualTo(whole.header("Cache-Control"));
    assertThat(head.asByteArray()).isEmpty();

    for (String known : List.of(etag, "W/" + etag, "\"x\", " + etag, "*")) {
      given()
          .header("If-None-Match", known)
          .get("/metadata/json/1")
          .then()
          .statusCode(304)
          .header("ETag", etag)
          .header("Cache-Control", notNullValue());
    }
    given().header("If-None-Match", "\"x\"").get("/metadata/json/1").then().statusCode(200);
  }

  @Test
  @Order(2)
  void every_document_has_the_same_keys_to_the_byte() throws Exception {
    JsonNode ours = json("/metadata/json/1");
    JsonNode byPath = json("/litwareinc.com/metadata/json/1");
    JsonNode byQuery = json("/metadata/json/1?realm=litwareinc.com");
    JsonNode keys = json("/jwks").path("keys");

    assertThat(byPath).isEqualTo(byQuery);
    assertThat(byPath.path("keys")).isEqualTo(ours.path("keys"));
    assertThat(byPath.path("issuer").asText())
        .isEqualTo("00000001-0000-0000-c000-000000000000@litwareinc.com");
    assertThat(keys).hasSize(2);
    for (int i = 0; i < keys.size(); i++) {
      JsonNode key = ours.path("keys").get(i);
      assertThat(keys.get(i).path("x5c").get(0)).isEqualTo(key.path("keyvalue").path("value"));
      assertThat(keys.get(i).path("x5t")).isEqualTo(key.path("keyinfo").path("x5t"));
    }
    assertThat(given().get("/metadata/json/1/rootcertificate").asByteArray())
        .isEqualTo(CURRENT.x509().getEncoded());
    given()
        .get("/contoso.com/metadata/json/1")
        .then()
        .statusCode(404)
        .contentType("application/problem+json")
        .body("type", equalTo("urn:concordat:problem:realm-not-ours"));
  }

  @Test
  @Order(2)
  void discovery_leads_to_the_keys_and_the_token_endpoint() throws Exception {
    JsonNode openid = json("/.well-known/openid-configuration");

    assertThat(openid).isEqualTo(json("/.well-known/oauth-authorization-server"));
    assertThat(openid.path("issuer").asText()).isEqualTo("https://concordat.litwareinc.com");
    assertThat(openid.path("jwks_uri").asText()).isEqualTo("https://concordat.litwareinc.com/jwks");
    assertThat(openid.path("token_endpoint").asText())
        .isEqualTo("https://tokens.litwareinc.com/oauth2/token");
  }

  @Test
  @Order(3)
  void who_calls_needs_a_token_and_to_change_something_the_role_for_it() {
    given().get("/v1/metadata").then().statusCode(401);
    as("nobody").get("/v1/metadata").then().statusCode(403);
    as("viewer").post("/v1/metadata/any/refresh").then().statusCode(403);
    for (String limit : List.of("0", "1001", "2147483648", "all")) {
      as("viewer")
          .get("/v1/metadata?limit=" + limit)
          .then()
          .statusCode(400)
          .body("field", equalTo("limit"));
    }
  }

  @Test
  @Order(3)
  void a_registered_partner_is_read_and_stands_in_the_table() throws Exception {
    DOCUMENTS.put("/exchange", document(ISSUER, THEIRS));
    register("exchange", PartnerKind.EXCHANGE, "/exchange");
    awaitHealth("exchange", "healthy");

    as("viewer")
        .get("/v1/metadata/exchange")
        .then()
        .statusCode(200)
        .body("document.issuer", equalTo(ISSUER))
        .body("certificates[0].thumbprint", equalTo(THEIRS.thumbprint()))
        .body("tlsCertificateEnds", notNullValue());
    as("viewer")
        .get("/v1/metadata")
        .then()
        .body("items.find { it.name == 'exchange' }.issuer", equalTo(ISSUER))
        .body("items.find { it.name == 'exchange' }.origin", equalTo("metadata"))
        .body("items.find { it.name == 'exchange' }.certificateDays", equalTo(299))
        .body("items.find { it.name == 'exchange' }.document", nullValue());
    as("viewer")
        .accept("text/plain")
        .get("/v1/metadata")
        .then()
        .statusCode(200)
        .body(containsString("exchange"))
        .body(containsString("299 d"));
    as("viewer").get("/v1/metadata/nobody").then().statusCode(404);
  }

  @Test
  @Order(3)
  void what_needs_somebody_can_be_had_alone_and_page_by_page() throws Exception {
    DOCUMENTS.put("/ending", document(ISSUER, ENDING));
    register("ending-1", PartnerKind.EXCHANGE, "/ending");
    register("ending-2", PartnerKind.EXCHANGE, "/ending");
    register("stopped", PartnerKind.EXCHANGE, "/stopped");
    awaitHealth("ending-1", "expiring");
    awaitHealth("ending-2", "expiring");
    awaitHealth("stopped", "broken");

    as("viewer")
        .get("/v1/metadata?attention=true")
        .then()
        .body("items.name", hasItem("ending-1"))
        .body("items.find { it.name == 'ending-1' }.warnings.code", hasItem("certificate-ends"))
        .body("items.find { it.name == 'stopped' }.warnings.code", hasItem("unreachable"))
        .body("items.health", everyItem(org.hamcrest.Matchers.not(equalTo("healthy"))));
    Response first = as("viewer").get("/v1/metadata?limit=1");
    String next = first.path("next");
    assertThat(next).isEqualTo(first.path("items[0].name"));
    as("viewer")
        .get("/v1/metadata?limit=1&cursor=" + next)
        .then()
        .body("items", hasSize(1))
        .body("items[0].name", org.hamcrest.Matchers.greaterThan(next));
  }

  @Test
  @Order(3)
  void a_refresh_reads_at_once_and_not_more_often_than_once_a_second() throws Exception {
    DOCUMENTS.put("/refreshed", document(ISSUER, THEIRS));
    register("refreshed", PartnerKind.EXCHANGE, "/refreshed");
    awaitHealth("refreshed", "healthy");
    DOCUMENTS.put("/refreshed", document(ISSUER, THEIRS, THEIR_NEXT));

    Response read =
        await()
            .atMost(SOON)
            .until(
                () -> as("admin").post("/v1/metadata/refreshed/refresh"),
                it -> it.statusCode() == 200);
    assertThat(read.<String>path("outcome")).isEqualTo("changed");
    assertThat(read.<String>path("changes[0].kind")).isEqualTo("key-added");
    as("admin")
        .post("/v1/metadata/refreshed/refresh")
        .then()
        .statusCode(429)
        .header("Retry-After", equalTo("1"))
        .body("type", equalTo("urn:concordat:problem:refresh-too-soon"));
    as("admin").post("/v1/metadata/nobody/refresh").then().statusCode(404);
  }

  @Test
  @Order(3)
  void what_has_no_document_or_is_disabled_is_not_read_and_says_so() throws Exception {
    publish(
        partner(
            "by-hand",
            PartnerKind.SHAREPOINT,
            true,
            new Trust.ByCertificates(List.of(THEIRS.base64()))));
    publish(partner("off", PartnerKind.EXCHANGE, false, here("/exchange")));
    awaitHealth("by-hand", "healthy");
    awaitHealth("off", "disabled");

    as("admin")
        .post("/v1/metadata/by-hand/refresh")
        .then()
        .statusCode(409)
        .body("type", equalTo("urn:concordat:problem:metadata-none"));
    as("admin")
        .post("/v1/metadata/off/refresh")
        .then()
        .statusCode(409)
        .body("type", equalTo("urn:concordat:problem:partner-disabled"));
    as("viewer")
        .get("/v1/metadata")
        .then()
        .body("items.find { it.name == 'by-hand' }.origin", equalTo("certificates"))
        .body("items.find { it.name == 'by-hand' }.certificateDays", equalTo(299));
  }

  @Test
  @Order(3)
  void another_identity_is_a_conflict_until_it_is_accepted() throws Exception {
    DOCUMENTS.put("/moved", document(ISSUER, THEIRS));
    register("moved", PartnerKind.EXCHANGE, "/moved");
    awaitHealth("moved", "healthy");
    DOCUMENTS.put("/moved", document(ISSUER.replace("litwareinc", "contoso"), THEIR_NEXT));

    Response conflict =
        await()
            .atMost(SOON)
            .until(
                () -> as("admin").post("/v1/metadata/moved/refresh"), it -> it.statusCode() == 200);
    assertThat(conflict.<String>path("outcome")).isEqualTo("conflict");
    assertThat(conflict.<String>path("document.issuer")).isEqualTo(ISSUER);
    assertThat(conflict.<String>path("problem.traffic")).contains("goes on");
    awaitHealth("moved", "conflict");

    as("admin")
        .post("/v1/metadata/moved/accept")
        .then()
        .statusCode(200)
        .body("outcome", equalTo("changed"))
        .body("document.issuer", containsString("contoso.com"));
    awaitHealth("moved", "healthy");
  }

  @Test
  @Order(3)
  void a_service_that_met_an_unknown_key_has_the_partner_read_at_once() throws Exception {
    DOCUMENTS.put("/rolled", document(ISSUER, THEIRS));
    register("rolled", PartnerKind.EXCHANGE, "/rolled");
    awaitHealth("rolled", "healthy");
    DOCUMENTS.put("/rolled", document(ISSUER, THEIR_NEXT));

    requestRefresh("rolled", THEIR_NEXT.x5t());

    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                as("viewer")
                    .get("/v1/metadata/rolled")
                    .then()
                    .body("certificates[0].thumbprint", equalTo(THEIR_NEXT.thumbprint())));
  }

  @Test
  @Order(3)
  void a_key_that_is_published_while_a_reading_is_under_way_is_found_by_the_next()
      throws Exception {
    var release = new CountDownLatch(1);
    HELD_BACK.put("/slow", release);
    register("slow", PartnerKind.EXCHANGE, "/slow");
    await().atMost(SOON).until(() -> HELD_NOW.contains("/slow"));
    DOCUMENTS.put("/slow", document(ISSUER, THEIR_NEXT));
    double before = requestsFollowed();

    requestRefresh("slow", THEIR_NEXT.x5t());
    await().atMost(SOON).until(() -> requestsFollowed() > before);
    release.countDown();

    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                as("viewer")
                    .get("/v1/metadata/slow")
                    .then()
                    .body("certificates[0].thumbprint", equalTo(THEIR_NEXT.thumbprint())));
  }

  @Test
  @Order(3)
  void a_partner_that_reads_ours_is_told_by_its_product_where_the_address_is_shared()
      throws Exception {
    DOCUMENTS.put("/skype", document(ISSUER.replace("00000002", "00000004"), THEIRS));
    register("skype", PartnerKind.SKYPE, "/skype");
    register("exchange", PartnerKind.EXCHANGE, "/exchange");
    awaitHealth("skype", "healthy");
    String etag = given().get("/metadata/json/1").header("ETag");

    await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              given().header("User-Agent", "Lync/16.0").get("/metadata/json/1");
              as("viewer")
                  .get("/v1/metadata")
                  .then()
                  .body("items.find { it.name == 'skype' }.readsOurs.revision", equalTo(etag))
                  .body("items.find { it.name == 'skype' }.readsOurs.current", equalTo(true))
                  .body(
                      "items.find { it.name == 'skype' }.readsOurs.recognisedBy",
                      equalTo("product-header"));
            });
    given()
        .get(metrics)
        .then()
        .body(containsString("concordat_document_reads_total{reader=\"skype\""));
  }

  @Test
  @Order(4)
  void the_metrics_tell_of_every_certificate() throws Exception {
    register("exchange", PartnerKind.EXCHANGE, "/exchange");
    awaitHealth("exchange", "healthy");
    health.look();

    given()
        .get(metrics)
        .then()
        .body(containsString("concordat_partner_certificate_days{partner=\"exchange\""))
        .body(containsString("concordat_partner_tls_days{partner=\"exchange\""))
        .body(containsString("concordat_partners{health=\"healthy\""))
        .body(containsString("concordat_own_certificate_days{key=\"" + CURRENT.x5t()));
  }

  @Test
  @Order(9)
  void without_kafka_it_goes_on_answering() throws Exception {
    DOCUMENTS.put("/exchange", document(ISSUER, THEIRS));
    register("exchange", PartnerKind.EXCHANGE, "/exchange");
    awaitHealth("exchange", "healthy");
    byte[] before = given().get("/metadata/json/1").asByteArray();
    broker.stop();

    assertThat(given().get("/metadata/json/1").asByteArray()).isEqualTo(before);
    given().get("/jwks").then().statusCode(200);
    as("viewer").get("/v1/metadata/exchange").then().statusCode(200);
    given().get(readiness).then().statusCode(200);
    // What is read now is used here, and announced when Kafka is back.
    DOCUMENTS.put("/exchange", document(ISSUER, THEIRS, THEIR_NEXT));
    await()
        .atMost(SOON)
        .until(
            () -> as("admin").post("/v1/metadata/exchange/refresh"), it -> it.statusCode() == 200);
    as("viewer").get("/v1/metadata/exchange").then().body("certificates", hasSize(2));

    broker.startAgain();
  }

  private void requestRefresh(String partner, String keyId) throws Exception {
    publisher
        .publish(
            partner,
            new RefreshRequested(
                partner,
                RefreshRequested.Reason.UNKNOWN_KEY,
                keyId,
                null,
                "token-service",
                Instant.now()))
        .toCompletableFuture()
        .get(SOON.toSeconds(), TimeUnit.SECONDS);
  }

  /** How many requests of other services had a document read at once. */
  private double requestsFollowed() {
    return given()
        .get(metrics)
        .asString()
        .lines()
        .filter(it -> it.startsWith("concordat_metadata_requests_total{"))
        .filter(it -> it.contains("done=\"at-once\""))
        .mapToDouble(it -> Double.parseDouble(it.substring(it.lastIndexOf(' '))))
        .sum();
  }

  private static void holdBack(String path) throws IOException {
    CountDownLatch release = HELD_BACK.get(path);
    if (release != null) {
      HELD_NOW.add(path);
      try {
        release.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }
  }

  private static JsonNode json(String path) throws Exception {
    return Json.mapper().readTree(given().get(path).asByteArray());
  }

  private void awaitHealth(String name, String health) {
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                as("viewer")
                    .get("/v1/metadata")
                    .then()
                    .body("items.find { it.name == '" + name + "' }.health", equalTo(health)));
  }

  private void register(String name, PartnerKind kind, String path) throws Exception {
    DOCUMENTS.computeIfAbsent(path, it -> it.equals("/stopped") ? null : document(ISSUER, THEIRS));
    publish(partner(name, kind, true, here(path)));
  }

  private void publish(PartnerRegistered partner) throws Exception {
    publisher
        .publish(partner.name(), partner)
        .toCompletableFuture()
        .get(SOON.toSeconds(), TimeUnit.SECONDS);
  }

  private void publish(SigningCertificate certificate, Phase phase) throws Exception {
    publisher
        .publish(
            certificate.x5t(),
            new SigningKeyPublished(
                certificate.x5t(), certificate.base64(), phase, Instant.now(), null))
        .toCompletableFuture()
        .get(SOON.toSeconds(), TimeUnit.SECONDS);
  }

  private static PartnerRegistered partner(
      String name, PartnerKind kind, boolean enabled, Trust trust) {
    return new PartnerRegistered(
        name,
        kind,
        null,
        null,
        TrustLevel.FULL,
        enabled,
        trust,
        List.of(),
        null,
        null,
        null,
        1,
        Instant.now(),
        "admin");
  }

  private static Trust here(String path) throws Exception {
    return new Trust.ByMetadata("https://localhost:" + server.port() + path, server.pem(), null);
  }

  private static byte[] document(String issuer, SigningCertificate... certificates) {
    return AuthMetadataWriter.write(Certificates.document(issuer, certificates));
  }

  private static SigningCertificate certificate(int days) {
    Instant now = Instant.now();
    return Certificates.certificate(
        2048, now.minus(Duration.ofDays(1)), now.plus(Duration.ofDays(days)));
  }

  private static RequestSpecification as(String role) {
    String key = ConfigProvider.getConfig().getValue(RunningSuite.OIDC_KEY, String.class);
    try {
      return given()
          .header(
              "Authorization",
              "Bearer "
                  + Jwt.issuer(RunningSuite.ISSUER)
                      .upn("alice")
                      .subject("alice")
                      .groups(Set.of(role))
                      .expiresIn(600)
                      .sign(
                          KeyFactory.getInstance("RSA")
                              .generatePrivate(
                                  new PKCS8EncodedKeySpec(Base64.getDecoder().decode(key)))));
    } catch (java.security.GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
