package dev.concordat.token;

import static dev.concordat.token.Presenting.authorize;
import static dev.concordat.token.Presenting.introspect;
import static dev.concordat.token.Registrations.disabled;
import static dev.concordat.token.Registrations.serviceAccount;
import static dev.concordat.token.TokenRequests.FORM;
import static dev.concordat.token.TokenRequests.actor;
import static dev.concordat.token.TokenRequests.plain;
import static dev.concordat.token.TokenRequests.send;
import static dev.concordat.token.TokenRequests.sendAfresh;
import static dev.concordat.token.TokenRequests.token;
import static dev.concordat.token.TokenRequests.user;
import static dev.concordat.token.TokenRequests.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import dev.concordat.contracts.events.MayRequest;
import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.TrustLevel;
import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.token.keys.ActiveKeyRing;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.interfaces.RSAPublicKey;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Access tokens of RFC 9068 for services of our own: issued, and judged when they come back. */
@QuarkusTest
@QuarkusTestResource(RunningSuite.class)
class AccessTokenTest {

  private static final String ISSUER = "https://token.litwareinc.com";
  private static final String ARCHIVE = "https://archive.litwareinc.com/api";
  private static final String KEN = "sip:kenmyer@litwareinc.com";

  @Inject Registry registry;
  @Inject ActiveKeyRing keys;

  private static String account(String name) {
    return OidcIssuer.token(OidcIssuer.key(), it -> it.subject("system:" + name));
  }

  @BeforeEach
  void register() {
    registry.register(service("archive", ARCHIVE, "archive"));
    registry.register(crm(new MayRequest("archive", anyone(), List.of("mail.read", "mail.write"))));
  }

  private static MayRequest.ActingAs anyone() {
    return new MayRequest.ActingAs(true, null, null);
  }

  private static PartnerRegistered crm(MayRequest... mayRequest) {
    return Registrations.workload("crm", serviceAccount("system:crm"), mayRequest);
  }

  private static PartnerRegistered service(String name, String identifier, String account) {
    var like = Registrations.workload(name, serviceAccount("system:" + account));
    return new PartnerRegistered(
        name,
        PartnerKind.GENERIC,
        identifier,
        null,
        TrustLevel.FULL,
        true,
        null,
        List.of(),
        like.clientAuth(),
        null,
        null,
        like.revision(),
        like.changedAt(),
        like.changedBy());
  }

  @Test
  void a_library_that_knows_nothing_of_us_takes_it_by_the_standard_alone() throws Exception {
    String token =
        send(actor("archive", account("crm")))
            .statusCode(200)
            .header("Cache-Control", "no-store")
            .body("token_type", equalTo("Bearer"))
            .body("expires_in", allOf(greaterThan(3500), lessThanOrEqualTo(3600)))
            .body("scope", equalTo("mail.read mail.write"))
            .body("issued_token_type", nullValue())
            .extract()
            .path("access_token");

    JWTClaimsSet claims = byTheStandard(token);
    assertThat(claims.getSubject()).isEqualTo("crm");
    assertThat(claims.getClaim("client_id")).isEqualTo("crm");
    assertThat(claims.getClaim("scope")).isEqualTo("mail.read mail.write");
    assertThat(claims.getClaim("act")).isNull();
    assertThat(claims.getAudience()).containsExactly(ARCHIVE);
  }

  @Test
  void a_user_is_its_subject_and_the_client_the_actor() throws Exception {
    String token =
        send(with(user("archive", account("crm"), KEN), "user_upn", "KenMyer@litwareinc.com"))
            .statusCode(200)
            .body("issued_token_type", equalTo("urn:ietf:params:oauth:token-type:access_token"))
            .extract()
            .path("access_token");

    assertThat(byTheStandard(token).getClaim("act")).isEqualTo(Map.of("sub", "crm"));
    introspect(token, null)
        .body("active", equalTo(true))
        .body("iss", equalTo(ISSUER))
        .body("aud", equalTo(ARCHIVE))
        .body("sub", equalTo("kenmyer@litwareinc.com"))
        .body("client_id", equalTo("crm"))
        .body("act.sub", equalTo("crm"))
        .body("upn", equalTo("kenmyer@litwareinc.com"))
        .body("sip", equalTo("kenmyer@litwareinc.com"))
        .body("scope", equalTo("mail.read mail.write"))
        .body("nbf", notNullValue())
        .body("iat", notNullValue())
        .body("exp", notNullValue())
        .body("jti", notNullValue())
        .body("token_type", equalTo("Bearer"));
  }

  @Test
  void it_is_reused_until_a_fresh_one_is_asked_for_and_no_two_have_one_id() throws Exception {
    var form = actor("archive", account("crm"));
    String first = send(form).statusCode(200).extract().path("access_token");
    send(form).statusCode(200).body("access_token", equalTo(first));
    String fresh =
        sendAfresh(form)
            .statusCode(200)
            .body("token_source", equalTo("fresh"))
            .extract()
            .path("access_token");

    assertThat(byTheStandard(fresh).getJWTID()).isNotEqualTo(byTheStandard(first).getJWTID());
    send(user("archive", account("crm"), KEN)).body("access_token", not(equalTo(first)));
  }

  @Test
  void a_scope_is_granted_where_the_registration_gives_it_and_no_other() {
    send(with(actor("archive", account("crm")), "scope", "mail.read"))
        .statusCode(200)
        .body("scope", equalTo("mail.read"));
    send(with(actor("archive", account("crm")), "scope", "mail.read mail.delete"))
        .statusCode(400)
        .body("error", equalTo("invalid_scope"))
        .body("reason", equalTo("scope-not-allowed"))
        .body("error_description", containsString("mail.write"));
    registry.register(crm(new MayRequest("archive", null)));
    send(actor("archive", account("crm"))).statusCode(200).body("scope", nullValue());
  }

  @ParameterizedTest
  @ValueSource(strings = {"a  b", "a\"b", "a\\b", "sch\u00f6n", " "})
  void a_scope_that_is_none_is_refused(String scope) {
    send(with(actor("archive", account("crm")), "scope", scope))
        .statusCode(400)
        .body("error", equalTo("invalid_scope"));
  }

  @Test
  void a_person_is_never_taken_for_a_workload_of_the_same_name() throws Exception {
    registry.register(Registrations.workload("ann", serviceAccount("system:ann")));

    String token = send(actor("archive", OidcIssuer.admin())).extract().path("access_token");

    assertThat(byTheStandard(token).getSubject()).isEqualTo("admin:ann");
    introspect(token, null).body("active", equalTo(true));
  }

  @Test
  void the_rules_of_any_token_hold_for_it_too() {
    registry.register(service("payroll", "urn:litware:payroll", "payroll"));
    send(actor("payroll", account("crm"))).statusCode(400).body("reason", equalTo("not-allowed"));
    send(with(actor("archive", account("crm")), "resource", ARCHIVE + "/mail/7")).statusCode(200);
    send(with(actor("archive", account("crm")), "resource", "https://evil.example/api"))
        .statusCode(400)
        .body("error", equalTo("invalid_target"))
        .body("reason", equalTo("foreign-resource"));
    registry.register(crm(new MayRequest("archive", null)));
    send(user("archive", account("crm"), KEN))
        .statusCode(400)
        .body("reason", equalTo("not-allowed"));
  }

  @Test
  void a_verdict_ends_with_the_registrations_it_rests_on() {
    String token = send(actor("archive", account("crm"))).extract().path("access_token");
    introspect(token, null).body("active", equalTo(true));

    registry.register(crm(new MayRequest("another", null)));
    introspect(token, null).body("active", equalTo(false)).body("rule", equalTo("client-id"));
    registry.register(disabled(crm(new MayRequest("archive", null))));
    introspect(token, null).body("active", equalTo(false)).body("rule", equalTo("client-id"));
    registry.register(crm(new MayRequest("archive", null)));
    introspect(token, null).body("active", equalTo(true));
    registry.register(disabled(service("archive", ARCHIVE, "archive")));
    introspect(token, null).body("active", equalTo(false)).body("rule", equalTo("aud"));
  }

  @Test
  void a_service_learns_of_its_own_tokens_alone() {
    registry.register(service("payroll", "urn:litware:payroll", "payroll"));
    String token = send(actor("archive", account("crm"))).extract().path("access_token");

    introspect(token, null, account("archive")).body("active", equalTo(true));
    introspect(token, ARCHIVE + "/mail", account("archive")).body("active", equalTo(true));
    introspect(token, "https://archive.litwareinc.com/other", account("archive"))
        .body("active", equalTo(false))
        .body("rule", nullValue());
    introspect(token, null, account("payroll"))
        .body("active", equalTo(false))
        .body("sub", nullValue());
  }

  @Test
  void an_ingress_lets_it_in_at_the_services_host_alone() {
    String token =
        send(user("archive", account("crm"), KEN)).statusCode(200).extract().path("access_token");

    authorize(token, "archive.litwareinc.com")
        .statusCode(200)
        .header("X-Concordat-Partner", "crm")
        .header("X-Concordat-Application", "crm")
        .header("X-Concordat-Issuer", ISSUER)
        .header("X-Concordat-User", "kenmyer@litwareinc.com")
        .header("X-Concordat-User-Sid", "");
    authorize(token, "archive.litwareinc.com:8443").statusCode(401);
    authorize(token, "localhost").statusCode(401).header("X-Concordat-User", nullValue());
  }

  @Test
  void it_has_the_clients_roles_at_the_service_and_none_where_it_is_about_a_user()
      throws Exception {
    registry.register(
        crm(
            new MayRequest("archive", anyone(), null, List.of("archivist")),
            new MayRequest("*", null, null, List.of("auditor", "archivist")),
            new MayRequest("another", null, null, List.of("owner"))));

    String itself = token(actor("archive", account("crm")));
    assertThat(byTheStandard(itself).getStringListClaim("roles"))
        .containsExactly("archivist", "auditor");
    introspect(itself, null).body("roles", equalTo(List.of("archivist", "auditor")));
    String forKen = token(user("archive", account("crm"), KEN));
    assertThat(byTheStandard(forKen).getClaim("roles")).isNull();
    introspect(forKen, null).body("active", equalTo(true)).body("roles", nullValue());
    String persons = token(actor("archive", OidcIssuer.admin()));
    assertThat(byTheStandard(persons).getClaim("roles")).isNull();
  }

  @Test
  void it_is_bound_to_the_certificate_that_the_client_proved_itself_by() throws Exception {
    var key = TestKeys.rsa();
    String certificate = ":" + key.certificate().base64() + ":";
    registry.register(
        Registrations.workload(
            "scanner",
            Registrations.certificates(key.certificate().pem()),
            new MayRequest("archive", null)));
    String bound =
        plain()
            .contentType(FORM)
            .header("Client-Cert", certificate)
            .formParams(
                Map.of(
                    "grant_type",
                    "client_credentials",
                    "client_id",
                    "scanner",
                    "audience",
                    "archive"))
            .post("/oauth2/token")
            .then()
            .statusCode(200)
            .extract()
            .path("access_token");

    String thumbprint =
        Base64URL.encode(
                MessageDigest.getInstance("SHA-256").digest(key.certificate().x509().getEncoded()))
            .toString();
    assertThat(byTheStandard(bound).getJSONObjectClaim("cnf"))
        .isEqualTo(Map.of("x5t#S256", thumbprint));
    introspect(bound, null)
        .body("active", equalTo(true))
        .body("cnf", equalTo(Map.of("x5t#S256", thumbprint)));
    authorize(bound, "archive.litwareinc.com", certificate)
        .statusCode(200)
        .header("X-Concordat-Partner", "scanner");
    authorize(bound, "archive.litwareinc.com")
        .statusCode(401)
        .header("WWW-Authenticate", containsString("invalid_token"));
    authorize(bound, "archive.litwareinc.com", ":" + TestKeys.rsa().certificate().base64() + ":")
        .statusCode(401);

    String free = token(actor("archive", account("crm")));
    introspect(free, null).body("cnf", nullValue());
    authorize(free, "archive.litwareinc.com", certificate).statusCode(200);
  }

  @ParameterizedTest
  @CsvSource({
    "no signature, signature",
    "another key, signature",
    "a key of its own in the header, signature",
    "a server-to-server type, key",
    "our public key as a secret, alg"
  })
  void what_is_made_up_does_not_hold(String how, String rule) throws Exception {
    String token = send(actor("archive", account("crm"))).extract().path("access_token");
    String forged = forged(SignedJWT.parse(token), how);

    // One that is no access token by its own word is judged as any other: nobody of that issuer.
    introspect(forged, null)
        .body("active", equalTo(false))
        .body("rule", equalTo(how.startsWith("a server") ? "iss" : rule));
    authorize(forged, "archive.litwareinc.com").statusCode(401);
  }

  private static String forged(SignedJWT genuine, String how) throws Exception {
    JWSHeader header = genuine.getHeader();
    String written = header.toBase64URL().decodeToString();
    var stranger = TestKeys.rsa();
    return switch (how) {
      case "no signature" ->
          genuine.serialize().substring(0, genuine.serialize().lastIndexOf('.') + 1);
      case "another key" ->
          signed(header.toBase64URL(), genuine, new RSASSASigner(stranger.privateKey()), header);
      case "a key of its own in the header" -> {
        var own = new RSAKey.Builder((RSAPublicKey) stranger.certificate().publicKey()).build();
        String json = written.replaceFirst("}$", ",\"jwk\":" + own.toJSONString() + "}");
        yield signed(
            Base64URL.encode(json), genuine, new RSASSASigner(stranger.privateKey()), header);
      }
      case "a server-to-server type" ->
          Base64URL.encode(written.replace("at+jwt", "JWT"))
              + "."
              + genuine.getPayload().toBase64URL()
              + "."
              + genuine.getSignature();
      default -> {
        byte[] secret = stranger.certificate().publicKey().getEncoded();
        String json = written.replace("RS256", "HS256");
        yield signed(
            Base64URL.encode(json),
            genuine,
            new MACSigner(secret),
            new JWSHeader(JWSAlgorithm.HS256));
      }
    };
  }

  private static String signed(Base64URL header, SignedJWT genuine, JWSSigner signer, JWSHeader alg)
      throws Exception {
    String input = header + "." + genuine.getPayload().toBase64URL();
    return input + "." + signer.sign(alg, input.getBytes(StandardCharsets.US_ASCII));
  }

  /** As a resource server does by RFC 9068 section 4, with our JWK set. */
  private JWTClaimsSet byTheStandard(String token) throws Exception {
    SigningCertificate ours = keys.ring().current().certificate();
    var jwks =
        new JWKSet(new RSAKey.Builder((RSAPublicKey) ours.publicKey()).keyID(ours.x5t()).build());
    var processor = new DefaultJWTProcessor<SecurityContext>();
    processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(new JOSEObjectType("at+jwt")));
    processor.setJWSKeySelector(
        new JWSVerificationKeySelector<>(JWSAlgorithm.RS256, new ImmutableJWKSet<>(jwks)));
    processor.setJWTClaimsSetVerifier(
        new DefaultJWTClaimsVerifier<>(
            ARCHIVE,
            new JWTClaimsSet.Builder().issuer(ISSUER).build(),
            Set.of("sub", "iat", "exp", "jti", "client_id")));
    return processor.process(token, null);
  }
}
