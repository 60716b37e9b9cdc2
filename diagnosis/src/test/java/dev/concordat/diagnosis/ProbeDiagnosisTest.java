package dev.concordat.diagnosis;

import static dev.concordat.contracts.events.Diagnosis.Confidence.LIKELY;
import static dev.concordat.contracts.events.Diagnosis.Confidence.PROVED;
import static dev.concordat.contracts.events.Diagnosis.Confidence.UNRECOGNISED;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.contracts.events.Diagnosis;
import dev.concordat.contracts.events.Diagnosis.Remedy;
import dev.concordat.contracts.events.SigningKeyPublished;
import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.contracts.names.PrincipalName;
import dev.concordat.contracts.names.SipAddress;
import dev.concordat.diagnosis.Unreached.ChainLink;
import dev.concordat.diagnosis.Unreached.TlsProblem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ProbeDiagnosisTest {

  private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
  private static final URI SVC =
      URI.create("https://autodiscover.litwareinc.com/autodiscover/autodiscover.svc");
  private static final URI EWS =
      URI.create("https://atl-exchange-001.litwareinc.com/EWS/Exchange.asmx");
  private static final String OURS = "5d2a1b7e-3c4f-4e8a-9b6d-c0c0da700001";
  private static final SigningCertificate CERTIFICATE =
      SigningCertificate.parse(resource("/signing.crt"));
  private static final Observation.TokenIssued TOKEN =
      new Observation.TokenIssued(
          SVC,
          CERTIFICATE.x5t(),
          "00000002-0000-0ff1-ce00-000000000000/autodiscover.litwareinc.com@litwareinc.com",
          true);

  // The table of codes in x-ms-diagnostics.

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          2000000;reason="The token has an invalid signature.";error_category="invalid_signature" | signature-refused | LIKELY
          2000001;reason="OAuth token submitted with the request can not be parsed.";error_category="invalid_token" | token-malformed | LIKELY
          2000001;reason="This token profile 'S2SAppActAs' is not applicable for the current protocol";error_category="invalid_token" | token-profile-refused | PROVED
          2000003;reason="The hostname component of the audience claim value is invalid. Expected 'https://mail.contoso.com'. Actual 'http://mail.contoso.com'.";error_category="invalid_resource" | tls-offloaded | PROVED
          2000003;reason="The hostname component of the audience claim value is invalid. Expected 'https://mail.contoso.com'. Actual 'https://other.contoso.com'.";error_category="invalid_resource" | audience-refused | PROVED
          2000003;reason="The audience claim value is invalid 'aud'.";error_category="invalid_resource" | audience-refused | PROVED
          2000004;reason="The tenant for tenant guid 'contoso.com' does not exist.";error_category="invalid_tenant" | realm-unknown | PROVED
          2000005;reason="The user specified by the user-context in the token does not exist.";error_category="invalid_user" | mailbox-unknown | PROVED
          2000005;reason="The user specified by the user-context in the token is ambiguous.";error_category="invalid_user" | user-ambiguous | PROVED
          2000008;reason="The token should have valid permissions or linked account associated with partner application 'x'.";error_category="invalid_grant" | permission-missing | PROVED
          2000009;reason="The issuer of the token is unknown. Issuer was 'x'.";error_category="invalid_issuer" | issuer-unknown | PROVED
          4000000;reason="Flighting is not enabled for domain 'mail.contoso.com'.";error_category="oauth_not_available" | oauth-not-available | LIKELY
          3005004;reason="The issuer is odd.";category="invalid_issuer" | issuer-unknown | LIKELY
          2009999;reason="Something new.";error_category="something_new" | not-recognised | UNRECOGNISED
          """)
  void a_refused_token_is_read_by_its_code(String header, String code, Diagnosis.Confidence sure) {
    Diagnosis diagnosis = of(refusedToken(header));
    assertThat(diagnosis.code()).isEqualTo(code);
    assertThat(diagnosis.confidence()).isEqualTo(sure);
    assertThat(diagnosis.evidence()).contains("x-ms-diagnostics: " + header);
    assertThat(diagnosis.summary()).contains("Autodiscover, autodiscover.litwareinc.com");
    assertThat(diagnosis.remedies()).isNotEmpty();
  }

  // What proves itself on our own side comes before the partner is blamed.

  @Test
  void a_signature_by_a_key_that_we_do_not_publish_is_our_own_fault() {
    var other = new Observation.TokenIssued(SVC, "someotherkeysomeotherkeysom", "x", true);
    Diagnosis diagnosis = of(invalidSignature(), List.of(other), here());
    assertThat(diagnosis.code()).isEqualTo("signing-key-unpublished");
    assertThat(diagnosis.confidence()).isEqualTo(PROVED);
  }

  @Test
  void a_certificate_of_ours_outside_its_dates_is_our_own_fault() {
    var later = here(NOW.plus(Duration.ofDays(2)));
    assertThat(of(invalidSignature(), List.of(TOKEN), later).code())
        .isEqualTo("signing-certificate-expired");
  }

  @Test
  void clocks_far_apart_explain_a_token_that_is_refused_without_a_better_reason() {
    var decisive =
        answered(
            Call.AUTODISCOVER_SOAP,
            401,
            empty(),
            List.of(bearer(OURS + "@litwareinc.com")),
            List.of("2000001;reason=\"not yet\";error_category=\"invalid_token\""),
            Map.of(),
            NOW.minusSeconds(600));
    Diagnosis diagnosis = of(decisive);
    assertThat(diagnosis.code()).isEqualTo("clock-skew");
    assertThat(diagnosis.confidence()).isEqualTo(LIKELY);
    assertThat(diagnosis.evidence()).contains("its clock is 600 s behind ours");
  }

  // 401 without a reason.

  @Test
  void a_401_without_bearer_means_that_oauth_is_not_offered() {
    var decisive =
        answered(
            Call.GET_FOLDER,
            401,
            empty(),
            List.of("Negotiate", "NTLM"),
            List.of(),
            Map.of("x-feserver", "ATL-EXCHANGE-001"),
            NOW);
    Diagnosis diagnosis = of(decisive);
    assertThat(diagnosis.code()).isEqualTo("oauth-not-offered");
    assertThat(diagnosis.confidence()).isEqualTo(PROVED);
    assertThat(commands(diagnosis))
        .contains("Set-WebServicesVirtualDirectory -OAuthAuthentication $true");
  }

  @ParameterizedTest
  @CsvSource({
    "00000004-0000-0ff1-ce00-000000000000@litwareinc.com, issuer-unknown",
    "5d2a1b7e-3c4f-4e8a-9b6d-c0c0da700001@fabrikam.com, issuer-realm",
    "5D2A1B7E-3C4F-4E8A-9B6D-C0C0DA700001@litwareinc.com, issuer-case",
    "5d2a1b7e-3c4f-4e8a-9b6d-c0c0da700001@litwareinc.com, token-refused-by-partner",
    "5d2a1b7e-3c4f-4e8a-9b6d-c0c0da700001@*, token-refused-by-partner"
  })
  void without_a_reason_the_issuers_that_are_trusted_tell(String trusted, String code) {
    assertThat(
            of(answered(
                    Call.GET_FOLDER,
                    401,
                    empty(),
                    List.of(bearer(trusted)),
                    List.of(),
                    Map.of(),
                    NOW))
                .code())
        .isEqualTo(code);
  }

  // Codes of SOAP.

  @ParameterizedTest
  @CsvSource({
    "ErrorNonExistentMailbox, mailbox-unknown",
    "InvalidUser, mailbox-unknown",
    "ErrorMailboxMoveInProgress, mailbox-moving",
    "ErrorMailboxStoreUnavailable, mailbox-unavailable",
    "ErrorAccessDenied, access-denied",
    "ErrorImpersonateUserDenied, impersonation-denied",
    "ErrorQuotaExceeded, quota-exceeded",
    "ErrorServerBusy, throttled",
    "ErrorFolderNotFound, folder-missing",
    "ErrorCannotDeleteObject, delete-refused",
    "ErrorIncorrectSchemaVersion, legacy-server",
    "ErrorSchemaValidation, request-refused",
    "NotFederated, domain-unknown",
    "ErrorInternalServerError, server-unavailable"
  })
  void a_refusal_of_soap_is_read_by_its_code(String soapCode, String code) {
    Diagnosis diagnosis = of(refused(Call.GET_FOLDER, soapCode, "In its own words."));
    assertThat(diagnosis.code()).isEqualTo(code);
    assertThat(diagnosis.confidence()).isEqualTo(PROVED);
    assertThat(diagnosis.evidence()).anyMatch(it -> it.contains(soapCode + ": In its own words."));
  }

  @Test
  void an_item_that_is_not_found_is_another_matter_than_a_folder() {
    assertThat(of(refused(Call.GET_ITEM, "ErrorItemNotFound", "")).code())
        .isEqualTo("item-missing");
    assertThat(of(refused(Call.GET_FOLDER, "ErrorItemNotFound", "")).code())
        .isEqualTo("folder-missing");
  }

  @Test
  void a_refusal_that_names_the_linked_account_is_about_its_roles() {
    Diagnosis diagnosis =
        of(refused(Call.GET_FOLDER, "ErrorAccessDenied", "The linked account lacks RBAC roles."));
    assertThat(diagnosis.code()).isEqualTo("permission-missing");
    assertThat(diagnosis.confidence()).isEqualTo(LIKELY);
  }

  @Test
  void an_unknown_code_is_not_guessed_at() {
    Diagnosis diagnosis = of(refused(Call.CREATE_ITEM, "ErrorNobodyKnows", "Hm."));
    assertThat(diagnosis.code()).isEqualTo("not-recognised");
    assertThat(diagnosis.confidence()).isEqualTo(UNRECOGNISED);
  }

  // What isn't Exchange.

  @ParameterizedTest
  @CsvSource({
    "200, HTML, pre-authentication",
    "200, OTHER, not-exchange",
    "200, XML, not-exchange",
    "302, HTML, pre-authentication",
    "403, HTML, endpoint-forbidden",
    "404, HTML, endpoint-missing",
    "440, EMPTY, pre-authentication",
    "429, EMPTY, throttled",
    "500, HTML, server-unavailable",
    "502, HTML, server-unavailable",
    "503, EMPTY, server-unavailable"
  })
  void an_answer_that_is_not_exchanges_is_read_by_its_status(
      int status, Reply.Foreign.Form form, String code) {
    assertThat(
            of(answered(
                    Call.GET_FOLDER,
                    status,
                    new Reply.Foreign(form, ""),
                    List.of(),
                    List.of(),
                    Map.of(),
                    NOW))
                .code())
        .isEqualTo(code);
  }

  @Test
  void a_503_that_says_when_to_come_again_is_throttling() {
    assertThat(
            of(answered(
                    Call.GET_FOLDER,
                    503,
                    empty(),
                    List.of(),
                    List.of(),
                    Map.of("retry-after", "30"),
                    NOW))
                .code())
        .isEqualTo("throttled");
  }

  // The way there.

  static Stream<Arguments> failures() {
    var chain =
        List.of(
            new ChainLink(
                "CN=autodiscover.litwareinc.com",
                "CN=Litware Root",
                NOW.minusSeconds(10),
                NOW.plusSeconds(10),
                "C3EDCF181EF4F9B53D01768ECA99564014BCA6E7"));
    return Stream.of(
        Arguments.of(new Unreached.UnknownHost(), "host-unknown"),
        Arguments.of(new Unreached.ConnectFailed(), "host-unreachable"),
        Arguments.of(new Unreached.RefusedAddress("127.0.0.1"), "address-refused"),
        Arguments.of(new Unreached.RefusedUrl(), "url-refused"),
        Arguments.of(new Unreached.TlsFailed(TlsProblem.UNTRUSTED_ROOT, chain), "tls-untrusted"),
        Arguments.of(new Unreached.TlsFailed(TlsProblem.NAME_MISMATCH, chain), "tls-name-mismatch"),
        Arguments.of(new Unreached.TlsFailed(TlsProblem.EXPIRED, chain), "tls-expired"),
        Arguments.of(new Unreached.TlsFailed(TlsProblem.NOT_YET_VALID, chain), "tls-not-yet-valid"),
        Arguments.of(new Unreached.TlsFailed(TlsProblem.HANDSHAKE, List.of()), "tls-handshake"),
        Arguments.of(new Unreached.TimedOut(), "timed-out"),
        Arguments.of(new Unreached.ConnectionLost(), "connection-lost"),
        Arguments.of(new Unreached.TooLarge(65536), "answer-too-large"),
        Arguments.of(new Unreached.Undecodable("br"), "not-exchange"),
        Arguments.of(new Unreached.ProxyFailed(OptionalInt.of(403)), "proxy-failed"),
        Arguments.of(new Unreached.TooManyRedirects(), "autodiscover-loop"),
        Arguments.of(new Unreached.RefusedRedirect("https://x.example/"), "redirect-refused"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void a_request_without_an_answer_is_read_by_its_reason(Unreached reason, String code) {
    Diagnosis diagnosis =
        of(new Observation.Unanswered(Call.GET_FOLDER, EWS, reason, "A sentence."));
    assertThat(diagnosis.code()).isEqualTo(code);
    assertThat(diagnosis.confidence()).isEqualTo(PROVED);
    assertThat(diagnosis.evidence()).startsWith("A sentence.");
    if (reason instanceof Unreached.TlsFailed(_, var chain) && !chain.isEmpty()) {
      assertThat(diagnosis.evidence())
          .anyMatch(it -> it.contains("C3EDCF181EF4F9B53D01768ECA99564014BCA6E7"));
    }
  }

  // The token-service.

  @ParameterizedTest
  @CsvSource({
    "invalid_target, unknown-partner, partner-unknown",
    "invalid_target, partner-disabled, partner-disabled",
    "invalid_target, identity-unknown, partner-metadata-unreachable",
    "invalid_target, identity-conflict, partner-metadata-conflict",
    "unauthorized_client, not-allowed, token-not-allowed",
    "unauthorized_client, trust-level, token-trust-level",
    "invalid_client, invalid-client, token-client-refused",
    "invalid_client, '', token-client-refused",
    "temporarily_unavailable, '', token-service-not-ready",
    "invalid_request, malformed-user, token-refused"
  })
  void a_refusal_of_the_token_service_is_read_by_its_reason(
      String error, String reason, String code) {
    Diagnosis diagnosis =
        of(new Observation.TokenRefused(SVC, 400, error, reason, "In its own words."));
    assertThat(diagnosis.code()).isEqualTo(code);
    assertThat(diagnosis.evidence()).anyMatch(it -> it.contains("In its own words."));
  }

  static Stream<Arguments> others() {
    return Stream.of(
        Arguments.of(
            new Observation.TokenServiceSilent("Nothing takes connections."),
            "token-service-unreachable"),
        Arguments.of(
            new Observation.AssertionUnreadable("/run/token", "there is no such file"),
            "client-assertion-unreadable"),
        Arguments.of(new Observation.PartnerGone(true), "partner-disabled"),
        Arguments.of(new Observation.PartnerGone(false), "partner-unknown"),
        Arguments.of(new Observation.NoEwsUrl(SVC, null), "ews-url-missing"),
        Arguments.of(
            new Observation.RedirectNotFollowed(
                Call.AUTODISCOVER_SOAP, SVC, "https://evil.example/autodiscover.svc", "no"),
            "redirect-refused"),
        Arguments.of(
            new Observation.RedirectNotFollowed(
                Call.AUTODISCOVER_SOAP, SVC, "/owa/auth/logon.aspx", "no"),
            "pre-authentication"),
        Arguments.of(new Observation.RedirectLoop(SVC, SVC.toString()), "autodiscover-loop"),
        Arguments.of(new Observation.NoFolder(EWS), "folder-missing"),
        Arguments.of(
            new Observation.ItemDiffers(EWS, "subject", "Concordat probe", "Hello"),
            "item-differs"),
        Arguments.of(
            new Observation.Incomplete(Call.CREATE_ITEM, EWS, "it has no id"), "not-recognised"),
        Arguments.of(new Observation.OutOfTime(Duration.ofMinutes(1)), "out-of-time"),
        Arguments.of(new Observation.Cancelled(), "cancelled"));
  }

  @ParameterizedTest
  @MethodSource("others")
  void everything_else_has_a_cause_too(Observation decisive, String code) {
    assertThat(of(decisive).code()).isEqualTo(code);
  }

  // Remedies.

  @Test
  void remedies_hold_the_values_of_this_deployment_quoted() {
    var awkward =
        new Deployment(
            "ex'change",
            null,
            null,
            SipAddress.parse("sip:o'neil@litwareinc.com"),
            PrincipalName.parse(OURS + "@litwareinc.com"),
            URI.create("https://concordat.litwareinc.com/metadata/json/1"),
            URI.create("http://token-service:8083"),
            Map.of(),
            NOW);
    Diagnosis unknown =
        of(refused(Call.GET_FOLDER, "ErrorNonExistentMailbox", ""), List.of(), awkward);
    assertThat(commands(unknown)).contains("Get-Mailbox -Identity 'o''neil@litwareinc.com'");
    Diagnosis stale = of(invalidSignature(), List.of(), awkward);
    assertThat(commands(stale))
        .contains("$_.ApplicationIdentifier -eq '" + OURS + "'")
        .contains("-RefreshAuthMetadata")
        .contains("'https://concordat.litwareinc.com/metadata/json/1'");
    Diagnosis refusedUs =
        of(
            new Observation.TokenRefused(SVC, 400, "invalid_target", "identity-unknown", ""),
            List.of(),
            awkward);
    assertThat(commands(refusedUs)).contains("./concordat partner refresh 'ex'\\''change'");
  }

  @Test
  void the_challenge_and_the_token_are_among_the_evidence() {
    var challenge =
        answered(
            Call.CHALLENGE,
            401,
            empty(),
            List.of(bearer("00000004-0000-0ff1-ce00-000000000000@litwareinc.com")),
            List.of(),
            Map.of(),
            NOW);
    Diagnosis diagnosis =
        of(
            refusedToken("2000009;reason=\"unknown\";error_category=\"invalid_issuer\""),
            List.of(challenge, TOKEN),
            here());
    assertThat(diagnosis.evidence())
        .anyMatch(it -> it.contains("00000004-0000-0ff1-ce00-000000000000@litwareinc.com"))
        .anyMatch(it -> it.contains("key " + CERTIFICATE.x5t()));
  }

  @Test
  void evidence_is_bounded_however_much_was_seen() {
    var seen = new ArrayList<Observation>();
    for (int i = 0; i < 500; i++) {
      seen.add(refused(Call.FIND_ITEM, "Error" + i, "x".repeat(10_000)));
    }
    Diagnosis diagnosis = of(invalidSignature(), seen, here());
    assertThat(diagnosis.evidence()).hasSizeLessThanOrEqualTo(32);
    assertThat(diagnosis.evidence()).allMatch(it -> it.length() < 20_000);
  }

  private static Diagnosis of(Observation decisive) {
    return of(decisive, List.of(TOKEN, decisive), here());
  }

  private static Diagnosis of(Observation decisive, List<Observation> seen, Deployment here) {
    return ProbeDiagnosis.of(decisive, seen, here);
  }

  private static Deployment here() {
    return here(NOW);
  }

  private static Deployment here(Instant now) {
    return new Deployment(
        "exchange",
        null,
        null,
        SipAddress.parse("sip:kenmyer@litwareinc.com"),
        PrincipalName.parse(OURS + "@litwareinc.com"),
        URI.create("https://concordat.litwareinc.com/metadata/json/1"),
        URI.create("http://token-service:8083"),
        Map.of(
            CERTIFICATE.x5t(),
            new SigningKeyPublished(
                CERTIFICATE.x5t(),
                CERTIFICATE.base64(),
                SigningKeyPublished.Phase.CURRENT,
                NOW,
                null)),
        now);
  }

  private static Observation.Answered invalidSignature() {
    return refusedToken(
        "2000000;reason=\"The token has an invalid signature.\";error_category=\"invalid_signature\"");
  }

  private static Observation.Answered refusedToken(String diagnostics) {
    return answered(
        Call.AUTODISCOVER_SOAP,
        401,
        empty(),
        List.of(bearer("")),
        List.of(diagnostics),
        Map.of("x-feserver", "ATL-EXCHANGE-001"),
        NOW);
  }

  private static Observation.Answered refused(Call call, String code, String message) {
    return new Observation.Answered(
        call,
        EWS,
        500,
        new Reply.Refused(code, message, null),
        List.of(),
        List.of(),
        Map.of(),
        NOW,
        NOW);
  }

  private static Observation.Answered answered(
      Call call,
      int status,
      Reply reply,
      List<String> challenges,
      List<String> diagnostics,
      Map<String, String> headers,
      Instant date) {
    return new Observation.Answered(
        call,
        call == Call.GET_FOLDER ? EWS : SVC,
        status,
        reply,
        challenges,
        diagnostics,
        headers,
        date,
        NOW);
  }

  private static Reply empty() {
    return new Reply.Foreign(Reply.Foreign.Form.EMPTY, "");
  }

  private static String bearer(String trusted) {
    return "Bearer client_id=\"00000002-0000-0ff1-ce00-000000000000\", trusted_issuers=\""
        + trusted
        + "\", token_types=\"app_asserted_user_v1 service_asserted_app_v1\"";
  }

  private static String commands(Diagnosis diagnosis) {
    return String.join("\n", diagnosis.remedies().stream().map(Remedy::command).toList());
  }

  /** A certificate that is valid for a day around {@link #NOW}; nobody kept its key. */
  private static String resource(String name) {
    try (var in = ProbeDiagnosisTest.class.getResourceAsStream(name)) {
      return new String(requireNonNull(in).readAllBytes(), StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
