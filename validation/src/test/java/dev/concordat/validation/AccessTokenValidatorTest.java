package dev.concordat.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.contracts.tokens.AccessTokenClaims;
import dev.concordat.contracts.tokens.AccessTokenValidation.Answer;
import dev.concordat.contracts.tokens.CertificateBinding;
import dev.concordat.contracts.tokens.Rule;
import dev.concordat.contracts.tokens.TokenHeader;
import dev.concordat.contracts.tokens.ValidationSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Access tokens of the suite, judged inside the service that they are for. */
class AccessTokenValidatorTest {

  private static final String ISSUER = "https://token.litwareinc.com";
  private static final String ARCHIVE = "https://archive.litwareinc.com/api";
  private static final String SUITE = "5d2a1b7e-3c4f-4e8a-9b6d-c0c0da700001@litwareinc.com";

  @TempDir Path folder;
  private DocumentServer server;
  private PrivateKey key;
  private SigningCertificate certificate;
  private X509Certificate clients;
  private volatile Instant now;

  @BeforeEach
  void start() throws Exception {
    server = new DocumentServer(folder);
    KeyStore signing = DocumentServer.keyStore(folder, "RSA");
    key = (PrivateKey) signing.getKey("RSA", DocumentServer.password());
    certificate = SigningCertificate.of((X509Certificate) signing.getCertificate("RSA"));
    Path apart = Files.createDirectory(folder.resolve("client"));
    clients = (X509Certificate) DocumentServer.keyStore(apart, "RSA").getCertificate("RSA");
    server.serve(DocumentServer.document(SUITE, certificate));
    // Later than the certificates, which begin when they are made.
    now = Instant.now().truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void a_token_for_this_service_holds_with_the_roles_that_it_gives() throws Exception {
    try (var validator = validator()) {
      assertThat(validator.validate(token(claims(ARCHIVE, null)), null))
          .isInstanceOfSatisfying(
              Answer.Held.class,
              held -> {
                assertThat(held.claims().clientId()).isEqualTo("crm");
                assertThat(held.claims().scopes()).containsExactly("mail.read");
                assertThat(held.claims().roles()).containsExactly("archivist");
              });
      assertThat(rule(validator.validate(token(claims("https://other", null)), null)))
          .isEqualTo(Rule.AUD);
      String bent = token(claims(ARCHIVE, null));
      assertThat(rule(validator.validate(bent.substring(0, bent.length() - 8) + "AAAAAAAA", null)))
          .isEqualTo(Rule.SIGNATURE);
    }
  }

  @Test
  void one_that_is_bound_to_a_certificate_holds_with_that_one_alone() throws Exception {
    String bound = token(claims(ARCHIVE, CertificateBinding.to(clients)));
    try (var validator = validator()) {
      assertThat(validator.validate(bound, clients)).isInstanceOf(Answer.Held.class);
      assertThat(rule(validator.validate(bound, certificate.x509()))).isEqualTo(Rule.CNF);
      assertThat(rule(validator.validate(bound, null))).isEqualTo(Rule.CNF);
    }
  }

  @Test
  void a_key_that_is_not_known_yet_is_looked_for() throws Exception {
    server.serve(DocumentServer.document(SUITE, SigningCertificate.of(clients)));
    try (var validator = validator()) {
      String token = token(claims(ARCHIVE, null));
      assertThat(rule(validator.validate(token, null))).isEqualTo(Rule.KEY);

      server.serve(DocumentServer.document(SUITE, certificate));
      now = now.plus(FollowedDocument.PAUSE);

      await()
          .untilAsserted(
              () -> assertThat(validator.validate(token, null)).isInstanceOf(Answer.Held.class));
    }
  }

  private AccessTokenValidator validator() throws InterruptedException {
    var validator =
        new AccessTokenValidator(
            ISSUER,
            ARCHIVE,
            ValidationSettings.DEFAULT,
            server.client(),
            () -> now,
            TrustedDocument.self(server.url()));
    assertThat(validator.awaitReady(Duration.ofSeconds(30))).isTrue();
    return validator;
  }

  private AccessTokenClaims claims(String audience, @Nullable CertificateBinding binding) {
    return new AccessTokenClaims(
        ISSUER,
        audience,
        "crm",
        "crm",
        "one",
        now,
        now,
        now.plus(Duration.ofHours(1)),
        List.of("mail.read"),
        List.of("archivist"),
        null,
        binding);
  }

  private String token(AccessTokenClaims claims) throws Exception {
    String input = part(TokenHeader.accessToken(certificate.x5t())) + "." + part(claims.json());
    var signature = Signature.getInstance("SHA256withRSA");
    signature.initSign(key);
    signature.update(input.getBytes(StandardCharsets.US_ASCII));
    return input + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
  }

  private static String part(String json) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }

  private static Rule rule(Answer answer) {
    assertThat(answer).isInstanceOf(Answer.Broke.class);
    return ((Answer.Broke) answer).refusal().rule();
  }
}
