package dev.concordat.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.concordat.contracts.Json;
import dev.concordat.contracts.names.PrincipalName;
import dev.concordat.contracts.tokens.Accepted;
import dev.concordat.contracts.tokens.Receiver;
import dev.concordat.contracts.tokens.Refusal;
import dev.concordat.contracts.tokens.Rule;
import dev.concordat.contracts.tokens.ValidationSettings;
import dev.concordat.contracts.tokens.Verdict;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenValidatorTest {

  private static final String HOST = "atl-exchange-001.litwareinc.com";
  private static final char[] PASSWORD = "throw-away".toCharArray();

  @TempDir Path folder;
  private JsonNode vectors;
  private HttpsServer server;
  private HttpClient http;
  private volatile String document = "";
  private volatile int status = 200;
  private volatile Instant now = Instant.ofEpochSecond(1767229200);
  private final AtomicInteger readings = new AtomicInteger();

  @BeforeEach
  void start() throws IOException, GeneralSecurityException, InterruptedException {
    vectors =
        Json.mapper()
            .readTree(Files.readString(Path.of("../contracts/src/test/resources/vectors.json")));
    SSLContext tls = tls();
    http = HttpClient.newBuilder().sslContext(tls).build();
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
    server.setHttpsConfigurator(new HttpsConfigurator(tls));
    server.createContext(
        "/metadata/json/1",
        exchange -> {
          readings.incrementAndGet();
          byte[] body = document.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, body.length);
          try (var out = exchange.getResponseBody()) {
            out.write(body);
          }
        });
    server.start();
    document = document("00000004-0000-0ff1-ce00-000000000000@litwareinc.com", "current");
  }

  @AfterEach
  void stop() {
    server.stop(0);
    http.close();
  }

  @Test
  void a_token_of_the_document_s_issuer_holds_and_others_do_not() throws Exception {
    try (var validator = validator(TrustedDocument.self(url()))) {
      assertThat(validator.validate(token("actor-ok"), HOST)).isInstanceOf(Accepted.class);
      assertThat(validator.validate(token("user-ok-default"), HOST)).isInstanceOf(Accepted.class);
      assertThat(rule(validator.validate(token("actor-ok"), "autodiscover.litwareinc.com")))
          .isEqualTo(Rule.AUD);
      assertThat(rule(validator.validate(token("unknown-issuer"), HOST))).isEqualTo(Rule.ISS);
      assertThat(rule(validator.validate(token("flipped-bit"), HOST))).isEqualTo(Rule.SIGNATURE);
      assertThat(rule(validator.validate("nonsense", HOST))).isEqualTo(Rule.PARSE);
    }
  }

  @Test
  void the_last_good_document_stays_in_use() throws Exception {
    try (var validator = validator(TrustedDocument.self(url()))) {
      status = 500;
      int before = readings.get();
      now = now.plus(Duration.ofMinutes(6));
      await().until(() -> readings.get() > before);

      assertThat(validator.validate(token("actor-ok"), HOST)).isInstanceOf(Accepted.class);
    }
  }

  @Test
  void a_rolled_over_key_is_found_and_unknown_ones_are_no_lever() throws Exception {
    document = document("00000004-0000-0ff1-ce00-000000000000@litwareinc.com", "old");
    try (var validator = validator(TrustedDocument.self(url()))) {
      document = document("00000004-0000-0ff1-ce00-000000000000@litwareinc.com", "current");
      for (int i = 0; i < 20; i++) {
        assertThat(rule(validator.validate(token("actor-ok"), HOST))).isEqualTo(Rule.KEY);
      }
      assertThat(readings).hasValue(1);

      now = now.plus(FollowedDocument.PAUSE);
      await()
          .untilAsserted(
              () ->
                  assertThat(validator.validate(token("actor-ok"), HOST))
                      .isInstanceOf(Accepted.class));
      assertThat(readings).hasValue(2);
    }
  }

  @Test
  void a_document_of_somebody_else_is_not_taken() throws Exception {
    var expected = PrincipalName.parse("00000004-0000-0ff1-ce00-000000000000@contoso.com");
    try (var validator = validator(TrustedDocument.self(url()).expecting(expected))) {
      assertThat(rule(validator.validate(token("actor-ok"), HOST))).isEqualTo(Rule.ISS);
    }
  }

  @Test
  void only_https_is_trusted() {
    assertThatThrownBy(() -> TrustedDocument.self(URI.create("http://localhost/metadata/json/1")))
        .hasMessageContaining("https");
  }

  private TokenValidator validator(TrustedDocument trusted) throws InterruptedException {
    var validator =
        new TokenValidator(
            Receiver.of(
                "00000002-0000-0ff1-ce00-000000000000",
                "litwareinc.com",
                Set.of(HOST, "autodiscover.litwareinc.com")),
            ValidationSettings.DEFAULT,
            http,
            () -> now,
            trusted);
    assertThat(validator.awaitReady(Duration.ofSeconds(30))).isTrue();
    return validator;
  }

  private URI url() {
    return URI.create("https://localhost:" + server.getAddress().getPort() + "/metadata/json/1");
  }

  private static Rule rule(Verdict verdict) {
    assertThat(verdict).isInstanceOf(Refusal.class);
    return ((Refusal) verdict).rule();
  }

  private String token(String id) {
    for (JsonNode vector : vectors.get("vectors")) {
      if (vector.get("id").asText().equals(id)) {
        return vector.get("token").asText();
      }
    }
    throw new AssertionError("no vector " + id);
  }

  private String document(String issuer, String key) {
    String certificate =
        vectors
            .get("keys")
            .get(key)
            .get("certificatePem")
            .asText()
            .replaceAll("-----[A-Z ]+-----|\\s", "");
    return "{\"issuer\":\"%s\",\"keys\":[{\"usage\":\"signing\",\"keyvalue\":{\"type\":\"x509Certificate\",\"value\":\"%s\"}}]}"
        .formatted(issuer, certificate);
  }

  /** A certificate for localhost by the JDK's own keytool, trusted by whoever uses this context. */
  private SSLContext tls() throws IOException, GeneralSecurityException, InterruptedException {
    Path file = folder.resolve("server.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost",
                "-storetype",
                "PKCS12",
                "-storepass",
                new String(PASSWORD),
                "-keystore",
                file.toString())
            .redirectErrorStream(true)
            .start();
    keytool.getInputStream().readAllBytes();
    assertThat(keytool.waitFor()).isZero();
    var store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD);
    }
    var trust = KeyStore.getInstance("PKCS12");
    trust.load(null, null);
    trust.setCertificateEntry("server", store.getCertificate("server"));
    var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, PASSWORD);
    var trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trusted.init(trust);
    var context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trusted.getTrustManagers(), null);
    return context;
  }
}
