package dev.concordat.contracts.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.contracts.ProtocolVectors;
import dev.concordat.contracts.names.AudienceName;
import dev.concordat.contracts.names.PrincipalName;
import dev.concordat.contracts.names.SipAddress;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The claims that we write are the samples' bytes. */
class OurClaimsTest {
  private static final ProtocolVectors VECTORS = ProtocolVectors.read();
  private static final Instant START = Instant.ofEpochSecond(1767225600);
  private static final Instant END = Instant.ofEpochSecond(1767254400);
  private static final PrincipalName LYNC =
      PrincipalName.parse("00000004-0000-0FF1-CE00-000000000000@LitwareInc.com");
  private static final AudienceName EXCHANGE =
      AudienceName.parse(
          "00000002-0000-0FF1-ce00-000000000000/ATL-EXCHANGE-001.litwareinc.com@litwareinc.com");
  private static final AudienceName SHAREPOINT =
      AudienceName.parse(
          "00000003-0000-0ff1-ce00-000000000000/sharepoint.litwareinc.com@litwareinc.com");
  private static final ActorTokenClaims ACTOR =
      ActorTokenClaims.selfIssued(EXCHANGE, LYNC, START, END);
  private static final String X5T = "boxo1u2SHHXBRxvKnniDDAXbpws";

  @Test
  void aSelfIssuedActorTokenForExchange() {
    var vector = VECTORS.token("actor-ok");

    assertThat(TokenHeader.signed(X5T)).isEqualTo(vector.headerJson());
    assertThat(ACTOR.json()).isEqualTo(vector.claimsJson());
    assertThat(vector.token()).startsWith(ACTOR.signingInput(X5T) + ".");
  }

  @Test
  void anAppOnlyTokenForSharePointSaysNothingOfDelegation() {
    var claims = new ActorTokenClaims(SHAREPOINT, LYNC, START, END, LYNC, null, null);

    assertThat(claims.json()).isEqualTo(VECTORS.token("sharepoint-app-only-ok").claimsJson());
  }

  @Test
  void aTokenServersTokenHasNumbersAndSaysWhoVouches() {
    var server = PrincipalName.parse("00000001-0000-0000-c000-000000000000@litwareinc.com");
    var claims = new ActorTokenClaims(EXCHANGE, server, START, END, LYNC, false, server);

    assertThat(claims.json(TimeForm.NUMBER))
        .isEqualTo(VECTORS.token("sts-app-only-ok").claimsJson());
    assertThat(VECTORS.token("sts-app-only-ok").token())
        .startsWith(claims.signingInput(VECTORS.certificate("sts").x5t(), TimeForm.NUMBER) + ".");
  }

  @Test
  void aUserTokenForExchange() {
    var vector = VECTORS.token("user-ok-default");
    var user =
        UserTokenClaims.forExchange(
            "KenMyer@litwareinc.com",
            "kenmyer@litwareinc.com",
            SipAddress.parse("sip:kenmyer@litwareinc.com"));
    var claims = UserTokenClaims.around(ACTOR, user, VECTORS.token("actor-ok").token());

    assertThat(TokenHeader.unsigned()).isEqualTo(vector.headerJson());
    assertThat(claims.json()).isEqualTo(vector.claimsJson());
    assertThat(claims.token()).isEqualTo(vector.token()).endsWith(".");
  }

  @Test
  void aUserTokenForSharePointNamesTheUserBySid() {
    var vector = VECTORS.token("user-ok-sharepoint");
    var token = (S2SToken) S2SToken.parse(vector.token());
    String actor = token.claims().text("actortoken").orElseThrow();
    var claims =
        new UserTokenClaims(
            SHAREPOINT,
            LYNC,
            START,
            END,
            UserTokenClaims.bySid("S-1-5-21-2127521184-1604012920-1887927527-1149"),
            actor);

    assertThat(claims.json()).isEqualTo(vector.claimsJson());
    assertThat(claims.token()).isEqualTo(vector.token());
  }

  @Test
  void claimsThatAreNotKnownAreLeftOut() {
    var claims =
        UserTokenClaims.around(
            ACTOR, UserTokenClaims.forExchange("ken@litwareinc.com", null, null), "a.b.c");

    assertThat(claims.json()).contains("\"nameid\":\"ken@litwareinc.com\",\"actortoken\"");
  }

  @Test
  void theNestedTokenIsNamedAsTheSpecificationDoesByTheSwitch() {
    var claims =
        UserTokenClaims.around(
            ACTOR, UserTokenClaims.forExchange("ken@litwareinc.com", null, null), "a.b.c");

    assertThat(claims.json(UserTokenClaims.ActorClaim.ACTORT)).endsWith(",\"actort\":\"a.b.c\"}");
  }

  @Test
  void theyDoNotShowTheTokenInside() {
    var claims =
        UserTokenClaims.around(
            ACTOR, UserTokenClaims.forExchange("ken@litwareinc.com", null, null), "secret");

    assertThat(claims).asString().doesNotContain("secret").doesNotContain("ken@");
  }
}
