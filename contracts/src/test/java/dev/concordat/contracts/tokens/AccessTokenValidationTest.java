package dev.concordat.contracts.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.concordat.contracts.Json;
import dev.concordat.contracts.ProtocolVectors;
import dev.concordat.contracts.metadata.SigningCertificate;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Access tokens of RFC 9068: how ours are written, and each thing that makes one no such token. */
class AccessTokenValidationTest {
  private static final ProtocolVectors VECTORS = ProtocolVectors.read();
  private static final SigningCertificate KEY = VECTORS.certificate("current");
  private static final String ISSUER = "https://token.litwareinc.com";
  private static final String AUDIENCE = "https://archive.litwareinc.com/api";
  private static final Instant START = Instant.ofEpochSecond(1767225600);
  private static final Instant NOW = START.plusSeconds(60);
  private static final String HEADER = TokenHeader.accessToken(KEY.x5t());
  private static final AccessTokenClaims FOR_A_USER =
      new AccessTokenClaims(
          ISSUER,
          AUDIENCE,
          "kenmyer@litwareinc.com",
          "crm",
          "one",
          START,
          START.plusSeconds(60),
          START.plusSeconds(3600),
          List.of("mail.read", "mail.write"),
          List.of(),
          new UserClaims(
              null, null, "kenmyer@litwareinc.com", "ken@litwareinc.com", "kenmyer@litwareinc.com"),
          null);
  private static final AccessTokenClaims BOUND =
      new AccessTokenClaims(
          ISSUER,
          AUDIENCE,
          "crm",
          "crm",
          "three",
          START,
          START.plusSeconds(60),
          START.plusSeconds(3600),
          List.of(),
          List.of("archivist", "auditor"),
          null,
          CertificateBinding.to(KEY.x509()));

  @Test
  void isWrittenWithWhatTheStandardRequires() {
    assertThat(HEADER)
        .isEqualTo(
            "{\"typ\":\"at+jwt\",\"alg\":\"RS256\",\"kid\":\"%1$s\",\"x5t\":\"%1$s\"}"
                .formatted(KEY.x5t()));
    assertThat(FOR_A_USER.json())
        .isEqualTo(
            """
            {"iss":"https://token.litwareinc.com","aud":"https://archive.litwareinc.com/api",\
            "sub":"kenmyer@litwareinc.com","client_id":"crm","jti":"one","nbf":1767225600,\
            "iat":1767225660,"exp":1767229200,"scope":"mail.read mail.write","act":{"sub":"crm"},\
            "upn":"kenmyer@litwareinc.com","email":"ken@litwareinc.com","sip":"kenmyer@litwareinc.com"}""");
  }

  @Test
  void isKnownByItsBeginning() {
    assertThat(AccessTokenValidation.looksLike(token(HEADER, FOR_A_USER.json()))).isTrue();
    assertThat(AccessTokenValidation.looksLike(VECTORS.token("actor-ok").token())).isFalse();
  }

  @Test
  void isReadAsItWasWritten() {
    assertThat(answer(token(HEADER, FOR_A_USER.json())))
        .isEqualTo(new AccessTokenValidation.Answer.Held(FOR_A_USER, START.plusSeconds(3600)));
    var asItself =
        new AccessTokenClaims(
            ISSUER,
            AUDIENCE,
            "crm",
            "crm",
            "two",
            START,
            START,
            START.plusSeconds(3600),
            List.of(),
            List.of(),
            null,
            null);
    assertThat(asItself.json()).doesNotContain("scope", "roles", "cnf", "act");
    assertThat(answer(token(HEADER, asItself.json())))
        .isEqualTo(new AccessTokenValidation.Answer.Held(asItself, START.plusSeconds(3600)));
  }

  @Test
  void rolesAndTheClientsCertificateAreWrittenAsTheStandardsSay() {
    String thumbprint = BOUND.binding().thumbprint();

    assertThat(BOUND.json())
        .contains("\"roles\":[\"archivist\",\"auditor\"]")
        .contains("\"cnf\":{\"x5t#S256\":\"" + thumbprint + "\"}");
    assertThat(Base64.getUrlDecoder().decode(thumbprint)).hasSize(32);
    assertThat(answer(token(HEADER, BOUND.json())))
        .isEqualTo(new AccessTokenValidation.Answer.Held(BOUND, START.plusSeconds(3600)));
  }

  @Test
  void oneThatIsBoundComesWithItsCertificateAlone() {
    assertThat(BOUND.mayComeWith(KEY.x509())).isTrue();
    assertThat(BOUND.mayComeWith(VECTORS.certificate("old").x509())).isFalse();
    assertThat(BOUND.mayComeWith(null)).isFalse();
    assertThat(FOR_A_USER.mayComeWith(null)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "\"AAAA\"",
        "{}",
        "{\"jkt\":\"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I\"}",
        "{\"x5t#S256\":7}",
        "{\"x5t#S256\":\"AAAA\"}",
        "{\"x5t#S256\":\"\u00e4\"}"
      })
  void whatIsBoundToAnythingElseIsNobodys(String confirmation) {
    String claims = FOR_A_USER.json().replaceFirst("^\\{", "{\"cnf\":" + confirmation + ",");

    assertRule(answer(token(HEADER, claims)), Rule.CNF);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"archivist\"", "[\"archivist\",7]", "{\"archivist\":true}"})
  void rolesThatAreNoListOfTextsAreNone(String roles) {
    String claims = BOUND.json().replaceFirst("\"roles\":\\[[^]]*]", "\"roles\":" + roles);

    assertThat(answer(token(HEADER, claims)))
        .isInstanceOfSatisfying(
            AccessTokenValidation.Answer.Held.class,
            held -> assertThat(held.claims().roles()).isEmpty());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "typ | JWT | TYP",
        "typ | | TYP",
        "typ | application/at+jwt | ",
        "typ | AT+JWT | ",
        "alg | none | ACTOR_MISSING",
        "alg | HS256 | ALG",
        "alg | PS256 | ALG",
        "x5t | AAAAAAAAAAAAAAAAAAAAAAAAAAA | KEY",
        "crit | exp | PARSE",
        "jwk | any | ",
        "jku | https://attacker.example/jwks | ",
      })
  void theHeaderSaysWhatItIsAndNamesAPublishedKey(
      String member, @Nullable String value, @Nullable Rule rule) throws Exception {
    String signature = "none".equals(value) ? "" : "AAAA";
    String token = token(changed(HEADER, member, value), FOR_A_USER.json(), signature);

    assertRule(answer(token), rule);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "iss | | ISS",
        "iss | https://token.litwareinc.com/ | ISS",
        "iss | 00000002-0000-0ff1-ce00-000000000000@litwareinc.com | ISS",
        "aud | | AUD",
        "aud | https://other.litwareinc.com/api | AUD",
        "sub | | CLIENT_ID",
        "client_id | | CLIENT_ID",
        "client_id | other | CLIENT_ID",
        "jti | | JTI",
        "jti | ' ' | JTI",
        "iat | | JTI",
        "iat | 1767226000 | JTI",
        "exp | | EXP",
        "exp | 1767225300 | EXP",
        "nbf | | NBF",
        "nbf | 1767226000 | NBF",
        "exp | 1767999999 | LIFETIME",
        "actort | eyJ | OUTER_ALG",
      })
  void eachClaimThatIsRequiredIsThereAndIsRight(String claim, @Nullable String value, Rule rule)
      throws Exception {
    assertRule(answer(token(HEADER, changed(FOR_A_USER.json(), claim, value))), rule);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"\"aud\":[\"https://archive.litwareinc.com/api\"]", "\"aud\":7", "\"aud\":null"})
  void anAudienceThatIsNoSingleTextIsNone(String audience) {
    String claims = FOR_A_USER.json().replace("\"aud\":\"" + AUDIENCE + "\"", audience);

    assertRule(answer(token(HEADER, claims)), Rule.AUD);
  }

  @Test
  void aClaimThatIsThereTwiceIsNone() {
    String claims = FOR_A_USER.json().replace("\"aud\"", "\"aud\":\"x\",\"aud\"");

    assertRule(answer(token(HEADER, claims)), Rule.PARSE);
  }

  @Test
  void aSignatureThatDoesNotHoldIsReallyVerified() {
    var answer =
        AccessTokenValidation.withDefaults()
            .validate(token(HEADER, FOR_A_USER.json()), expected(), NOW);

    assertRule(answer, Rule.SIGNATURE);
  }

  @Test
  void aServerToServerTokenIsNone() {
    var vector = VECTORS.token("actor-ok");

    assertRule(answer(vector.token()), Rule.TYP);
    assertRule(answer(VECTORS.token("user-ok-default").token()), Rule.TYP);
  }

  private static AccessTokenValidation.Expected expected() {
    return new AccessTokenValidation.Expected(ISSUER, List.of(KEY), AUDIENCE::equals);
  }

  private static AccessTokenValidation.Answer answer(String token) {
    return new AccessTokenValidation(ValidationSettings.DEFAULT, (key, signed, signature) -> true)
        .validate(token, expected(), NOW);
  }

  private static String changed(String json, String name, @Nullable String value)
      throws JsonProcessingException {
    var object = (ObjectNode) Json.mapper().readTree(json);
    if (value == null) {
      object.remove(name);
    } else if (value.matches("[0-9]+")) {
      object.put(name, Long.parseLong(value));
    } else {
      object.put(name, value);
    }
    return object.toString();
  }

  private static String token(String header, String claims) {
    return token(header, claims, "AAAA");
  }

  private static String token(String header, String claims, String signature) {
    return ClaimsJson.part(header) + "." + ClaimsJson.part(claims) + "." + signature;
  }

  private static void assertRule(AccessTokenValidation.Answer answer, @Nullable Rule rule) {
    switch (answer) {
      case AccessTokenValidation.Answer.Held _ -> assertThat(rule).isNull();
      case AccessTokenValidation.Answer.Broke(Refusal refusal) -> {
        assertThat(refusal.rule()).as(refusal.reason()).isEqualTo(rule);
        assertThat(refusal.reason()).doesNotContain("kenmyer");
      }
    }
  }
}
