package dev.concordat.metadata.reading;

import static dev.concordat.metadata.reading.HostileServer.say;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.contracts.Problem;
import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.Trust;
import dev.concordat.contracts.events.TrustLevel;
import dev.concordat.contracts.metadata.AuthMetadataDocument;
import dev.concordat.contracts.metadata.Reading;
import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.metadata.Certificates;
import dev.concordat.outbound.GuardedHttp;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Token servers and generic partners that have RFC 8414 or OpenID discovery, and a key set. */
class DiscoveryFetchTest {

  private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
  private static final SigningCertificate KEY =
      Certificates.certificate(2048, NOW.minus(Duration.ofDays(1)), NOW.plus(Duration.ofDays(400)));
  private static final String IDENTIFIER = "00000001-0000-0000-c000-000000000000";

  private static final Vertx VERTX = Vertx.vertx();
  private static HostileServer server;
  private static GuardedHttp http;

  /** What is answered, by path. */
  private final Map<String, String> answers = new HashMap<>();

  @BeforeAll
  static void start() throws Exception {
    server = new HostileServer();
    http = new GuardedHttp(VERTX, new DocumentFetchTest.Loopback());
  }

  @AfterAll
  static void stop() throws Exception {
    http.close();
    server.close();
    VERTX.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @BeforeEach
  void discovery() {
    server.answering(
        (head, socket) -> {
          String body = answers.get(head.split(" ", 3)[1]);
          say(
              socket,
              body == null
                  ? "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
                  : "HTTP/1.1 200 OK\r\nETag: \"1\"\r\nContent-Length: "
                      + body.getBytes(UTF_8).length
                      + "\r\n\r\n"
                      + body);
        });
    answers.put(
        "/.well-known/openid-configuration",
        """
        {"issuer":"https://sts.litwareinc.com","token_endpoint":"https://sts.litwareinc.com/token",
         "jwks_uri":"https://localhost:%d/keys","response_types_supported":["code"]}"""
            .formatted(server.port()));
    answers.put("/keys", keySet(jwk(KEY)));
  }

  @Test
  void keys_come_from_the_key_set_and_the_name_from_the_registration() {
    Fetched.Document read = read(PartnerKind.TOKEN_SERVER);

    assertThat(read.document().issuer()).isEqualTo(IDENTIFIER + "@litwareinc.com");
    assertThat(read.document().keys())
        .extracting(AuthMetadataDocument.Key::x5t)
        .containsExactly(KEY.x5t());
    assertThat(read.document().tokenEndpoint()).contains("https://sts.litwareinc.com/token");
    assertThat(DiscoveryDocument.issuerUrl(read.document())).contains("https://sts.litwareinc.com");
    assertThat(read(PartnerKind.GENERIC).document()).isEqualTo(read.document());
  }

  @Test
  void the_entity_tag_is_not_kept_because_the_keys_may_change_without_it() {
    assertThat(read(PartnerKind.TOKEN_SERVER).etag()).isNull();
  }

  @Test
  void what_our_own_service_publishes_can_be_read_so_too() {
    answers.put("/keys", keySet(jwk(KEY).replace("\"kid\":\"1\"", "\"alg\":\"RS256\"")));

    assertThat(read(PartnerKind.TOKEN_SERVER).warnings()).isEmpty();
  }

  @Test
  void keys_without_certificate_of_other_kinds_or_for_encryption_are_left_out() {
    answers.put(
        "/keys",
        keySet(
            "{\"kty\":\"RSA\",\"use\":\"sig\",\"kid\":\"bare\",\"n\":\"AQAB\",\"e\":\"AQAB\"}",
            "{\"kty\":\"EC\",\"use\":\"sig\",\"crv\":\"P-256\",\"x\":\"AA\",\"y\":\"AA\"}",
            jwk(KEY).replace("\"sig\"", "\"enc\""),
            jwk(KEY)));

    Fetched.Document read = read(PartnerKind.TOKEN_SERVER);

    assertThat(read.document().keys()).hasSize(1);
    assertThat(read.warnings()).containsExactly(Reading.KEY_SKIPPED);
  }

  @Test
  void without_one_key_that_has_its_certificate_it_is_refused() {
    answers.put("/keys", keySet("{\"kty\":\"RSA\",\"use\":\"sig\",\"n\":\"AQAB\",\"e\":\"AQAB\"}"));

    assertThat(refused(PartnerKind.TOKEN_SERVER, IDENTIFIER).detail()).contains("x5c");
  }

  @Test
  void without_a_registered_name_it_says_what_to_register() {
    assertThat(refused(PartnerKind.TOKEN_SERVER, null).detail())
        .contains("register the partner with both");
  }

  @Test
  void a_key_set_that_is_not_there_or_broken_leaves_the_document_unused() {
    answers.put("/keys", "<html>");
    assertThat(refused(PartnerKind.TOKEN_SERVER, IDENTIFIER).extensions())
        .containsEntry("reason", "not-json");
    answers.remove("/keys");
    assertThat(refused(PartnerKind.TOKEN_SERVER, IDENTIFIER).code())
        .isEqualTo("metadata-http-status");
  }

  @Test
  void the_key_set_is_fetched_through_the_guard_too() {
    answers.put(
        "/.well-known/openid-configuration",
        "{\"issuer\":\"https://a\",\"jwks_uri\":\"https://169.254.169.254/keys\"}");

    assertThat(fetch(PartnerKind.TOKEN_SERVER, IDENTIFIER))
        .isInstanceOfSatisfying(
            Fetched.Unreachable.class,
            it -> assertThat(it.problem().code()).isEqualTo("metadata-address-refused"));
  }

  @Test
  void a_product_has_no_discovery_document() {
    assertThat(refused(PartnerKind.EXCHANGE, IDENTIFIER).extensions())
        .containsEntry("reason", "issuer-malformed");
  }

  private static String jwk(SigningCertificate certificate) {
    return """
        {"kty":"RSA","use":"sig","kid":"1","x5t":"%s","x5c":["%s"]}"""
        .formatted(certificate.x5t(), certificate.base64());
  }

  private static String keySet(String... keys) {
    return "{\"keys\":[" + String.join(",", keys) + "]}";
  }

  private static Fetched.Document read(PartnerKind kind) {
    Fetched fetched = fetch(kind, IDENTIFIER);
    assertThat(fetched).isInstanceOf(Fetched.Document.class);
    return (Fetched.Document) fetched;
  }

  private static Problem refused(PartnerKind kind, @Nullable String identifier) {
    Fetched fetched = fetch(kind, identifier);
    assertThat(fetched).isInstanceOf(Fetched.Unusable.class);
    return ((Fetched.Unusable) fetched).problem();
  }

  private static Fetched fetch(PartnerKind kind, @Nullable String identifier) {
    try {
      var trust =
          new Trust.ByMetadata(
              "https://localhost:" + server.port() + "/.well-known/openid-configuration",
              server.pem(),
              null);
      return new DocumentFetch(http, Duration.ofSeconds(10))
          .fetch(
              new PartnerRegistered(
                  "sts",
                  kind,
                  identifier,
                  identifier == null ? null : "litwareinc.com",
                  TrustLevel.FULL,
                  true,
                  trust,
                  List.of(),
                  null,
                  null,
                  null,
                  1,
                  NOW,
                  "admin"),
              trust,
              null);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
