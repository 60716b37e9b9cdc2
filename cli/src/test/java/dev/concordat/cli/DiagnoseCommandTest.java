package dev.concordat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.cli.powershell.Certificates;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What admins paste, and what they are told; offline. */
class DiagnoseCommandTest {

  private static final String REFUSAL =
      """
      HTTP/1.1 401 Unauthorized
      Server: Microsoft-IIS/10.0
      request-id: 2f9a6a0e-7f5c-4d1b-9a64-0f7f0f0b7c11
      X-FEServer: ATL-EX-01
      x-ms-diagnostics: 2000000;reason="The token has an invalid signature.";error_category="invalid_signature"
      WWW-Authenticate: Bearer client_id="00000002-0000-0ff1-ce00-000000000000", trusted_issuers="our@litwareinc.com", token_types="app_asserted_user_v1 service_asserted_app_v1", error="invalid_token"
      WWW-Authenticate: Negotiate
      Authorization: Bearer eyJhbGciOiJub25lIn0.e30.
      """;

  private static final String SKYPE =
      """
      VERBOSE: Successfully opened a connection to storage service at localhost using binding: NetNamedPipe.
      VERBOSE: Create message.
      VERBOSE: Execute Exchange Storage Command.
      VERBOSE: Autodiscover, send GetUserSettings request, SMTP=kenmyer@litwareinc.com, Autodiscover Uri=https://autodiscover.litwareinc.com/autodiscover/autodiscover.svc, Web Proxy=<NULL>
      VERBOSE: x-ms-diagnostics: 2000004;reason="The tenant for tenant guid 'contoso.com' does not exist.";error_category="invalid_tenant"
      Test-CsExStorageConnectivity : ExCreateItem exchange operation failed, code=ErrorIncorrectExchangeServerVersion, reason=GetUserSettings failed, WebExceptionStatus=ProtocolError, System.Net.WebException: The remote server returned an error: (401) Unauthorized.
      """;

  /** Wrapped in the middle of a word, as Format-List does it. */
  private static final String EXCHANGE =
      """
      Task        : Checking EWS API Call Under Oauth
      Detail      : The configuration was last successfully loaded at 1/01/0001 12:00:00 a.m. UTC.
                    Exchange Response Details:
                    HTTP response message:
                    Exception:
                    System.Net.WebException: The remote server returned an error: (401) Unautho
                    rized. diagnostics: 2000008; reason="The user specified by the user-context should have valid permi
                    ssions or a linked account.";error_category="invalid_grant"
      ResultType  : Error
      Identity    : Microsoft.Exchange.Security.OAuth.ValidationResultNodeId
      IsValid     : True
      """;

  @TempDir Path folder;

  private record Result(int exitCode, String out, String err) {}

  @Test
  void the_headers_of_a_refusal_are_explained_and_its_token_is_not_repeated() throws IOException {
    Result result = diagnose(REFUSAL, "--partner", "contoso");
    assertThat(result.exitCode).isEqualTo(1);
    assertThat(result.out)
        .contains("signature-refused")
        .contains("Set-PartnerApplication")
        .contains("x-feserver: ATL-EX-01")
        .contains("of contoso")
        .doesNotContain("eyJ");
  }

  @Test
  void the_test_of_skype_tells_autodiscover_the_mailbox_and_the_cause_behind_its_misleading_code()
      throws IOException {
    Result result = diagnose(SKYPE);
    assertThat(result.exitCode).isEqualTo(1);
    assertThat(result.out)
        .contains("realm-unknown, proved")
        .contains("Seen at Autodiscover, autodiscover.litwareinc.com")
        .contains("AcceptedDomain");
  }

  @Test
  void the_test_of_exchange_is_read_through_its_line_breaks_and_its_direction_is_named()
      throws IOException {
    Result result = diagnose(EXCHANGE);
    assertThat(result.out).contains("permission-missing, proved");
    assertThat(result.err).contains("an Exchange that calls the target");
  }

  @Test
  void what_a_client_says_of_the_way_there_is_told_too() throws IOException {
    assertThat(
            diagnose(
                    "System.Net.WebException: The remote name could not be resolved:"
                        + " 'autodiscover.litwareinc.com'")
                .out)
        .contains("host-unknown");
    assertThat(
            diagnose(
                    "<m:ResponseCode>ErrorNonExistentMailbox</m:ResponseCode> from"
                        + " https://mail.litwareinc.com/EWS/Exchange.asmx\nHTTP/1.1 200 OK")
                .out)
        .contains("mailbox-unknown");
  }

  @Test
  void a_test_that_passed_is_no_fault_and_a_text_without_a_sign_is_not_guessed_at()
      throws IOException {
    assertThat(diagnose("VERBOSE: Create message.\nTest passed.\n").exitCode).isZero();
    Result nothing = diagnose("It does not work since Tuesday.");
    assertThat(nothing.exitCode).isEqualTo(2);
    assertThat(nothing.err).contains("Nothing in it says why");
    assertThat(diagnose("  \n").exitCode).isEqualTo(2);
  }

  @Test
  void a_record_of_us_is_held_against_our_document() throws IOException {
    String record =
        """
        [{"Name":"Concordat","Enabled":%s,"ApplicationIdentifier":"11111111-2222-4333-8444-555555555555",
          "Realm":"%s","AuthMetadataUrl":"https://concordat.litwareinc.com/metadata/json/1",
          "UseAuthServer":false,"LinkedAccount":%s}]
        """;
    assertThat(against(record.formatted("false", "litwareinc.com", "\"a/b\"")).out)
        .contains("issuer-unknown, proved")
        .contains("-Enabled $true");
    assertThat(against(record.formatted("true", "other.com", "\"a/b\"")).out)
        .contains("issuer-realm, proved");
    assertThat(against(record.formatted("true", "litwareinc.com", "null")).out)
        .contains("permission-missing, proved");
    Result fine = against(record.formatted("true", "litwareinc.com", "\"a/b\""));
    assertThat(fine.exitCode).isZero();
    assertThat(
            against(record.formatted("true", "litwareinc.com", "\"a/b\"").replace("11111111", "2"))
                .out)
        .contains("issuer-unknown, proved");
  }

  @Test
  void a_record_needs_ours_to_be_held_against() throws IOException {
    Result result = diagnose("[{\"ApplicationIdentifier\":\"x\",\"AuthMetadataUrl\":\"\"}]");
    assertThat(result.exitCode).isEqualTo(2);
    assertThat(result.err).contains("--document FILE");
  }

  private Result against(String record) throws IOException {
    Path document =
        Files.writeString(
            folder.resolve("ours.json"),
            """
            {"version":"1.0","name":"Concordat","id":"11111111-2222-4333-8444-555555555555",
             "realm":"litwareinc.com","serviceName":"11111111-2222-4333-8444-555555555555",
             "issuer":"11111111-2222-4333-8444-555555555555@litwareinc.com",
             "allowedAudiences":["11111111-2222-4333-8444-555555555555/x@litwareinc.com"],
             "keys":[{"usage":"signing","keyinfo":{"x5t":"%s"},"keyvalue":{"type":"x509Certificate","value":"%s"}}],
             "endpoints":[]}
            """
                .formatted(Certificates.GOOD.x5t(), Certificates.GOOD.base64()));
    return diagnose(record, "--document", document.toString());
  }

  private Result diagnose(String text, String... more) throws IOException {
    Path file = Files.writeString(folder.resolve("pasted.txt"), text);
    var out = new StringWriter();
    var err = new StringWriter();
    var arguments = new ArrayList<>(List.of("diagnose", file.toString()));
    arguments.addAll(
        List.of("--state-dir", folder.toString(), "--server-url", "http://127.0.0.1:1"));
    arguments.addAll(List.of(more));
    int exitCode =
        Concordat.commandLine()
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(arguments.toArray(String[]::new));
    return new Result(exitCode, out.toString(), err.toString());
  }
}
