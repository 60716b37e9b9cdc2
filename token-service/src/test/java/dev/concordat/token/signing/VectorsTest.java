package dev.concordat.token.signing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.contracts.Json;
import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.contracts.names.AudienceName;
import dev.concordat.contracts.names.PrincipalName;
import dev.concordat.contracts.names.SipAddress;
import dev.concordat.contracts.tokens.ActorTokenClaims;
import dev.concordat.contracts.tokens.UserTokenClaims;
import dev.concordat.token.TestKeys;
import dev.concordat.token.keys.KeyRings;
import dev.concordat.token.keys.SigningKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What we sign is what the reference has, byte for byte, its signature aside. */
class VectorsTest {

  private static final PrincipalName SKYPE =
      PrincipalName.parse("00000004-0000-0ff1-ce00-000000000000@litwareinc.com");

  private static JsonNode vectors;
  private static SigningKey key;

  @BeforeAll
  static void read() throws IOException {
    try (var json = VectorsTest.class.getResourceAsStream("/token-vectors.json")) {
      vectors = Json.mapper().readTree(json);
    }
    key =
        KeyRings.key(
            SigningCertificate.parse(vectors.get("certificate").asText()),
            TestKeys.keyPair("RSA", 2048).getPrivate());
  }

  @Test
  void an_actor_token_for_exchange() {
    var claims =
        claims(
            "00000002-0000-0ff1-ce00-000000000000/atl-exchange-001.litwareinc.com@litwareinc.com",
            true);

    assertThat(unsigned(sign(claims))).isEqualTo(unsigned(vector("actor")));
  }

  @Test
  void an_app_only_token_for_sharepoint() {
    var claims =
        claims(
            "00000003-0000-0ff1-ce00-000000000000/sharepoint.litwareinc.com@litwareinc.com", null);

    assertThat(unsigned(sign(claims))).isEqualTo(unsigned(vector("appOnlySharePoint")));
  }

  @Test
  void a_user_token_for_exchange() {
    var claims =
        claims(
            "00000002-0000-0ff1-ce00-000000000000/atl-exchange-001.litwareinc.com@litwareinc.com",
            true);
    var actor = new SignedActorToken(vector("actor"), claims, key.id());
    var ken =
        UserTokenClaims.forExchange(
            "kenmyer@litwareinc.com",
            "kenmyer@litwareinc.com",
            SipAddress.parse("sip:kenmyer@litwareinc.com"));

    assertThat(UserTokens.around(actor, ken)).isEqualTo(vector("user")).endsWith(".");
  }

  @Test
  void nothing_prints_a_token() {
    var actor = new SignedActorToken("secret", claims("a/b@c", true), key.id());

    assertThat(actor.toString()).doesNotContain("secret");
  }

  private static ActorTokenClaims claims(String audience, @Nullable Boolean delegation) {
    return new ActorTokenClaims(
        AudienceName.parse(audience),
        SKYPE,
        Instant.ofEpochSecond(vectors.get("notBefore").asLong()),
        Instant.ofEpochSecond(vectors.get("expires").asLong()),
        SKYPE,
        delegation,
        null);
  }

  private static String sign(ActorTokenClaims claims) {
    return key.sign(claims.json().getBytes(StandardCharsets.UTF_8));
  }

  private static String vector(String name) {
    return vectors.get(name).get("token").asText();
  }

  private static String unsigned(String token) {
    return token.substring(0, token.lastIndexOf('.'));
  }
}
