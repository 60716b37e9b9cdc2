package dev.concordat.token;

import static dev.concordat.token.Registrations.EXCHANGE_ID;
import static dev.concordat.token.Registrations.anyone;
import static dev.concordat.token.Registrations.certificates;
import static dev.concordat.token.Registrations.disabled;
import static dev.concordat.token.TokenRequests.EXCHANGE_GRANT;
import static dev.concordat.token.TokenRequests.FORM;
import static dev.concordat.token.TokenRequests.plain;
import static dev.concordat.token.TokenRequests.with;
import static dev.concordat.token.TokenRequests.without;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.instanceOf;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.startsWith;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.concordat.contracts.events.ClientAuth;
import dev.concordat.contracts.events.MayRequest;
import dev.concordat.contracts.events.MetadataRefreshed;
import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.Trust;
import dev.concordat.contracts.events.TrustLevel;
import dev.concordat.contracts.metadata.AuthMetadataDocument;
import dev.concordat.contracts.names.AudienceName;
import dev.concordat.contracts.names.PrincipalName;
import dev.concordat.contracts.tokens.ActorTokenClaims;
import dev.concordat.contracts.tokens.S2SToken;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The token server's clients, each way in which they prove themselves, and what they get. */
@QuarkusTest
@QuarkusTestResource(RunningSuite.class)
class TokenServerTest {

  private static final String SECRET = "s3cret: %25 & more";
  private static final String EXCHANGE =
      EXCHANGE_ID + "/atl-exchange-001.litwareinc.com@litwareinc.com";
  private static final String OURS = "5d2a1b7e-3c4f-4e8a-9b6d-c0c0da700001@litwareinc.com";
  private static final String ARCHIVE = "11111111-2222-3333-4444-555555555555";

  @Inject Registry registry;

  @Nested
  class Clients {

    @Test
    void prove_themselves_by_a_secret_in_the_form_or_in_basic() {
      registry.exchange("secrets");
      registry.register(withSecret("by-secret"));
      var form = secret("by-secret", SECRET, "secrets");

      token(form).statusCode(200);
      token(form).statusCode(200);
      plain()
          .contentType(FORM)
          .header("Authorization", "Basic " + basic("by-secret", SECRET))
          .formParams(without(without(form, "client_id"), "client_secret"))
          .post("/oauth2/token")
          .then()
          .statusCode(200);
    }

    @Test
    void with_another_secret_or_another_name_are_told_the_same() {
      registry.exchange("unknown");
      registry.register(withSecret("known"));

      String wrong = invalidClient(secret("known", "another", "unknown"));
      String nobody = invalidClient(secret("nobody", SECRET, "unknown"));
      String inject = invalidClient(secret("' OR 1=1 --\\u0000", SECRET, "unknown"));

      assertThat(List.of(nobody, inject)).containsOnly(wrong);
    }

    @Test
    void whose_secret_was_right_are_out_as_soon_as_it_changes() {
      registry.exchange("changed");
      registry.register(withSecret("changes"));
      var form = secret("changes", SECRET, "changed");
      token(form).statusCode(200);

      registry.register(
          Registrations.workload(
              "changes", new ClientAuth(null, null, null, hash("another")), anyone("*")));
      invalidClient(form);
      registry.register(disabled(withSecret("changes")));
      invalidClient(form);
    }

    @Test
    void prove_themselves_by_a_key_of_their_jwk_set() throws Exception {
      registry.exchange("jwks");
      var key = TestKeys.rsa();
      var jwk =
          new RSAKey.Builder((RSAPublicKey) key.certificate().publicKey())
              .keyID("one")
              .keyUse(KeyUse.SIGNATURE)
              .build();
      try (var server =
          PartnerServer.start(_ -> new PartnerServer.Answer(200, new JWKSet(jwk).toString()))) {
        registry.register(
            Registrations.workload(
                "publishes",
                new ClientAuth(server.url("/jwks").toString(), null, null, null),
                anyone("*")));

        for (int i = 0; i < 3; i++) {
          token(assertion("jwks", signed(key, "one", self("publishes", it -> it)))).statusCode(200);
        }
        assertThat(server.bodies()).hasSize(1);
        for (int i = 0; i < 3; i++) {
          token(assertion("jwks", signed(key, "unknown-" + i, self("publishes", it -> it))))
              .statusCode(401);
        }
        assertThat(server.bodies()).as("unknown key ids are no lever").hasSize(1);
      }
    }

    @Test
    void whose_jwk_set_can_not_be_had_wait() throws Exception {
      registry.exchange("no-jwks");
      registry.register(
          Registrations.workload(
              "silent", new ClientAuth("https://localhost:1/jwks", null, null, null), anyone("*")));

      token(assertion("no-jwks", signed(TestKeys.rsa(), "one", self("silent", it -> it))))
          .statusCode(503)
          .header("Retry-After", "2");
    }

    @Test
    void prove_themselves_by_the_certificate_that_the_ingress_verified() {
      registry.exchange("mtls");
      var key = TestKeys.rsa();
      registry.register(
          Registrations.workload("by-tls", certificates(key.certificate().pem()), anyone("*")));
      var form = new LinkedHashMap<>(Map.of("grant_type", "client_credentials"));
      form.put("client_id", "by-tls");
      form.put("audience", "mtls");

      overTls(form, ":" + key.certificate().base64() + ":").statusCode(200);
      overTls(
              form,
              URLEncoder.encode(key.certificate().pem(), StandardCharsets.UTF_8)
                  .replace("+", "%20"))
          .statusCode(200);
      overTls(form, key.certificate().base64() + "," + TestKeys.rsa().certificate().base64())
          .statusCode(200);
      String envoy =
          "Hash=468ed33b;Cert=\"%s\";Subject=\"CN=x\""
              .formatted(
                  URLEncoder.encode(key.certificate().pem(), StandardCharsets.UTF_8)
                      .replace("+", "%20"));
      overTls(form, envoy).statusCode(200);
      overTls(form, envoy + "," + envoy).statusCode(400);
      overTls(form, ":" + TestKeys.rsa().certificate().base64() + ":").statusCode(401);
      overTls(form, "garbage").statusCode(400);
      for (String unheeded :
          List.of("X-Forwarded-Client-Cert", "X-Forwarded-Tls-Client-Cert", "ssl-client-cert")) {
        plain()
            .contentType(FORM)
            .header(unheeded, envoy)
            .formParams(form)
            .post("/oauth2/token")
            .then()
            .statusCode(400);
      }
      token(form).statusCode(400);
    }

    @Test
    void may_have_an_assertion_grant_what_it_says() throws Exception {
      registry.exchange("granted");
      var key = TestKeys.rsa();
      registry.register(
          Registrations.workload("grants", certificates(key.certificate().pem()), anyone("*")));
      var app = grant("granted", signed(key, null, self("grants", it -> it)));

      token(app).statusCode(200);
      token(app).statusCode(400).body("error", equalTo("invalid_grant"));
      String forUser =
          token(
                  grant(
                      "granted",
                      signed(
                          key,
                          null,
                          self("grants", it -> it.subject("sip:kenmyer@litwareinc.com")))))
              .statusCode(200)
              .extract()
              .path("access_token");
      assertThat(parsed(forUser).claims().sip()).contains("kenmyer@litwareinc.com");
    }

    @ParameterizedTest
    @ValueSource(strings = {"client_assertion", "client_secret"})
    void that_prove_themselves_twice_are_refused(String second) {
      var form = secret("twice", SECRET, "anything");
      form.put("client_id", "twice");
      form.put(second, "x");
      plain()
          .contentType(FORM)
          .header("Authorization", "Basic " + basic("twice", SECRET))
          .formParams(form)
          .post("/oauth2/token")
          .then()
          .statusCode(400)
          .body("error", equalTo("invalid_request"));
    }
  }

  @Nested
  class Users {

    @ParameterizedTest
    @CsvSource({
      "smtp-address, Ken.Myer@LitwareInc.com, smtp, ken.myer@litwareinc.com",
      "upn, KenMyer@litwareinc.com, nameid, kenmyer@litwareinc.com",
      "sip-address, sip:kenmyer@litwareinc.com, sip, kenmyer@litwareinc.com"
    })
    void are_named_by_any_address(String type, String subject, String claim, String value) {
      registry.exchange("names");

      String token =
          token(exchange("names", "urn:concordat:params:oauth:token-type:" + type, subject))
              .statusCode(200)
              .extract()
              .path("access_token");

      assertThat(parsed(token).claims().text(claim)).contains(value);
    }

    @Test
    void are_named_to_sharepoint_by_their_sid_in_lower_case() {
      registry.register(
          Registrations.partner(
              "farm",
              PartnerKind.SHAREPOINT,
              "00000003-0000-0ff1-ce00-000000000000",
              "5f3b7e0a-41c6-4b0e-9a55-8f2a6f0f9d10",
              new Trust.ByMetadata(
                  "https://sharepoint.litwareinc.com/_layouts/15/metadata/json/1", null, null)));

      String token =
          token(
                  exchange(
                      "farm",
                      "urn:concordat:params:oauth:token-type:sid",
                      "S-1-5-21-2127521184-1604012920-1887927527-1149"))
              .statusCode(200)
              .extract()
              .path("access_token");

      assertThat(parsed(token).claims().nameId())
          .contains("s-1-5-21-2127521184-1604012920-1887927527-1149");
      assertThat(parsed(token).claims().nii()).contains("urn:office:idp:activedirectory");
    }

    @Test
    void prove_themselves_by_their_own_token() {
      registry.exchange("own-token");
      String theirs =
          OidcIssuer.token(OidcIssuer.key(), it -> it.claim("upn", "kenmyer@litwareinc.com"));

      String token =
          token(exchange("own-token", "urn:ietf:params:oauth:token-type:access_token", theirs))
              .statusCode(200)
              .extract()
              .path("access_token");
      assertThat(parsed(token).claims().nameId()).contains("kenmyer@litwareinc.com");

      token(exchange("own-token", "urn:ietf:params:oauth:token-type:access_token", "nonsense"))
          .statusCode(400)
          .body("reason", equalTo("invalid-subject-token"));
    }

    @Test
    void of_another_domain_are_not_for_a_workload_of_one() {
      registry.exchange("domain");
      registry.register(
          Registrations.workload(
              "of-a-domain",
              new ClientAuth(null, null, null, hash(SECRET)),
              new MayRequest("*", new MayRequest.ActingAs(null, null, "litwareinc.com"))));
      var form = secret("of-a-domain", SECRET, "domain");
      form.put("grant_type", EXCHANGE_GRANT);
      form.put("subject_token_type", "urn:concordat:params:oauth:token-type:sip-address");
      form.put("subject_token", "sip:kenmyer@litwareinc.com");

      token(form).statusCode(200);
      token(with(form, "user_smtp", "boss@contoso.com"))
          .statusCode(400)
          .body("reason", equalTo("not-allowed"));
    }
  }

  @Nested
  class AcsStyle {

    @Test
    void a_client_with_a_secret_gets_a_token_that_names_it() {
      registry.exchange("acs-exchange");
      registry.register(archive("acs-archive", anyone("acs-exchange")));
      var form = acs(ARCHIVE + "@litwareinc.com", EXCHANGE);

      for (String path : List.of("/tokens/OAuth/2", "/litwareinc.com/tokens/OAuth/2")) {
        String token =
            acs(path, form)
                .statusCode(200)
                .header("Cache-Control", "no-store")
                .body("token_type", equalTo("Bearer"))
                .body("expires_in", instanceOf(String.class))
                .body("not_before", matchesPattern("[0-9]+"))
                .body("expires_on", matchesPattern("[0-9]+"))
                .body("resource", equalTo(EXCHANGE))
                .extract()
                .path("access_token");
        var claims = parsed(token).claims();
        assertThat(claims.issuer()).contains("00000001-0000-0000-c000-000000000000@litwareinc.com");
        assertThat(claims.nameId()).contains(ARCHIVE + "@litwareinc.com");
        assertThat(claims.identityProvider())
            .contains("00000001-0000-0000-c000-000000000000@litwareinc.com");
        assertThat(claims.trustedForDelegation()).isTrue();
      }
      registry.remove("acs-archive");
      registry.remove("acs-exchange");
    }

    @Test
    void a_partner_proves_itself_by_its_own_token_for_the_token_server() {
      registry.exchange("acs-asserted");
      var key = TestKeys.rsa();
      registry.register(
          new PartnerRegistered(
              "acs-skype",
              PartnerKind.SKYPE,
              "00000004-0000-0ff1-ce00-000000000000",
              "litwareinc.com",
              TrustLevel.FULL,
              true,
              new Trust.ByCertificates(List.of(key.certificate().pem())),
              List.of(new MayRequest("acs-asserted", null)),
              null,
              null,
              null,
              1_000_001,
              Registrations.SOME_TIME,
              "a test"));
      String sts = "00000001-0000-0000-c000-000000000000/token.litwareinc.com@litwareinc.com";
      var form =
          new LinkedHashMap<>(Map.of("grant_type", "http://oauth.net/grant_type/jwt/1.0/bearer"));
      form.put("assertion", selfIssued(key, sts));
      form.put("resource", "https://autodiscover.litwareinc.com/autodiscover/autodiscover.svc");

      String token = acs("/tokens/OAuth/2", form).statusCode(200).extract().path("access_token");
      assertThat(parsed(token).claims().nameId())
          .contains("00000004-0000-0ff1-ce00-000000000000@litwareinc.com");
      assertThat(parsed(token).claims().trustedForDelegation()).isFalse();

      form.put("assertion", selfIssued(key, EXCHANGE));
      acs("/tokens/OAuth/2", form).statusCode(400).body("error", equalTo("invalid_grant"));
      form.put("assertion", selfIssued(TestKeys.rsa(), sts));
      acs("/tokens/OAuth/2", form).statusCode(400).body("error", equalTo("invalid_grant"));
      registry.remove("acs-skype");
      registry.remove("acs-asserted");
    }

    @Test
    void errors_have_a_number_a_trace_id_and_a_time() {
      acs("/tokens/OAuth/2", acs("nobody@litwareinc.com", EXCHANGE))
          .statusCode(400)
          .body("error", equalTo("invalid_client"))
          .body("error_description", startsWith("CONCORDAT50012: "))
          .body(
              "error_description",
              matchesPattern(
                  "(?s).*\r\nTrace ID: [0-9a-f-]{36}\r\nTimestamp: [0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8}Z"))
          .body("error_codes[0]", equalTo(50012));
      acs("/contoso.com/tokens/OAuth/2", acs("nobody@litwareinc.com", EXCHANGE))
          .statusCode(400)
          .body("error", equalTo("invalid_request"));
    }

    @Test
    void a_disabled_partner_and_one_that_is_not_there_get_no_token() {
      registry.register(archive("acs-late", anyone("*")));
      var form =
          acs(ARCHIVE + "@litwareinc.com", "aaaaaaaa-0000-0ff1-ce00-000000000000/x@litwareinc.com");

      acs("/tokens/OAuth/2", form).statusCode(400).body("error", equalTo("invalid_resource"));
      registry.register(
          disabled(
              Registrations.partner(
                  "acs-off",
                  PartnerKind.GENERIC,
                  "aaaaaaaa-0000-0ff1-ce00-000000000000",
                  "litwareinc.com",
                  new Trust.ByCertificates(List.of(TestKeys.rsa().certificate().pem())))));
      acs("/tokens/OAuth/2", form)
          .statusCode(400)
          .body("error", equalTo("invalid_resource"))
          .body("error_codes[0]", equalTo(50002));
      registry.remove("acs-late");
    }

    private static PartnerRegistered archive(String name, MayRequest mayRequest) {
      return new PartnerRegistered(
          name,
          PartnerKind.GENERIC,
          ARCHIVE,
          "litwareinc.com",
          TrustLevel.FULL,
          true,
          null,
          List.of(mayRequest),
          new ClientAuth(null, null, null, hash(SECRET)),
          null,
          null,
          System.nanoTime(),
          Registrations.SOME_TIME,
          "a test");
    }

    private static Map<String, String> acs(String clientId, String resource) {
      var form = new LinkedHashMap<String, String>();
      form.put("grant_type", "client_credentials");
      form.put("client_id", clientId);
      form.put("client_secret", SECRET);
      form.put("resource", resource);
      return form;
    }

    private static ValidatableResponse acs(String path, Map<String, String> form) {
      return plain().contentType(FORM).formParams(form).post(path).then();
    }

    private static String selfIssued(TestKeys.Pair key, String audience) {
      var claims =
          ActorTokenClaims.selfIssued(
              AudienceName.parse(audience),
              PrincipalName.parse("00000004-0000-0ff1-ce00-000000000000@litwareinc.com"),
              Instant.now().minusSeconds(60),
              Instant.now().plus(Duration.ofHours(1)));
      return signedBy(key, claims);
    }
  }

  @Nested
  class PartnersOwnTokenServers {

    private static final String THEIRS = "00000001-0000-0000-c000-000000000001@contoso.com";

    @Test
    void are_asked_once_and_their_token_is_nested() throws Exception {
      var key = TestKeys.rsa();
      try (var server =
          PartnerServer.start(
              body ->
                  new PartnerServer.Answer(
                      200,
                      "{\"access_token\":\""
                          + theirToken(key, OURS)
                          + "\",\"expires_in\":\"3600\"}"))) {
        behind(server, "sts-ok", "behind-sts");
        var form = TokenRequests.actor("behind-sts", OidcIssuer.admin());
        form.put("resource", "https://mail.contoso.com/EWS/Exchange.asmx");

        String app = token(form).statusCode(200).extract().path("access_token");
        assertThat(parsed(app).claims().issuer()).contains(THEIRS);
        form.put("grant_type", EXCHANGE_GRANT);
        form.put("subject_token_type", "urn:concordat:params:oauth:token-type:sip-address");
        form.put("subject_token", "sip:kenmyer@contoso.com");
        String user =
            token(form)
                .statusCode(200)
                .body("token_source", equalTo("cached"))
                .extract()
                .path("access_token");

        assertThat(parsed(user).actor()).isPresent();
        assertThat(parsed(user).claims().issuer()).contains(OURS);
        assertThat(server.bodies()).hasSize(1);
        assertThat(server.bodies().getFirst())
            .contains("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer")
            .contains("resource=" + EXCHANGE_ID + "%2Fmail.contoso.com%40contoso.com");
      }
    }

    @Test
    void that_refuse_or_name_another_are_told_of() throws Exception {
      try (var server =
          PartnerServer.start(
              _ ->
                  new PartnerServer.Answer(
                      400,
                      "{\"error\":\"invalid_client\",\"error_description\":\"ACS50012: Authentication failed.\"}"))) {
        behind(server, "sts-refuses", "behind-refusal");
        var form = TokenRequests.actor("behind-refusal", OidcIssuer.admin());
        form.put("resource", "https://mail.contoso.com/EWS/Exchange.asmx");
        token(form)
            .statusCode(503)
            .body("reason", equalTo("token-server-failed"))
            .body("error_description", containsString("ACS50012"));
      }
      var key = TestKeys.rsa();
      try (var server =
          PartnerServer.start(
              _ ->
                  new PartnerServer.Answer(
                      200,
                      "{\"access_token\":\""
                          + theirToken(key, "99999999-0000-0ff1-ce00-000000000000@litwareinc.com")
                          + "\"}"))) {
        behind(server, "sts-lies", "behind-lies");
        var form = TokenRequests.actor("behind-lies", OidcIssuer.admin());
        form.put("resource", "https://mail.contoso.com/EWS/Exchange.asmx");
        token(form).statusCode(503).body("error_description", containsString("not us"));
      }
    }

    private void behind(PartnerServer server, String tokenServer, String partner) {
      registry.register(
          Registrations.partner(
              tokenServer,
              PartnerKind.TOKEN_SERVER,
              null,
              null,
              new Trust.ByMetadata(server.url("/metadata/json/1").toString(), null, null)));
      registry.read(
          new MetadataRefreshed(
              tokenServer,
              MetadataRefreshed.Outcome.CHANGED,
              new AuthMetadataDocument(
                  null,
                  "1.0",
                  null,
                  null,
                  null,
                  THEIRS,
                  List.of(),
                  List.of(),
                  List.of(
                      new AuthMetadataDocument.Endpoint(
                          server.url("/tokens/OAuth/2").toString(), "OAuth2", "issuance"))),
              Registrations.SOME_TIME,
              null,
              null,
              List.of(),
              List.of(),
              null));
      registry.register(
          Registrations.partner(
              partner,
              PartnerKind.EXCHANGE,
              EXCHANGE_ID,
              "contoso.com",
              new Trust.ByTokenServer(tokenServer)));
    }

    private static String theirToken(TestKeys.Pair key, String application) {
      var claims =
          new ActorTokenClaims(
              AudienceName.parse(EXCHANGE_ID + "/mail.contoso.com@contoso.com"),
              PrincipalName.parse(THEIRS),
              Instant.now().minusSeconds(60),
              Instant.now().plus(Duration.ofHours(1)),
              PrincipalName.parse(application),
              true,
              PrincipalName.parse(THEIRS));
      return signedBy(key, claims);
    }
  }

  private static String signedBy(TestKeys.Pair key, ActorTokenClaims claims) {
    try {
      String input = claims.signingInput(key.certificate().x5t());
      var signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(key.privateKey());
      signature.update(input.getBytes(StandardCharsets.US_ASCII));
      return input + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static PartnerRegistered withSecret(String name) {
    return Registrations.workload(
        name, new ClientAuth(null, null, null, hash(SECRET)), anyone("*"));
  }

  /** A client that proves itself by this secret, whose hash is quick. */
  static ClientAuth clientSecret(String secret) {
    return new ClientAuth(null, null, null, hash(secret));
  }

  private static String hash(String secret) {
    try {
      byte[] salt = "sixteen bytes ok".getBytes(StandardCharsets.US_ASCII);
      byte[] hash =
          SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
              .generateSecret(new PBEKeySpec(secret.toCharArray(), salt, 10_000, 256))
              .getEncoded();
      var base64 = Base64.getUrlEncoder().withoutPadding();
      return "pbkdf2-sha256:10000:%s:%s"
          .formatted(base64.encodeToString(salt), base64.encodeToString(hash));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static Map<String, String> secret(String client, String secret, String audience) {
    var form = new LinkedHashMap<String, String>();
    form.put("grant_type", "client_credentials");
    form.put("client_id", client);
    form.put("client_secret", secret);
    form.put("audience", audience);
    return form;
  }

  private static Map<String, String> assertion(String audience, String assertion) {
    return TokenRequests.actor(audience, assertion);
  }

  private static Map<String, String> grant(String audience, String assertion) {
    var form = new LinkedHashMap<String, String>();
    form.put("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer");
    form.put("assertion", assertion);
    form.put("audience", audience);
    return form;
  }

  private static Map<String, String> exchange(String audience, String type, String subject) {
    var form = TokenRequests.actor(audience, OidcIssuer.admin());
    form.put("grant_type", EXCHANGE_GRANT);
    form.put("subject_token_type", type);
    form.put("subject_token", subject);
    return form;
  }

  private static JWTClaimsSet self(String client, UnaryOperator<JWTClaimsSet.Builder> but) {
    return but.apply(
            new JWTClaimsSet.Builder()
                .issuer(client)
                .subject(client)
                .audience("https://token.litwareinc.com/oauth2/token")
                .jwtID(UUID.randomUUID().toString())
                .expirationTime(Date.from(Instant.now().plusSeconds(300))))
        .build();
  }

  private static String signed(TestKeys.Pair key, @Nullable String keyId, JWTClaimsSet claims)
      throws JOSEException {
    var jwt = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(keyId).build(), claims);
    jwt.sign(new RSASSASigner(key.privateKey()));
    return jwt.serialize();
  }

  private static String basic(String client, String secret) {
    String pair =
        URLEncoder.encode(client, StandardCharsets.UTF_8)
            + ":"
            + URLEncoder.encode(secret, StandardCharsets.UTF_8);
    return Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
  }

  private static ValidatableResponse token(Map<String, String> form) {
    return TokenRequests.send(form);
  }

  private static ValidatableResponse overTls(Map<String, String> form, String certificate) {
    return plain()
        .contentType(FORM)
        .header("Client-Cert", certificate)
        .formParams(form)
        .post("/oauth2/token")
        .then();
  }

  private static String invalidClient(Map<String, String> form) {
    return token(form)
        .statusCode(401)
        .body("error", equalTo("invalid_client"))
        .extract()
        .asString();
  }

  private static S2SToken parsed(String token) {
    return (S2SToken) S2SToken.parse(token);
  }
}
