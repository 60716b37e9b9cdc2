package dev.concordat.contracts.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.contracts.Fixtures;
import dev.concordat.contracts.ProtocolVectors;
import dev.concordat.contracts.events.TrustLevel;
import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.contracts.names.AudienceName;
import dev.concordat.contracts.names.PrincipalName;
import dev.concordat.contracts.names.RealmComparison;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the vectors don't show: ports, switches, boundaries, and what an accepted token says. */
class TokenValidationTest {
  private static final ProtocolVectors VECTORS = ProtocolVectors.read();
  private static final SigningCertificate KEY = VECTORS.certificate("current");
  private static final PrincipalName LYNC =
      PrincipalName.parse("00000004-0000-0ff1-ce00-000000000000@litwareinc.com");
  private static final PrincipalName APP =
      PrincipalName.parse("c3ab8885-458f-4864-8804-1608145e2ac4@litwareinc.com");
  private static final String EXCHANGE = "00000002-0000-0ff1-ce00-000000000000";
  private static final String HOST = "atl-exchange-001.litwareinc.com";
  private static final Instant START = Instant.ofEpochSecond(1767225600);
  private static final Instant END = Instant.ofEpochSecond(1767254400);
  private static final Instant NOW = START.plusSeconds(3600);
  private static final Receiver RECEIVER =
      Receiver.of(EXCHANGE, "litwareinc.com", Set.of(HOST)).calledAs(HOST);
  private static final TrustedIssuer.Lookup TRUSTED =
      TrustedIssuer.Lookup.among(List.of(TrustedIssuer.self(LYNC, List.of(KEY))));

  /** Signatures have their own tests; here every one holds under the key that is named. */
  private static final SignatureCheck EVERY_SIGNATURE = (key, signed, signature) -> true;

  @ParameterizedTest
  @CsvSource({
    "full,        SELF,         false, true",
    "full,        SELF,         true,  true",
    "application, SELF,         false, true",
    "application, SELF,         true,  false",
    "application, TOKEN_SERVER, true,  true",
    "application, BROKER,       true,  false",
    "user,        SELF,         false, false",
    "user,        SELF,         true,  false",
    "user,        TOKEN_SERVER, false, false",
    "user,        TOKEN_SERVER, true,  true",
  })
  void aTrustLevelPermitsAnActorAsMuch(
      String level, TrustedIssuer.Kind issuer, boolean forUser, boolean permitted) {
    var actor =
        new Accepted.Actor(
            LYNC,
            LYNC,
            issuer,
            AudienceName.parse(EXCHANGE + "/" + HOST + "@litwareinc.com"),
            true);
    var user = forUser ? new UserClaims("kenmyer@litwareinc.com", null, null, null, null) : null;
    var accepted = new Accepted(actor, user, KEY, START, END);

    Verdict verdict = accepted.within(TrustLevel.valueOf(level.toUpperCase(Locale.ROOT)));

    if (permitted) {
      assertThat(verdict).isSameAs(accepted);
    } else {
      assertThat(verdict)
          .isInstanceOfSatisfying(
              Refusal.class,
              refusal -> {
                assertThat(refusal.rule()).isEqualTo(Rule.TRUST_LEVEL);
                assertThat(refusal.reason()).contains(level).doesNotContain("kenmyer");
              });
    }
  }

  @Test
  void anAcceptedUserTokenSaysWhoCallsForWhom() {
    var verdict =
        TokenValidation.withDefaults()
            .validate(VECTORS.token("user-ok-default").token(), RECEIVER, TRUSTED, NOW);

    assertThat(verdict)
        .isEqualTo(
            new Accepted(
                new Accepted.Actor(
                    LYNC,
                    LYNC,
                    TrustedIssuer.Kind.SELF,
                    AudienceName.parse(EXCHANGE + "/" + HOST + "@litwareinc.com"),
                    true),
                new UserClaims(
                    "kenmyer@litwareinc.com",
                    null,
                    null,
                    "kenmyer@litwareinc.com",
                    "kenmyer@litwareinc.com"),
                KEY,
                START,
                END));
  }

  @Test
  void aVerdictEndsWithTheCertificateWhereThatEndsFirst() {
    var untilSoon = SigningCertificate.parse(Fixtures.pem("until-9999"));
    var trusted = TrustedIssuer.Lookup.among(List.of(TrustedIssuer.self(LYNC, List.of(untilSoon))));
    var long2 =
        claims(
            audience(HOST),
            LYNC,
            untilSoon.notAfter().minusSeconds(60),
            untilSoon.notAfter().plusSeconds(600));

    var verdict =
        check(token(long2, untilSoon), RECEIVER, trusted, untilSoon.notAfter().minusSeconds(30));

    assertThat(((Accepted) verdict).until()).isEqualTo(untilSoon.notAfter());
  }

  @ParameterizedTest
  @CsvSource({
    "atl-exchange-001.litwareinc.com, atl-exchange-001.litwareinc.com, true",
    "ATL-EXCHANGE-001.litwareinc.com., atl-exchange-001.litwareinc.com:443, true",
    "atl-exchange-001.litwareinc.com:443, atl-exchange-001.litwareinc.com, true",
    "atl-exchange-001.litwareinc.com:8443, atl-exchange-001.litwareinc.com:8443, true",
    "atl-exchange-001.litwareinc.com, atl-exchange-001.litwareinc.com:8443, true",
    "atl-exchange-001.litwareinc.com:8443, atl-exchange-001.litwareinc.com, false",
    "atl-exchange-001.litwareinc.com:443, atl-exchange-001.litwareinc.com:8443, false",
    "autodiscover.litwareinc.com, atl-exchange-001.litwareinc.com, false",
    "autodiscover.litwareinc.com, autodiscover.litwareinc.com, true",
    "elsewhere.litwareinc.com, elsewhere.litwareinc.com, false"
  })
  void theAudiencesHostIsOneOfOursAndTheOneCalledWithItsPortOrWithout(
      String audienceHost, String called, boolean accepted) {
    var receiver =
        Receiver.of(EXCHANGE, "litwareinc.com", Set.of(HOST, "autodiscover.litwareinc.com"))
            .calledAs(called);

    var verdict =
        check(token(claims(audience(audienceHost), LYNC, START, END), KEY), receiver, TRUSTED, NOW);

    if (accepted) {
      assertThat(verdict).isInstanceOf(Accepted.class);
    } else {
      assertThat(verdict)
          .isInstanceOfSatisfying(
              Refusal.class, refusal -> assertThat(refusal.rule()).isEqualTo(Rule.AUD));
    }
  }

  @Test
  void whereTheHostCalledIsNotKnownAnyOfOursWillDo() {
    var receiver =
        Receiver.of(EXCHANGE, "litwareinc.com", Set.of(HOST, "autodiscover.litwareinc.com"));

    assertThat(
            check(
                token(claims(audience("autodiscover.litwareinc.com"), LYNC, START, END), KEY),
                receiver,
                TRUSTED,
                NOW))
        .isInstanceOf(Accepted.class);
  }

  @ParameterizedTest
  @CsvSource({
    "1767225299, NBF",
    "1767225300, ",
    "1767254699, ",
    "1767254700, EXP",
  })
  void fiveMinutesOfSkewAreAllowedAndNoSecondMore(long now, Rule rule) {
    assertRule(
        check(
            token(claims(audience(HOST), LYNC, START, END), KEY),
            RECEIVER,
            TRUSTED,
            Instant.ofEpochSecond(now)),
        rule);
  }

  @ParameterizedTest
  @CsvSource({"86400, ", "86401, LIFETIME", "-1, LIFETIME"})
  void aTokenLivesADayAtMostAndNotBackwards(long seconds, Rule rule) {
    assertRule(
        check(
            token(claims(audience(HOST), LYNC, NOW, NOW.plusSeconds(seconds)), KEY),
            RECEIVER,
            TRUSTED,
            NOW),
        rule);
  }

  @Test
  void ourOwnPublishedKeyProvesNoPartner() {
    var verdict =
        check(
            token(claims(audience(HOST), LYNC, START, END), KEY),
            RECEIVER.publishing(Set.of(KEY.x5t())),
            TRUSTED,
            NOW);

    assertRule(verdict, Rule.KEY);
  }

  @Test
  void ourOwnNameIsNoPartnerEvenWhereSomeoneRegisteredIt() {
    var self = new PrincipalName(EXCHANGE, "LITWAREINC.COM");
    var trusted = TrustedIssuer.Lookup.among(List.of(TrustedIssuer.self(self, List.of(KEY))));

    // The claims that we write are lower case; a stranger's need not be.
    assertRule(
        check(token(claims(audience(HOST), self, START, END), KEY), RECEIVER, trusted, NOW),
        Rule.ISS);
  }

  @Test
  void keysThatAreNotRsaAreNeverTried() {
    var curve = SigningCertificate.parse(Fixtures.pem("ec-p256"));
    var trusted = TrustedIssuer.Lookup.among(List.of(TrustedIssuer.self(LYNC, List.of(curve))));

    assertRule(
        check(token(claims(audience(HOST), LYNC, START, END), curve), RECEIVER, trusted, NOW),
        Rule.KEY);
  }

  @Test
  void aTokenWithoutX5tIsRefusedWhereTheSwitchSaysSo() {
    var strict = settings(RealmComparison.ORDINAL, false, S2SToken.OuterSignature.REFUSED);

    assertRule(
        new TokenValidation(strict, SignatureCheck.byPlatform())
            .validate(VECTORS.token("no-x5t").token(), RECEIVER, TRUSTED, NOW),
        Rule.KEY);
  }

  @Test
  void aSignedOuterTokenIsAcceptedWhereTheSwitchSaysSo() {
    var lenient = settings(RealmComparison.ORDINAL, true, S2SToken.OuterSignature.IGNORED);

    assertThat(
            new TokenValidation(lenient, SignatureCheck.byPlatform())
                .validate(VECTORS.token("outer-signed").token(), RECEIVER, TRUSTED, NOW))
        .isInstanceOf(Accepted.class);
  }

  @Test
  void aBrokerSpeaksForAnyApplicationATokenServerForItsOwn() {
    var fromServer = new ActorTokenClaims(audience(HOST), LYNC, START, END, APP, true, LYNC);
    var broker = TrustedIssuer.broker(LYNC, List.of(KEY));
    var server = TrustedIssuer.tokenServer(LYNC, List.of(KEY), Set.of(APP));
    var otherServer = TrustedIssuer.tokenServer(LYNC, List.of(KEY), Set.of());

    assertThat(check(token(fromServer, KEY), RECEIVER, among(broker), NOW))
        .isInstanceOf(Accepted.class);
    assertThat(check(token(fromServer, KEY), RECEIVER, among(server), NOW))
        .isInstanceOf(Accepted.class);
    assertRule(check(token(fromServer, KEY), RECEIVER, among(otherServer), NOW), Rule.NAMEID);
    assertRule(check(token(fromServer, KEY), RECEIVER, TRUSTED, NOW), Rule.NAMEID);
  }

  @Test
  void anActorThatHoldsAnotherActorIsRefused() {
    String actor = VECTORS.token("actor-ok").token();
    String nesting =
        ClaimsJson.part(TokenHeader.signed(KEY.x5t()))
            + "."
            + ClaimsJson.part("{\"actortoken\":\"" + actor + "\"}")
            + ".AAAA";
    String outer =
        ClaimsJson.part(TokenHeader.unsigned())
            + "."
            + ClaimsJson.part("{\"actortoken\":\"" + nesting + "\"}")
            + ".";

    assertRule(check(outer, RECEIVER, TRUSTED, NOW), Rule.ALG);
  }

  @Test
  void ourOwnUserTokensAreAccepted() {
    var actor = ActorTokenClaims.selfIssued(audience(HOST), LYNC, START, END);
    var user =
        UserTokenClaims.forExchange("KenMyer@LitwareInc.com", "kenmyer@litwareinc.com", null);

    for (var name : UserTokenClaims.ActorClaim.values()) {
      String token = UserTokenClaims.around(actor, user, token(actor, KEY)).token(name);

      assertThat(((Accepted) check(token, RECEIVER, TRUSTED, NOW)).user())
          .isEqualTo(
              new UserClaims("kenmyer@litwareinc.com", null, null, "kenmyer@litwareinc.com", null));
    }
  }

  private static TrustedIssuer.Lookup among(TrustedIssuer issuer) {
    return TrustedIssuer.Lookup.among(List.of(issuer));
  }

  private static ValidationSettings settings(
      RealmComparison comparison, boolean keyWithoutX5t, S2SToken.OuterSignature outer) {
    return new ValidationSettings(
        Duration.ofMinutes(5), Duration.ofHours(24), comparison, keyWithoutX5t, outer);
  }

  private static AudienceName audience(String host) {
    return new AudienceName(EXCHANGE, host, "litwareinc.com");
  }

  private static ActorTokenClaims claims(
      AudienceName audience, PrincipalName issuer, Instant from, Instant to) {
    return ActorTokenClaims.selfIssued(audience, issuer, from, to);
  }

  /** Keeps the audience as it is, which our own claims would put into lower case. */
  private static String token(ActorTokenClaims claims, SigningCertificate key) {
    String json =
        claims
            .json()
            .replace(claims.audience().lowerCase().toString(), claims.audience().toString());
    return ClaimsJson.part(TokenHeader.signed(key.x5t())) + "." + ClaimsJson.part(json) + ".AAAA";
  }

  private static Verdict check(
      String token, Receiver receiver, TrustedIssuer.Lookup trusted, Instant now) {
    return new TokenValidation(ValidationSettings.DEFAULT, EVERY_SIGNATURE)
        .validate(token, receiver, trusted, now);
  }

  private static void assertRule(Verdict verdict, @org.jspecify.annotations.Nullable Rule rule) {
    switch (verdict) {
      case Accepted accepted -> assertThat(rule).isNull();
      case Refusal refusal -> assertThat(refusal.rule()).as(refusal.reason()).isEqualTo(rule);
    }
  }
}
