package dev.concordat.contracts.tokens;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.contracts.ProtocolVectors;
import java.time.Instant;
import java.util.Base64;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class S2STokenTest {
  private static final ProtocolVectors VECTORS = ProtocolVectors.read();
  private static final String ACTOR = VECTORS.token("actor-ok").token();
  private static final String USER = VECTORS.token("user-ok").token();

  @Test
  void anAppOnlyTokenIsTakenApart() {
    var token = parsed(ACTOR);

    assertThat(token.userToken()).isFalse();
    assertThat(token.actor()).isEmpty();
    assertThat(token.signedToken()).isSameAs(token);
    assertThat(token.header())
        .isEqualTo(new TokenHeader("RS256", "JWT", "boxo1u2SHHXBRxvKnniDDAXbpws"));
    assertThat(token.signature()).hasSize(256);
    assertThat(new String(token.signingInput(), UTF_8))
        .isEqualTo(ACTOR.substring(0, ACTOR.lastIndexOf('.')));
    var claims = token.claims();
    assertThat(claims.issuer()).contains("00000004-0000-0ff1-ce00-000000000000@litwareinc.com");
    assertThat(claims.nameId()).isEqualTo(claims.issuer());
    assertThat(claims.notBefore()).contains(Instant.ofEpochSecond(1767225600));
    assertThat(claims.expiry()).contains(Instant.ofEpochSecond(1767254400));
    assertThat(claims.trustedForDelegation()).isTrue();
    assertThat(claims.identityProvider()).isEmpty();
    assertThat(claims.names())
        .containsExactly("aud", "iss", "nbf", "exp", "nameid", "trustedfordelegation");
  }

  @Test
  void aUserTokenHasItsActorInside() {
    var token = parsed(USER);

    assertThat(token.userToken()).isTrue();
    assertThat(token.signature()).isEmpty();
    assertThat(token.signedToken().claims().trustedForDelegation()).isTrue();
    assertThat(token.claims().sip()).contains("kenmyer@litwareinc.com");
    assertThat(token.claims().smtp()).contains("kenmyer@litwareinc.com");
    assertThat(token.claims().upn()).contains("kenmyer@litwareinc.com");
    assertThat(token.claims().nii()).contains("urn:office:idp:activedirectory");
  }

  @Test
  void neitherATokenNorItsClaimsShowWhatTheySay() {
    var token = parsed(USER);

    assertThat(token).hasToString("S2SToken[user token]");
    assertThat(parsed(ACTOR)).hasToString("S2SToken[app-only token]");
    assertThat(token.claims()).hasToString("TokenClaims[10]");
    assertThat(UserClaims.of(token.claims())).asString().doesNotContain("kenmyer");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "..",
        "...",
        "a.b.c",
        "a.b.c.d",
        "eyJhbGciOiJSUzI1NiJ9",
        "e30.e30",
        "e30.W10.",
        "e30.bnVsbA.",
        " e30.e30.",
        "e30.e30.\n",
        "e30.e3 0.",
        "e30=.e30.",
        "e30.e30.AAAA=",
        "e30.e30.A",
        "e30.e30.AB",
        "e30.e30.AA==",
        "e30.e30.++//",
        "ZTMw.e30.",
        "é.e30."
      })
  void whatIsNoThreePartsOfStrictBase64UrlWithJsonObjectsIsNotParsed(String text) {
    assertThat(refused(text).rule()).isEqualTo(Rule.PARSE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"alg\":\"RS256\",\"crit\":[\"b64\"]}",
        "{\"alg\":\"RS256\",\"alg\":\"RS256\"}",
        "{\"alg\":\"RS256\",\"\\u0061lg\":\"none\"}",
        "{\"alg\":\"RS256\"} {}",
        "{\"alg\":\"RS256\",}",
        "\ufeff{\"alg\":\"RS256\"}",
        "{\"alg\":\"RS256\",\"a\":[[[[[[[[]]]]]]]]}"
      })
  void headersWithSurprisesAreNotParsed(String header) {
    assertThat(refused(token(header, "{}", "AAAA")).rule()).isEqualTo(Rule.PARSE);
  }

  @Test
  void claimsMayNestEightDeepAndNoDeeper() {
    String rs256 = "{\"alg\":\"RS256\"}";

    assertThat(S2SToken.parse(token(rs256, "{\"a\":[[[[[[[]]]]]]]}", "AAAA")))
        .isInstanceOf(S2SToken.class);
    assertThat(refused(token(rs256, "{\"a\":[[[[[[[[]]]]]]]]}", "AAAA")).rule())
        .isEqualTo(Rule.PARSE);
  }

  @Test
  void bytesThatAreNotUtf8AreNotParsed() {
    String claims =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(new byte[] {'{', '"', (byte) 0xc0, (byte) 0xa2, '"', ':', '1', '}'});

    assertThat(refused("eyJhbGciOiJSUzI1NiJ9." + claims + ".AAAA").reason()).contains("UTF-8");
  }

  @Test
  void aTokenHasAtMost16KiB() {
    assertThat(refused(ACTOR + "A".repeat(S2SToken.MAX_LENGTH)).reason()).contains("16 KiB");
  }

  @Test
  void bothNamesOfTheActorTokenAtOnceAreRefused() {
    String claims = "{\"actortoken\":\"%s\",\"actort\":\"%s\"}".formatted(ACTOR, ACTOR);

    assertThat(refused(token("{\"alg\":\"none\"}", claims, "")).rule()).isEqualTo(Rule.PARSE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"7", "null", "{}", "\"\"", "[\"a\"]"})
  void anActorTokenThatIsNoTokenIsNotParsed(String actor) {
    assertThat(refused(token("{\"alg\":\"none\"}", "{\"actortoken\":" + actor + "}", "")).rule())
        .isEqualTo(Rule.PARSE);
  }

  @ParameterizedTest
  @CsvSource({"none, ACTOR_MISSING", "NONE, ACTOR_MISSING", "nOnE, ACTOR_MISSING"})
  void anUnsignedTokenNeedsAnActor(String alg, Rule rule) {
    assertThat(refused(token("{\"alg\":\"" + alg + "\"}", "{}", "")).rule()).isEqualTo(rule);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{\"alg\":\"NONE\"}", "{\"alg\":[\"none\"]}", "{}", "{\"alg\":\"HS256\"}"})
  void anOuterTokenIsUnsignedInExactlyThatSpelling(String header) {
    assertThat(refused(token(header, "{\"actortoken\":\"" + ACTOR + "\"}", "")).rule())
        .isEqualTo(Rule.OUTER_ALG);
  }

  @Test
  void aSignedOuterTokenIsReadOnlyWhereTheSwitchSaysSo() {
    String signedOuter = VECTORS.token("outer-signed").token();

    assertThat(refused(signedOuter).rule()).isEqualTo(Rule.OUTER_ALG);
    assertThat(S2SToken.parse(signedOuter, S2SToken.OuterSignature.IGNORED))
        .isInstanceOfSatisfying(S2SToken.class, token -> assertThat(token.userToken()).isTrue());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"1767225600\" | 1767225600",
        "1767225600 | 1767225600",
        "\"999999999999\" | 999999999999",
        "0 | 0",
      })
  void timesAreIntegersOrStringsOfDigits(String json, long seconds) {
    assertThat(claim(json).time("t")).contains(Instant.ofEpochSecond(seconds));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"\"",
        "\"-1\"",
        "-1",
        "\"+1\"",
        "1.0",
        "1.5",
        "1e9",
        "\"1e9\"",
        "\" 1\"",
        "true",
        "null",
        "[1]",
        "\"1000000000000\"",
        "1000000000000",
        "129876543210000000",
        "\"١\""
      })
  void anythingElseIsNoTime(String json) {
    assertThat(claim(json).time("t")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"true\" | true",
        "true | true",
        "\"True\" | false",
        "\"false\" | false",
        "false | false",
        "1 | false",
        "null | false",
        "[\"true\"] | false"
      })
  void onlyTrueIsTrustedForDelegation(String json, boolean trusted) {
    var token =
        parsed(token("{\"alg\":\"RS256\"}", "{\"trustedfordelegation\":" + json + "}", "AAAA"));

    assertThat(token.claims().trustedForDelegation()).isEqualTo(trusted);
  }

  @Property
  void noTextMakesParsingThrow(@ForAll String header, @ForAll String claims, @ForAll String tail) {
    assertThat(S2SToken.parse(header + "." + claims + "." + tail)).isNotNull();
    assertThat(S2SToken.parse(token(header, claims, tail))).isNotNull();
  }

  @Property
  void noChangeOfACharacterMakesParsingThrow(@ForAll int where, @ForAll char instead) {
    var text = new StringBuilder(USER);
    text.setCharAt(Math.floorMod(where, USER.length()), instead);

    assertThat(S2SToken.parse(text.toString())).isNotNull();
  }

  private static TokenClaims claim(String json) {
    return parsed(token("{\"alg\":\"RS256\"}", "{\"t\":" + json + "}", "AAAA")).claims();
  }

  private static String token(String header, String claims, String signature) {
    var base64 = Base64.getUrlEncoder().withoutPadding();
    return base64.encodeToString(header.getBytes(UTF_8))
        + "."
        + base64.encodeToString(claims.getBytes(UTF_8))
        + "."
        + signature;
  }

  private static S2SToken parsed(String text) {
    return (S2SToken) S2SToken.parse(text);
  }

  private static Refusal refused(String text) {
    return (Refusal) S2SToken.parse(text);
  }
}
