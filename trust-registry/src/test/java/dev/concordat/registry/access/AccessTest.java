package dev.concordat.registry.access;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.startsWith;

import dev.concordat.contracts.Json;
import dev.concordat.registry.deciding.CommandDesk;
import dev.concordat.registry.deciding.DecidingLoop;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Who may do what, by tokens of an OpenID Connect issuer whose discovery document and keys the
 * registry reads over HTTP. Tokens are put together and signed by hand, because a library would
 * refuse to make most of the wrong ones.
 */
@QuarkusTest
@TestProfile(AccessTest.WithIssuer.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AccessTest {

  /** The registry with an issuer to ask, not with its key. */
  public static final class WithIssuer implements QuarkusTestProfile {
    @Override
    public List<TestResourceEntry> testResources() {
      return List.of(new TestResourceEntry(RunningIssuer.class));
    }

    @Override
    public boolean disableGlobalTestResources() {
      return true;
    }
  }

  @Inject CommandDesk desk;
  @Inject DecidingLoop deciding;

  @BeforeEach
  void decides() {
    await().atMost(Duration.ofSeconds(40)).until(() -> desk.isListening() && deciding.isDeciding());
  }

  @Test
  void an_admin_writes_and_reads() throws Exception {
    String token = token(claims("alice", "admin"));

    assertThat(write(token, "written-by-admin").statusCode()).isEqualTo(201);
    assertThat(read(token).statusCode()).isEqualTo(200);
  }

  @Test
  void a_viewer_reads_and_does_not_write() throws Exception {
    String token = token(claims("bob", "viewer"));

    assertThat(read(token).statusCode()).isEqualTo(200);
    assertThat(write(token, "written-by-viewer").statusCode()).isEqualTo(403);
    assertThat(
            given()
                .header("Authorization", "Bearer " + token)
                .delete("/v1/partners/written-by-viewer")
                .statusCode())
        .isEqualTo(403);
  }

  @Test
  void who_has_no_role_does_neither() throws Exception {
    String token = token(claims("carol", "somebody"));

    assertThat(read(token).statusCode()).isEqualTo(403);
    assertThat(write(token, "written-by-nobody").statusCode()).isEqualTo(403);
  }

  @Test
  void a_service_account_has_its_role_by_its_subject_and_stands_in_the_history() throws Exception {
    String token = token(claims(RunningIssuer.GITOPS));

    write(token, "written-by-gitops")
        .then()
        .statusCode(201)
        .body("changedBy", equalTo(RunningIssuer.GITOPS));
    assertThat(read(token).statusCode()).isEqualTo(200);
  }

  @Test
  void a_service_account_among_the_viewers_only_reads() throws Exception {
    String token = token(claims(RunningIssuer.DASHBOARD));

    assertThat(read(token).statusCode()).isEqualTo(200);
    assertThat(write(token, "written-by-dashboard").statusCode()).isEqualTo(403);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "system:serviceaccount:concordat:gitops2",
        "system:serviceaccount:concordat:gitop",
        "system:serviceaccount:elsewhere:gitops",
        "SYSTEM:SERVICEACCOUNT:CONCORDAT:GITOPS",
        "system:serviceaccount:concordat:gitops ",
        "system:serviceaccount:concordat:*",
        "gitops"
      })
  void a_subject_that_is_nearly_one_of_them_has_no_role(String subject) throws Exception {
    assertThat(read(token(claims(subject))).statusCode()).isEqualTo(403);
  }

  @Test
  void a_name_other_than_the_subject_gives_no_role() throws Exception {
    Map<String, Object> claims = claims("mallory");
    claims.put("upn", RunningIssuer.GITOPS);
    claims.put("preferred_username", RunningIssuer.GITOPS);

    assertThat(read(token(claims)).statusCode()).isEqualTo(403);
  }

  @Test
  void without_a_token_there_is_a_challenge() {
    given()
        .get("/v1/partners")
        .then()
        .statusCode(401)
        .header("WWW-Authenticate", startsWith("Bearer"));
    given()
        .contentType(ContentType.JSON)
        .body(BODY)
        .put("/v1/partners/x")
        .then()
        .statusCode(401)
        .header("WWW-Authenticate", startsWith("Bearer"));
  }

  @Test
  void a_token_of_another_issuer_is_refused() throws Exception {
    Map<String, Object> claims = claims(RunningIssuer.GITOPS, "admin");
    claims.put("iss", "https://elsewhere.example");

    refused(token(claims));
  }

  @Test
  void a_token_for_another_audience_is_refused() throws Exception {
    Map<String, Object> claims = claims(RunningIssuer.GITOPS, "admin");
    claims.put("aud", "somebody-else");
    refused(token(claims));

    claims.remove("aud");
    refused(token(claims));
  }

  @Test
  void an_expired_token_is_refused_and_so_is_one_without_an_end() throws Exception {
    Map<String, Object> claims = claims(RunningIssuer.GITOPS, "admin");
    claims.put("iat", Instant.now().minusSeconds(1200).getEpochSecond());
    claims.put("exp", Instant.now().minusSeconds(600).getEpochSecond());
    refused(token(claims));

    claims.remove("exp");
    refused(token(claims));
  }

  @Test
  void a_token_signed_by_another_key_under_the_issuers_key_id_is_refused() throws Exception {
    var generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);

    refused(
        signed(
            header("RS256", RunningIssuer.FIRST),
            claims(RunningIssuer.GITOPS, "admin"),
            generator.generateKeyPair().getPrivate()));
  }

  @Test
  void a_token_with_a_changed_claim_is_refused() throws Exception {
    String[] viewer = token(claims("bob", "viewer")).split("\\.", -1);
    String[] admin = token(claims("bob", "admin")).split("\\.", -1);

    refused(viewer[0] + "." + admin[1] + "." + viewer[2]);
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "None", "NONE"})
  void a_token_without_a_signature_is_refused(String algorithm) throws Exception {
    String unsigned =
        encoded(header(algorithm, RunningIssuer.FIRST))
            + "."
            + encoded(claims(RunningIssuer.GITOPS, "admin"))
            + ".";

    refused(unsigned);
  }

  @Test
  void a_token_whose_secret_is_the_public_key_is_refused() throws Exception {
    String published = setting(RunningIssuer.publicKey(RunningIssuer.FIRST));
    byte[] der = Base64.getDecoder().decode(published);
    String pem =
        "-----BEGIN PUBLIC KEY-----\n"
            + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
            + "\n-----END PUBLIC KEY-----\n";
    for (byte[] secret :
        List.of(
            der,
            pem.getBytes(StandardCharsets.US_ASCII),
            published.getBytes(StandardCharsets.US_ASCII))) {
      String text =
          encoded(header("HS256", RunningIssuer.FIRST))
              + "."
              + encoded(claims(RunningIssuer.GITOPS, "admin"));
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));

      refused(text + "." + base64Url(mac.doFinal(text.getBytes(StandardCharsets.US_ASCII))));
    }
  }

  @Test
  @Order(Integer.MAX_VALUE)
  void a_new_key_of_the_issuer_is_read_when_a_token_names_it_and_the_old_one_counts_no_more()
      throws Exception {
    String before = token(claims(RunningIssuer.GITOPS));
    String after =
        signed(
            header("RS256", RunningIssuer.SECOND),
            claims(RunningIssuer.GITOPS),
            key(RunningIssuer.SECOND));
    assertThat(read(before).statusCode()).isEqualTo(200);
    refused(after);

    given().post(setting(RunningIssuer.ISSUER) + "/rotate").then().statusCode(200);

    // How often an unknown key id may make it ask is bounded.
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(read(after).statusCode()).isEqualTo(200));
    // A token that held is not checked again for a moment, which is two seconds here.
    await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> refused(before));
  }

  private static final String BODY =
      "{\"kind\":\"generic\",\"trust\":{\"metadataUrl\":\"https://access.litwareinc.com/x\"}}";

  private static Response read(String token) {
    return given().header("Authorization", "Bearer " + token).get("/v1/partners");
  }

  private static Response write(String token, String name) {
    return given()
        .header("Authorization", "Bearer " + token)
        .contentType(ContentType.JSON)
        .body(BODY)
        .put("/v1/partners/" + name);
  }

  private static void refused(String token) {
    read(token).then().statusCode(401).header("WWW-Authenticate", containsString("Bearer"));
    assertThat(write(token, "written-by-forger").statusCode()).isEqualTo(401);
  }

  private static Map<String, Object> claims(String subject, String... roles) {
    var claims = new LinkedHashMap<String, Object>();
    claims.put("iss", setting(RunningIssuer.ISSUER));
    claims.put("aud", List.of(RunningIssuer.AUDIENCE));
    claims.put("sub", subject);
    claims.put("iat", Instant.now().getEpochSecond());
    claims.put("exp", Instant.now().plusSeconds(600).getEpochSecond());
    if (roles.length > 0) {
      claims.put("groups", List.of(roles));
    }
    return claims;
  }

  private static Map<String, Object> header(String algorithm, String keyId) {
    return Map.of("alg", algorithm, "kid", keyId, "typ", "JWT");
  }

  private static String token(Map<String, Object> claims) throws Exception {
    return signed(header("RS256", RunningIssuer.FIRST), claims, key(RunningIssuer.FIRST));
  }

  private static String signed(
      Map<String, Object> header, Map<String, Object> claims, PrivateKey key) throws Exception {
    String text = encoded(header) + "." + encoded(claims);
    Signature signature = Signature.getInstance("SHA256withRSA");
    signature.initSign(key);
    signature.update(text.getBytes(StandardCharsets.US_ASCII));
    return text + "." + base64Url(signature.sign());
  }

  private static PrivateKey key(String keyId) throws Exception {
    return KeyFactory.getInstance("RSA")
        .generatePrivate(
            new PKCS8EncodedKeySpec(
                Base64.getDecoder().decode(setting(RunningIssuer.privateKey(keyId)))));
  }

  private static String encoded(Map<String, Object> part) throws Exception {
    return base64Url(Json.mapper().writeValueAsBytes(part));
  }

  private static String base64Url(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static String setting(String key) {
    return ConfigProvider.getConfig().getValue(key, String.class);
  }
}
