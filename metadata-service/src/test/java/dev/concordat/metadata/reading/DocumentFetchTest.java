package dev.concordat.metadata.reading;

import static dev.concordat.metadata.reading.HostileServer.say;
import static dev.concordat.metadata.reading.HostileServer.untilGone;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
import dev.concordat.outbound.OutboundSettings;
import io.vertx.core.Vertx;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a partner's server does, it comes to one result with one problem, and in time. */
class DocumentFetchTest {

  private static final String EXCHANGE = "00000002-0000-0ff1-ce00-000000000000";
  private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
  private static final SigningCertificate GOOD =
      Certificates.certificate(2048, NOW.minus(Duration.ofDays(1)), NOW.plus(Duration.ofDays(400)));
  private static final Duration PATIENT = Duration.ofSeconds(10);

  private static final Vertx VERTX = Vertx.vertx();
  private static HostileServer partner;
  private static GuardedHttp http;

  @BeforeAll
  static void start() throws Exception {
    partner = new HostileServer();
    http = new GuardedHttp(VERTX, new Loopback());
  }

  @AfterAll
  static void stop() throws Exception {
    http.close();
    partner.close();
    VERTX.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  // How the answer comes.

  @Test
  void an_honest_document_is_read() {
    answer(
        "Content-Type: application/json\r\nETag: \"7\"\r\nCache-Control: max-age=600",
        document(key(GOOD)));

    assertDocument(fetch(), 1);
  }

  @Test
  void a_server_that_hangs_after_the_headers() {
    partner.answering(
        (_, socket) -> {
          say(socket, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{");
          untilGone(socket);
        });

    assertUnreachable(fetch(Duration.ofMillis(300), null), "metadata-timeout");
  }

  @Test
  void a_server_that_drips() {
    partner.answering(
        (_, socket) -> {
          say(socket, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
          socket.setSoTimeout(20);
          while (true) {
            say(socket, " ");
            try {
              untilGone(socket);
              return;
            } catch (SocketTimeoutException _) {
              // Somebody is still there.
            }
          }
        });

    assertUnreachable(fetch(Duration.ofMillis(300), null), "metadata-timeout");
  }

  @Test
  void a_connection_that_breaks_in_the_middle() {
    partner.answering(
        (_, socket) -> {
          say(socket, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{");
          socket.setSoLinger(true, 0);
        });

    assertUnreachable(fetch(), "metadata-connection-lost");
  }

  @Test
  void a_server_that_speaks_no_http() {
    partner.answering((_, socket) -> say(socket, "220 smtp.litwareinc.com ESMTP\r\n"));

    assertUnreachable(fetch(), "metadata-connection-lost");
  }

  @Test
  void gzip_is_unpacked() {
    answer("Content-Encoding: gzip", gzip(document(key(GOOD))));

    assertDocument(fetch(), 1);
  }

  @Test
  void gzip_that_ends_too_early() {
    byte[] whole = gzip(document(key(GOOD)));
    answer("Content-Encoding: gzip", Arrays.copyOf(whole, whole.length / 2));

    assertUnusable(fetch(), "metadata-undecodable");
  }

  @Test
  void a_coding_that_was_not_asked_for() {
    answer("Content-Encoding: br", new byte[] {1, 2, 3});

    assertUnusable(fetch(), "metadata-undecodable");
  }

  @Test
  void a_gzip_bomb() {
    answer("Content-Encoding: gzip", gzip(new byte[64 * 1024 * 1024]));

    assertUnusable(fetch(), "metadata-too-large");
  }

  @Test
  void five_megabytes_of_keys() {
    String[] keys = new String[6000];
    Arrays.fill(keys, key(GOOD));
    byte[] large = document(keys);
    assertThat(large.length).isGreaterThan(5 * 1024 * 1024);
    answer("X: x", large);

    assertUnusable(fetch(), "metadata-too-large");
  }

  @Test
  void more_keys_than_anybody_has() {
    String[] keys = new String[65];
    Arrays.fill(keys, key(GOOD));
    answer("X: x", document(keys));

    assertInvalid(fetch(), "too-large");
  }

  // What it says with its status.

  @ParameterizedTest
  @CsvSource({"401", "403", "404", "500", "503", "204", "206", "300"})
  void a_status_that_brings_no_document(int status) {
    partner.answering(
        (_, socket) -> say(socket, "HTTP/1.1 " + status + " X\r\nContent-Length: 0\r\n\r\n"));

    Problem problem = assertUnusable(fetch(), "metadata-http-status");
    assertThat(problem.detail()).contains("answers " + status);
  }

  @Test
  void a_document_that_is_still_the_same() {
    partner.answering(
        (head, socket) ->
            say(
                socket,
                head.contains("\"7\"")
                    ? "HTTP/1.1 304 Not Modified\r\nETag: \"7\"\r\n\r\n"
                    : "HTTP/1.1 500 X\r\nContent-Length: 0\r\n\r\n"));

    assertThat(fetch(PATIENT, "\"7\"")).isInstanceOf(Fetched.Unmodified.class);
  }

  @Test
  void not_modified_where_nobody_asked_is_no_document() {
    partner.answering((_, socket) -> say(socket, "HTTP/1.1 304 Not Modified\r\n\r\n"));

    assertUnusable(fetch(), "metadata-http-status");
  }

  @Test
  void a_page_with_status_200() {
    answer("Content-Type: text/html", "\r\n<!DOCTYPE html><html>Sign in</html>".getBytes(UTF_8));

    assertUnusable(fetch(), "metadata-html");
  }

  // Every document of the protocol's vectors.

  static List<JsonNode> vectors() throws IOException {
    var documents = new ArrayList<JsonNode>();
    new ObjectMapper()
        .readTree(Path.of("../contracts/src/test/resources/vectors.json").toFile())
        .path("metadataDocuments")
        .forEach(documents::add);
    assertThat(documents).hasSizeGreaterThan(10);
    return documents;
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void a_document_of_the_vectors_gets_the_verdict_that_stands_beside_it(JsonNode vector) {
    answer("Content-Type: text/plain", vector.path("document").textValue().getBytes(UTF_8));

    Fetched fetched = fetch();

    String id = vector.path("id").textValue();
    if (vector.path("expect").textValue().equals("accept")) {
      assertThat(fetched).as(id).isInstanceOf(Fetched.Document.class);
      var read = (Fetched.Document) fetched;
      var keys = new ArrayList<String>();
      vector.path("keys").forEach(it -> keys.add(it.textValue()));
      assertThat(read.document().keys())
          .as(id)
          .extracting(AuthMetadataDocument.Key::x5t)
          .containsExactlyElementsOf(keys);
      if (vector.has("warning")) {
        assertThat(read.warnings()).as(id).containsExactly(vector.path("warning").textValue());
      }
      if (vector.has("tokenEndpoint")) {
        assertThat(read.document().tokenEndpoint())
            .as(id)
            .contains(vector.path("tokenEndpoint").textValue());
      }
    } else {
      assertThat(fetched).as(id).isInstanceOf(Fetched.Unusable.class);
      assertThat(((Fetched.Unusable) fetched).problem().extensions())
          .as(id)
          .containsEntry("reason", vector.path("problem").textValue());
    }
  }

  // Where it points to.

  @ParameterizedTest
  @ValueSource(strings = {"/there", "https://localhost:%d/there", "https://127.0.0.1:%d/there"})
  void a_redirect_to_the_document(String location) {
    redirectingTo(location.formatted(partner.port()));

    assertDocument(fetch(), 1);
  }

  @ParameterizedTest
  @CsvSource({
    "http://localhost/there, metadata-redirects",
    "/here, metadata-redirects",
    "https://169.254.169.254/there, metadata-address-refused",
    "https://[::ffff:169.254.169.254]/there, metadata-address-refused",
    "https://2852039166/there, metadata-url-refused",
    "https://nowhere.invalid/there, metadata-host-unknown"
  })
  void a_redirect_to_where_requests_do_not_go(String location, String code) {
    redirectingTo(location);

    assertUnreachable(fetch(), code);
  }

  // How it is written.

  @Test
  void a_byte_order_mark_is_read_over() {
    byte[] plain = document(key(GOOD));
    byte[] marked = new byte[plain.length + 3];
    marked[0] = (byte) 0xef;
    marked[1] = (byte) 0xbb;
    marked[2] = (byte) 0xbf;
    System.arraycopy(plain, 0, marked, 3, plain.length);
    answer("X: x", marked);

    assertDocument(fetch(), 1);
  }

  @Test
  void what_the_media_type_says_of_the_charset_plays_no_part() {
    answer("Content-Type: text/plain; charset=utf-16", document(key(GOOD)));

    assertDocument(fetch(), 1);
  }

  @Test
  void other_charsets_are_refused() {
    for (Charset charset : List.of(UTF_16, UTF_16LE, ISO_8859_1)) {
      String text = new String(document(key(GOOD)), UTF_8).replace("Exchange", "\u00c9change");
      answer("Content-Type: application/json; charset=" + charset, text.getBytes(charset));

      assertInvalid(fetch(), "not-json");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"issuer\"", "\"Issuer\""})
  void a_name_that_occurs_twice_in_one_case_or_in_two(String name) {
    String twice =
        new String(document(key(GOOD)), UTF_8)
            .replaceFirst("\\{", "{" + name + ":\"someone@else.example\",");
    answer("X: x", twice.getBytes(UTF_8));

    assertInvalid(fetch(), "not-json");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "null", "{", "{\"a\":", "\"x\"", "{} {}"})
  void what_is_no_json_object(String body) {
    answer("X: x", body.getBytes(UTF_8));

    assertInvalid(fetch(), "not-json");
  }

  // Its keys.

  @ParameterizedTest
  @ValueSource(strings = {"no base64!", "AAAA", "", "MIIB"})
  void a_key_that_cannot_be_read_is_left_out_and_alone_is_none(String value) {
    answer("X: x", document(key("x5t", value), key(GOOD)));
    assertThat(assertDocument(fetch(), 1)).contains(Reading.KEY_SKIPPED);

    answer("X: x", document(key("x5t", value)));
    assertInvalid(fetch(), "no-signing-key");
  }

  @Test
  void dates_are_for_whoever_uses_the_key() {
    answer(
        "X: x",
        document(key(certificate(2048, -400, -1)), key(certificate(2048, 30, 400)), key(GOOD)));

    assertThat(assertDocument(fetch(), 3)).isEmpty();
  }

  @Test
  void a_short_key_is_read_with_a_warning() {
    answer("X: x", document(key(certificate(1024, -1, 400))));

    assertThat(assertDocument(fetch(), 1)).containsExactly(Reading.WEAK_KEY);
  }

  @Test
  void the_same_key_twice_is_one() {
    answer("X: x", document(key(GOOD), key(GOOD)));

    assertThat(assertDocument(fetch(), 1)).isEmpty();
  }

  @Test
  void two_keys_that_claim_one_thumbprint_are_known_by_their_own() {
    SigningCertificate other = certificate(2048, -1, 400);
    answer("X: x", document(key(GOOD), key(GOOD.x5t(), other.base64())));

    assertThat(assertDocument(fetch(), 2)).containsExactly(Reading.X5T_MISMATCH);
  }

  // The partner's server is told what is wanted, and nothing twice.

  @Test
  void a_failure_names_the_partner_and_shows_no_more_of_the_url_than_its_path() {
    partner.answering((_, socket) -> say(socket, "HTTP/1.1 500 X\r\nContent-Length: 0\r\n\r\n"));
    int before = partner.connections();

    Problem problem = assertUnusable(fetch(), "metadata-http-status");

    assertThat(problem.toString()).contains("litware");
    assertThat(partner.connections() - before).isEqualTo(1);
  }

  private static SigningCertificate certificate(int bits, int fromDays, int toDays) {
    return Certificates.certificate(
        bits, NOW.plus(Duration.ofDays(fromDays)), NOW.plus(Duration.ofDays(toDays)));
  }

  private static String key(SigningCertificate certificate) {
    return key(certificate.x5t(), certificate.base64());
  }

  private static String key(String x5t, String value) {
    return """
        {"usage":"signing","keyinfo":{"x5t":"%s"},
         "keyvalue":{"type":"x509Certificate","value":"%s"}}"""
        .formatted(x5t, value);
  }

  private static byte[] document(String... keys) {
    return """
        {"id":"_1","version":"1.0","name":"Exchange","realm":"litwareinc.com",
         "serviceName":"%s","issuer":"%s@litwareinc.com",
         "allowedAudiences":["%s/mail.litwareinc.com@litwareinc.com"],
         "keys":[%s],"endpoints":[]}"""
        .formatted(EXCHANGE, EXCHANGE, EXCHANGE, String.join(",", keys))
        .getBytes(UTF_8);
  }

  private static byte[] gzip(byte[] what) {
    var packed = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(packed)) {
      gzip.write(what);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return packed.toByteArray();
  }

  private static void answer(String headers, byte[] body) {
    partner.answering(
        (_, socket) -> {
          say(
              socket,
              "HTTP/1.1 200 OK\r\n" + headers + "\r\nContent-Length: " + body.length + "\r\n\r\n");
          say(socket, body);
        });
  }

  private static void redirectingTo(String location) {
    byte[] body = document(key(GOOD));
    partner.answering(
        (head, socket) -> {
          if (head.startsWith("GET /there ")) {
            say(socket, "HTTP/1.1 200 OK\r\nContent-Length: " + body.length + "\r\n\r\n");
            say(socket, body);
          } else {
            say(
                socket,
                "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + location + "\r\n\r\n");
          }
        });
  }

  private static Fetched fetch() {
    return fetch(PATIENT, null);
  }

  private static Fetched fetch(Duration timeout, @Nullable String etag) {
    try {
      return new DocumentFetch(http, timeout).fetch(registered(PartnerKind.EXCHANGE), here(), etag);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static Trust.ByMetadata here() {
    try {
      return new Trust.ByMetadata(
          "https://localhost:" + partner.port() + "/here", partner.pem(), null);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static PartnerRegistered registered(PartnerKind kind) {
    return new PartnerRegistered(
        "litware",
        kind,
        null,
        null,
        TrustLevel.FULL,
        true,
        here(),
        List.of(),
        null,
        null,
        null,
        1,
        NOW,
        "admin");
  }

  /** Its warnings. */
  private static List<String> assertDocument(Fetched fetched, int keys) {
    assertThat(fetched).isInstanceOf(Fetched.Document.class);
    var document = (Fetched.Document) fetched;
    assertThat(document.document().keys()).hasSize(keys);
    return document.warnings();
  }

  private static void assertUnreachable(Fetched fetched, String code) {
    assertThat(fetched).isInstanceOf(Fetched.Unreachable.class);
    assertThat(((Fetched.Unreachable) fetched).problem().code()).isEqualTo(code);
  }

  private static Problem assertUnusable(Fetched fetched, String code) {
    assertThat(fetched).isInstanceOf(Fetched.Unusable.class);
    Problem problem = ((Fetched.Unusable) fetched).problem();
    assertThat(problem.code()).isEqualTo(code);
    return problem;
  }

  private static void assertInvalid(Fetched fetched, String reason) {
    assertThat(assertUnusable(fetched, "metadata-invalid").extensions())
        .containsEntry("reason", reason);
  }

  record Loopback() implements OutboundSettings {
    @Override
    public Optional<List<String>> allowedAddresses() {
      return Optional.of(List.of("127.0.0.0/8"));
    }

    @Override
    public Optional<Path> caBundle() {
      return Optional.empty();
    }

    @Override
    public Optional<String> proxy() {
      return Optional.of("none");
    }

    @Override
    public Optional<List<String>> noProxy() {
      return Optional.empty();
    }

    @Override
    public Duration connectTimeout() {
      return Duration.ofSeconds(3);
    }

    @Override
    public Duration requestTimeout() {
      return PATIENT;
    }

    @Override
    public int maxAnswerBytes() {
      return 4 * 1024 * 1024;
    }

    @Override
    public int maxRedirects() {
      return 5;
    }
  }
}
