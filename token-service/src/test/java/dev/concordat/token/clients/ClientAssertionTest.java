package dev.concordat.token.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.token.TestKeys;
import java.nio.charset.StandardCharsets;
import java.security.interfaces.ECPrivateKey;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientAssertionTest {

  private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");
  private static final Set<String> US =
      Set.of("https://us.example", "https://us.example/oauth2/token");
  private static final TestKeys.Pair KEY =
      TestKeys.rsa(2048, NOW.minusSeconds(60), NOW.plusSeconds(86_400));

  @ParameterizedTest
  @ValueSource(strings = {"RS256", "PS256"})
  void a_sound_assertion_proves_its_client(String algorithm) throws Exception {
    var assertion = read(signed(claims(it -> it), new RSASSASigner(KEY.privateKey()), algorithm));

    assertThat(assertion.claimedClient()).contains("probe");
    assertThat(prove(assertion, KEY).id()).isEqualTo("once");
  }

  @Test
  void an_elliptic_curve_key_may_sign_too() throws Exception {
    var pair = TestKeys.ec(NOW.minusSeconds(60), NOW.plusSeconds(60));
    var assertion =
        read(signed(claims(it -> it), new ECDSASigner((ECPrivateKey) pair.privateKey()), "ES256"));

    assertThatCode(() -> assertion.prove(keys(pair.certificate().pem()), US, NOW))
        .doesNotThrowAnyException();
  }

  @Test
  void one_of_several_registered_keys_suffices() throws Exception {
    var assertion = rs256(claims(it -> it));

    assertThatCode(
            () ->
                assertion.prove(
                    keys(
                        "no certificate",
                        TestKeys.rsa().certificate().pem(),
                        KEY.certificate().base64()),
                    US,
                    NOW))
        .doesNotThrowAnyException();
  }

  @Test
  void another_key_proves_nothing() throws Exception {
    refused(
        rs256(claims(it -> it)),
        TestKeys.rsa(2048, NOW.minusSeconds(9), NOW.plusSeconds(9)),
        "no registered key");
  }

  @Test
  void an_expired_certificate_proves_nothing() throws Exception {
    var expired = TestKeys.rsa(2048, NOW.minusSeconds(60), NOW.minusSeconds(1));
    var assertion = read(signed(claims(it -> it), new RSASSASigner(expired.privateKey()), "RS256"));

    refused(assertion, expired, "no registered key");
  }

  @Test
  void a_secret_made_of_the_public_key_proves_nothing() throws Exception {
    var secret = KEY.certificate().pem().getBytes(StandardCharsets.UTF_8);

    refused(
        read(signed(claims(it -> it), new MACSigner(secret), "HS256")), KEY, "no registered key");
  }

  @Test
  void an_unsigned_assertion_is_none() throws Exception {
    assertThat(ClientAssertion.read(new PlainJWT(claims(it -> it)).serialize())).isEmpty();
    assertThat(ClientAssertion.read("rubbish")).isEmpty();
    assertThat(ClientAssertion.read("")).isEmpty();
  }

  @Test
  void changed_claims_prove_nothing() throws Exception {
    String[] sound = rs256Text(claims(it -> it)).split("\\.");
    String[] other = rs256Text(claims(it -> it.jwtID("twice"))).split("\\.");

    refused(read(sound[0] + "." + other[1] + "." + sound[2]), KEY, "no registered key");
  }

  @Test
  void issuer_and_subject_must_be_the_client() throws Exception {
    assertThat(rs256(claims(it -> it.subject("another"))).claimedClient()).isEmpty();
    assertThat(rs256(claims(it -> it.issuer(null))).claimedClient()).isEmpty();
  }

  @Test
  void it_must_be_meant_for_us() throws Exception {
    refused(rs256(claims(it -> it.audience("https://another.example"))), KEY, "aud");
    refused(rs256(claims(it -> it.audience((String) null))), KEY, "aud");
  }

  @Test
  void it_must_not_have_expired_nor_live_long() throws Exception {
    refused(rs256(claims(it -> it.expirationTime(null))), KEY, "no exp");
    refused(
        rs256(claims(it -> it.expirationTime(Date.from(NOW.minusSeconds(60))))), KEY, "expired");
    refused(rs256(claims(it -> it.expirationTime(Date.from(NOW.plusSeconds(661))))), KEY, "longer");
    refused(
        rs256(claims(it -> it.notBeforeTime(Date.from(NOW.plusSeconds(61))))),
        KEY,
        "not valid yet");
  }

  @Test
  void it_must_have_an_id() throws Exception {
    refused(rs256(claims(it -> it.jwtID(null))), KEY, "jti");
    refused(rs256(claims(it -> it.jwtID("x".repeat(257)))), KEY, "jti");
  }

  @Test
  void it_counts_once() throws Exception {
    var seen = new SeenAssertions(() -> NOW);
    var identifier = prove(rs256(claims(it -> it)), KEY);

    assertThat(seen.firstUse("probe", identifier)).isTrue();
    assertThat(seen.firstUse("probe", identifier)).isFalse();
    assertThat(seen.firstUse("another", identifier)).isTrue();
  }

  @Test
  void what_is_remembered_is_bounded_and_never_given_up_for_new_ones() {
    var seen = new SeenAssertions(() -> NOW);
    for (int i = 0; i < SeenAssertions.CAPACITY; i++) {
      seen.firstUse("probe", new ClientAssertion.Identifier("id" + i, NOW.plusSeconds(60)));
    }

    assertThat(
            seen.firstUse("probe", new ClientAssertion.Identifier("one more", NOW.plusSeconds(60))))
        .isFalse();
    assertThat(seen.firstUse("probe", new ClientAssertion.Identifier("id0", NOW.plusSeconds(60))))
        .isFalse();
  }

  private static JWTClaimsSet claims(UnaryOperator<JWTClaimsSet.Builder> but) {
    return but.apply(
            new JWTClaimsSet.Builder()
                .issuer("probe")
                .subject("probe")
                .audience("https://us.example/oauth2/token")
                .expirationTime(Date.from(NOW.plusSeconds(300)))
                .jwtID("once"))
        .build();
  }

  private static ClientAssertion rs256(JWTClaimsSet claims) throws JOSEException {
    return read(rs256Text(claims));
  }

  private static String rs256Text(JWTClaimsSet claims) throws JOSEException {
    return signed(claims, new RSASSASigner(KEY.privateKey()), "RS256");
  }

  private static String signed(JWTClaimsSet claims, JWSSigner signer, String algorithm)
      throws JOSEException {
    var jwt = new SignedJWT(new JWSHeader(JWSAlgorithm.parse(algorithm)), claims);
    jwt.sign(signer);
    return jwt.serialize();
  }

  private static ClientAssertion read(String text) {
    return ClientAssertion.read(text).orElseThrow();
  }

  private static ClientAssertion.Identifier prove(ClientAssertion assertion, TestKeys.Pair key)
      throws UnprovedClient {
    return assertion.prove(keys(key.certificate().pem()), US, NOW);
  }

  private static void refused(ClientAssertion assertion, TestKeys.Pair key, String reason) {
    assertThatThrownBy(() -> prove(assertion, key))
        .isInstanceOf(UnprovedClient.class)
        .hasMessageContaining(reason);
  }

  private static List<ClientKey> keys(String... certificates) {
    return ClientKeys.usable(
        Stream.of(certificates).flatMap(text -> SigningCertificate.tryParse(text).stream()), NOW);
  }
}
