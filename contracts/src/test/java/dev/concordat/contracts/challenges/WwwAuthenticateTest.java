package dev.concordat.contracts.challenges;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.contracts.names.PrincipalName;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WwwAuthenticateTest {
  private static final String EXCHANGE =
      "Bearer client_id=\"00000002-0000-0ff1-ce00-000000000000\","
          + " trusted_issuers=\"00000001-0000-0000-c000-000000000000@5de110f8-2e0f-4d45-891d-bcf2218e253d,00000004-0000-0ff1-ce00-000000000000@litwareinc.com\","
          + " token_types=\"app_asserted_user_v1 service_asserted_app_v1\","
          + " authorization_uri=\"https://login.windows.net/common/oauth2/authorize\"";

  @Test
  void exchangesChallengeInManyLines() {
    var challenges =
        WwwAuthenticate.parse(
            List.of(EXCHANGE, "Negotiate", "NTLM", "Basic realm=\"autodiscover.litwareinc.com\""));

    assertThat(challenges.schemes()).containsExactly("Bearer", "Negotiate", "NTLM", "Basic");
    assertThat(challenges.problems()).isEmpty();
    assertThat(challenges.challenge("basic").orElseThrow().parameters())
        .isEqualTo(Map.of("realm", "autodiscover.litwareinc.com"));
    assertThat(challenges.bearer())
        .contains(
            new BearerChallenge(
                "00000002-0000-0ff1-ce00-000000000000",
                null,
                List.of(
                    "00000001-0000-0000-c000-000000000000@5de110f8-2e0f-4d45-891d-bcf2218e253d",
                    "00000004-0000-0ff1-ce00-000000000000@litwareinc.com"),
                List.of("app_asserted_user_v1", "service_asserted_app_v1"),
                "https://login.windows.net/common/oauth2/authorize",
                null));
  }

  @Test
  void oneLineSaysTheSame() {
    var challenges =
        WwwAuthenticate.parse(
            EXCHANGE
                + ", error=\"invalid_token\",Negotiate,NTLM,Basic realm=\"autodiscover.contoso.com\"");

    assertThat(challenges.schemes()).containsExactly("Bearer", "Negotiate", "NTLM", "Basic");
    assertThat(challenges.bearer().orElseThrow().error()).isEqualTo("invalid_token");
  }

  @Test
  void sharePointsChallengeHasNtlmFirstAndNamesItself() {
    var challenges =
        WwwAuthenticate.parse(
            "NTLM, Bearer"
                + " realm=\"5f3b7e0a-41c6-4b0e-9a55-8f2a6f0f9d10\",client_id=\"00000003-0000-0ff1-ce00-000000000000\",trusted_issuers=\"00000003-0000-0ff1-ce00-000000000000@5f3b7e0a-41c6-4b0e-9a55-8f2a6f0f9d10\"");

    assertThat(challenges.schemes()).containsExactly("NTLM", "Bearer");
    assertThat(challenges.bearer().orElseThrow().realm())
        .isEqualTo("5f3b7e0a-41c6-4b0e-9a55-8f2a6f0f9d10");
  }

  @Test
  void skypeForBusinesssChallengesHaveUrlsInThem() {
    var challenges =
        WwwAuthenticate.parse(
            List.of(
                "Bearer trusted_issuers=\"\", client_id=\"00000004-0000-0ff1-ce00-000000000000\"",
                "MsRtcOAuth href=\"https://atl-cs-001.litwareinc.com/WebTicket/oauthtoken\",grant_type=\"urn:microsoft.rtc:windows,urn:microsoft.rtc:anonmeeting,password\""));

    assertThat(challenges.problems()).isEmpty();
    assertThat(challenges.bearer().orElseThrow().trustedIssuers()).isEmpty();
    assertThat(challenges.challenge("MsRtcOAuth").flatMap(found -> found.parameter("HREF")))
        .contains("https://atl-cs-001.litwareinc.com/WebTicket/oauthtoken");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Negotiate oYG1MIGyoAMKAQGhCwYJ==",
        "Negotiate   oYG1MIGyoAMKAQGhCwYJ== ",
        "Negotiate oYG1MIGyoAMKAQGhCwYJ==, NTLM"
      })
  void aBlobRightAfterTheSchemeIsItsCredential(String header) {
    assertThat(WwwAuthenticate.parse(header).challenges().getFirst().token())
        .isEqualTo("oYG1MIGyoAMKAQGhCwYJ==");
  }

  @Test
  void emptyHeadersSayNothing() {
    assertThat(WwwAuthenticate.parse(List.of()).challenges()).isEmpty();
    assertThat(WwwAuthenticate.parse(List.of("", " ,, ,")).challenges()).isEmpty();
    assertThat(WwwAuthenticate.parse(List.of()).bearer()).isEmpty();
    assertThat(WwwAuthenticate.parse("Bearer").bearer().orElseThrow().trustedIssuers()).isEmpty();
  }

  @Test
  void blanksAroundTheEqualsSignAndEscapesInAQuotedValueAreRead() {
    var challenge =
        WwwAuthenticate.parse("Bearer realm = \"a\\\"b\\\\c, d=e\" , client_id=plain")
            .challenges()
            .getFirst();

    assertThat(challenge.parameters())
        .isEqualTo(Map.of("realm", "a\"b\\c, d=e", "client_id", "plain"));
  }

  @Test
  void namesAreReadInAnyCaseAndTheFirstOfARepeatedNameCounts() {
    var challenges = WwwAuthenticate.parse("bearer Client_ID=\"a\", CLIENT_id=\"b\"");

    assertThat(challenges.bearer().orElseThrow().clientId()).isEqualTo("a");
    assertThat(challenges.problems()).singleElement().asString().contains("repeated");
  }

  @Test
  void aParameterBeforeAnySchemeIsReported() {
    var challenges = WwwAuthenticate.parse("realm=\"x\", Bearer client_id=\"a\"");

    assertThat(challenges.problems()).singleElement().asString().contains("before any scheme");
    assertThat(challenges.bearer().orElseThrow().realm()).isNull();
  }

  @Test
  void aQuotedValueThatDoesNotEndEndsWithTheHeader() {
    var challenges = WwwAuthenticate.parse("Bearer client_id=\"abc, Negotiate");

    assertThat(challenges.bearer().orElseThrow().clientId()).isEqualTo("abc, Negotiate");
    assertThat(challenges.problems()).singleElement().asString().contains("doesn't end");
  }

  @Test
  void tokenTypesThatLostTheirBlankAreToldApart() {
    assertThat(
            WwwAuthenticate.parse(
                    "Bearer token_types=\"app_asserted_user_v1service_asserted_app_v1\"")
                .bearer()
                .orElseThrow()
                .tokenTypes())
        .containsExactly("app_asserted_user_v1", "service_asserted_app_v1");
  }

  @Test
  void issuersInAnyRealmTrustEveryRealmAndUrlsTrustNobody() {
    var bearer =
        WwwAuthenticate.parse(
                "Bearer trustedissuers=\"00000001-0000-0000-c000-000000000000@*, https://sts.windows.net/*/, 00000004-0000-0ff1-ce00-000000000000@LITWAREINC.COM\"")
            .bearer()
            .orElseThrow();

    assertThat(bearer.trustedIssuers()).hasSize(3);
    assertThat(bearer.trustedIssuerNames()).hasSize(2);
    assertThat(
            bearer.trusts(PrincipalName.parse("00000001-0000-0000-c000-000000000000@contoso.com")))
        .isTrue();
    assertThat(
            bearer.trusts(
                PrincipalName.parse("00000004-0000-0ff1-ce00-000000000000@litwareinc.com")))
        .isFalse();
  }

  @Test
  void sizesAreBounded() {
    assertThat(WwwAuthenticate.parse("Bearer x=\"" + "a".repeat(20_000)).problems()).hasSize(1);
    assertThat(WwwAuthenticate.parse("Negotiate,".repeat(100)).challenges()).hasSize(32);
    assertThat(
            WwwAuthenticate.parse("Bearer " + parameters(100)).challenges().getFirst().parameters())
        .hasSize(64);
    assertThat(WwwAuthenticate.parse("Bearer " + parameters(64)).problems()).isEmpty();
  }

  @Property
  void noTextMakesReadingThrow(@ForAll List<String> values) {
    assertThat(WwwAuthenticate.parse(values).bearer()).isNotNull();
  }

  @Property
  void noMixtureOfItsSignsMakesReadingThrow(@ForAll @From("signs") String value) {
    var challenges = WwwAuthenticate.parse(value);

    assertThat(challenges.bearer()).isNotNull();
    assertThat(MsDiagnostics.parse(value)).isNotNull();
  }

  @Provide
  Arbitrary<String> signs() {
    return Arbitraries.strings().withChars("Bearer=\",;\\ 2000003\t@*").ofMaxLength(200);
  }

  private static String parameters(int count) {
    var parameters = new StringBuilder();
    for (int i = 0; i < count; i++) {
      parameters.append(i == 0 ? "" : ", ").append("p").append(i).append("=\"v\"");
    }
    return parameters.toString();
  }
}
