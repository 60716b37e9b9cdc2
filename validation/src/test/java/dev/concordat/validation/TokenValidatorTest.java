package dev.concordat.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.contracts.Json;
import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.contracts.names.PrincipalName;
import dev.concordat.contracts.tokens.Accepted;
import dev.concordat.contracts.tokens.Receiver;
import dev.concordat.contracts.tokens.Refusal;
import dev.concordat.contracts.tokens.Rule;
import dev.concordat.contracts.tokens.ValidationSettings;
import dev.concordat.contracts.tokens.Verdict;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenValidatorTest {

  private static final String HOST = "atl-exchange-001.litwareinc.com";

  @TempDir Path folder;
  private JsonNode vectors;
  private DocumentServer server;
  private volatile Instant now = Instant.ofEpochSecond(1767229200);

  @BeforeEach
  void start() throws IOException, GeneralSecurityException, InterruptedException {
    vectors =
        Json.mapper()
            .readTree(Files.readString(Path.of("../contracts/src/test/resources/vectors.json")));
    server = new DocumentServer(folder);
    server.serve(document("00000004-0000-0ff1-ce00-000000000000@litwareinc.com", "current"));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void a_token_of_the_document_s_issuer_holds_and_others_do_not() throws Exception {
    try (var validator = validator(TrustedDocument.self(server.url()))) {
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
    try (var validator = validator(TrustedDocument.self(server.url()))) {
      server.answerWith(500);
      int before = server.readings();
      now = now.plus(Duration.ofMinutes(6));
      await().until(() -> server.readings() > before);

      assertThat(validator.validate(token("actor-ok"), HOST)).isInstanceOf(Accepted.class);
    }
  }

  @Test
  void a_rolled_over_key_is_found_and_unknown_ones_are_no_lever() throws Exception {
    server.serve(document("00000004-0000-0ff1-ce00-000000000000@litwareinc.com", "old"));
    try (var validator = validator(TrustedDocument.self(server.url()))) {
      server.serve(document("00000004-0000-0ff1-ce00-000000000000@litwareinc.com", "current"));
      for (int i = 0; i < 20; i++) {
        assertThat(rule(validator.validate(token("actor-ok"), HOST))).isEqualTo(Rule.KEY);
      }
      assertThat(server.readings()).isEqualTo(1);

      now = now.plus(FollowedDocument.PAUSE);
      await()
          .untilAsserted(
              () ->
                  assertThat(validator.validate(token("actor-ok"), HOST))
                      .isInstanceOf(Accepted.class));
      assertThat(server.readings()).isEqualTo(2);
    }
  }

  @Test
  void a_document_of_somebody_else_is_not_taken() throws Exception {
    var expected = PrincipalName.parse("00000004-0000-0ff1-ce00-000000000000@contoso.com");
    try (var validator = validator(TrustedDocument.self(server.url()).expecting(expected))) {
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
            server.client(),
            () -> now,
            trusted);
    assertThat(validator.awaitReady(Duration.ofSeconds(30))).isTrue();
    return validator;
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
    return DocumentServer.document(
        issuer,
        SigningCertificate.parse(vectors.get("keys").get(key).get("certificatePem").asText()));
  }
}
