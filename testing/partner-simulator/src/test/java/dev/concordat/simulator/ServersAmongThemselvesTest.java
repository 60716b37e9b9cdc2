package dev.concordat.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.contracts.Json;
import dev.concordat.contracts.metadata.AuthMetadataReader;
import dev.concordat.contracts.metadata.Reading;
import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.simulator.trust.ProductKind;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The simulated servers, set up by their own cmdlets: each accepts each other's tokens by its own
 * rules, and refuses in its own words.
 */
class ServersAmongThemselvesTest {

  private static final String KEN = "kenmyer@litwareinc.com";
  private static final String SHAREPOINT = "sharepoint.litwareinc.com";
  private static final String SKYPE = "atl-cs-001.litwareinc.com";
  private static final String OURS = "5d2a1b7e-3c4f-4e8a-9b6d-c0c0da700001";
  private static final String REALM = SimulatorSettings.SHAREPOINT_REALM;

  private static Simulator simulator;
  private static TestClient client;

  @BeforeAll
  static void start() throws Exception {
    simulator = Simulator.start(SimulatorSettings.forTests());
    client = new TestClient(simulator);
    shell(
        "exchange",
        """
        & 'C:\\Program Files\\Scripts\\Configure-EnterprisePartnerApplication.ps1' \
        -AuthMetadataUrl '%s' -ApplicationType Lync
        Configure-EnterprisePartnerApplication.ps1 -AuthMetadataUrl '%s' -ApplicationType SharePoint
        """
            .formatted(
                simulator.metadataUrl(ProductKind.SKYPE),
                simulator.metadataUrl(ProductKind.SHAREPOINT)));
    shell(
        "skype",
        """
        New-CsPartnerApplication -Identity microsoft.exchange -ApplicationTrustLevel Full -MetadataUrl '%s'
        New-CsPartnerApplication microsoft.sharepoint -ApplicationTrustLevel Full -MetadataUrl "%s"
        """
            .formatted(
                simulator.metadataUrl(ProductKind.EXCHANGE),
                simulator.metadataUrl(ProductKind.SHAREPOINT)));
    shell(
        "sharepoint",
        """
        New-SPTrustedSecurityTokenIssuer -Name 'Exchange' -MetadataEndPoint '%s'
        New-SPTrustedSecurityTokenIssuer -Name 'Skype' -MetadataEndPoint '%s'
        Set-SPAppPrincipalPermission -AppPrincipal 00000002-0000-0ff1-ce00-000000000000@litwareinc.com \
        -Scope SiteSubscription -Right FullControl -EnableAppOnlyPolicy
        Set-SPAppPrincipalPermission -AppPrincipal 00000004-0000-0ff1-ce00-000000000000@litwareinc.com \
        -Scope Site -Right Read
        """
            .formatted(
                simulator.metadataUrl(ProductKind.EXCHANGE),
                simulator.metadataUrl(ProductKind.SKYPE)));
  }

  @AfterAll
  static void stop() {
    simulator.close();
  }

  @ParameterizedTest(name = "{0} calls {1}")
  @CsvSource({
    "exchange,   https://sharepoint.litwareinc.com:PORT/_api/web/currentuser",
    "skype,      https://sharepoint.litwareinc.com:PORT/_api/web/currentuser",
    "exchange,   https://atl-cs-001.litwareinc.com:PORT/ucwa/v1/me",
    "sharepoint, https://atl-cs-001.litwareinc.com:PORT/ucwa/v1/me",
  })
  void each_takes_the_others_tokens_for_a_user(String caller, String url) throws Exception {
    JsonNode report = call(caller, Map.of("url", at(url), "user", KEN));

    assertThat(report.path("outcome").asText()).as(report.toString()).isEqualTo("passed");
    assertThat(report.path("body").asText()).contains(KEN);
    assertThat(report.path("claims").path("actortoken").path("nameid").asText())
        .startsWith("0000000");
  }

  @ParameterizedTest
  @CsvSource({"skype", "sharepoint"})
  void exchange_takes_the_others_tokens_for_a_user(String caller) throws Exception {
    JsonNode report =
        call(
            caller,
            Map.of(
                "url",
                at("https://atl-exchange-001.litwareinc.com:PORT/EWS/Exchange.asmx"),
                "method",
                "POST",
                "user",
                KEN,
                "body",
                """
                <s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" \
                xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types" \
                xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages"><s:Header>\
                <t:RequestServerVersion Version="Exchange2013"/></s:Header><s:Body><m:GetFolder>\
                <m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds>\
                <t:DistinguishedFolderId Id="inbox"/></m:FolderIds></m:GetFolder></s:Body>\
                </s:Envelope>\
                """));

    assertThat(report.path("outcome").asText()).as(report.toString()).isEqualTo("passed");
    assertThat(report.path("body").asText()).contains("NoError");
  }

  @Test
  void skype_tests_its_storage_in_exchange_and_leaves_nothing_behind_if_so_told() throws Exception {
    JsonNode passed =
        cmdlet(
            "skype",
            "Test-CsExStorageConnectivity",
            Map.of("SipUri", "sip:" + KEN, "DeleteItem", true));
    assertThat(passed.path("verdict").asText()).as(passed.toString()).isEqualTo("Test passed.");
    assertThat(client.admin("GET", "/simulator/mailboxes/" + KEN + "/items", "").body())
        .doesNotContain("Test-CsExStorageConnectivity");

    JsonNode kept =
        cmdlet(
            "skype",
            "Test-CsExStorageConnectivity",
            Map.of("-SipUri", "sip:" + KEN, "-Folder", "Dumpster"));
    assertThat(kept.path("passed").asBoolean()).as(kept.toString()).isTrue();

    JsonNode unknown =
        cmdlet(
            "skype", "Test-CsExStorageConnectivity", Map.of("SipUri", "sip:nobody@litwareinc.com"));
    assertThat(unknown.path("verdict").asText()).contains("Test failed").contains("2000005");
  }

  @Test
  void sharepoint_publishes_its_poor_document_with_escaped_slashes() throws Exception {
    var answer = client.get(SHAREPOINT, "/_layouts/15/metadata/json/1", null);

    assertThat(answer.body())
        .startsWith("{\"issuer\":\"00000003-0000-0ff1-ce00-000000000000@" + REALM + "\"")
        .contains("\\/")
        .contains("\"type\":\"x509certificate\"")
        .contains("\"usage\":\"Signing\"")
        .doesNotContain("x5t")
        .doesNotContain("realm")
        .doesNotContain("endpoints");
    assertThat(AuthMetadataReader.read(answer.body().getBytes(StandardCharsets.UTF_8)))
        .isInstanceOfSatisfying(
            Reading.Accepted.class,
            it ->
                assertThat(it.document().keys().getFirst().signingCertificate().notAfter())
                    .isEqualTo("9999-01-01T00:00:00Z"));
    assertThat(answer.headers().firstValue("MicrosoftSharePointTeamServices")).isPresent();
    var root = client.get(SHAREPOINT, "/_layouts/15/metadata/json/1/rootcertificate", null);
    assertThat(SigningCertificate.tryParse(root.body())).isPresent();
  }

  @Test
  void sharepoint_challenges_only_whoever_sends_a_bearer() throws Exception {
    var anonymous = client.get(SHAREPOINT, "/_vti_bin/client.svc", null);
    assertThat(anonymous.statusCode()).isEqualTo(401);
    assertThat(anonymous.headers().allValues("WWW-Authenticate")).containsExactly("NTLM");

    var empty = client.get(SHAREPOINT, "/_vti_bin/client.svc", "Bearer");
    assertThat(empty.headers().firstValue("WWW-Authenticate"))
        .hasValueSatisfying(
            it ->
                assertThat(it)
                    .startsWith(
                        "NTLM, Bearer realm=\"" + REALM + "\",client_id=\"00000003-0000-0ff1-ce00-")
                    .contains("trusted_issuers=\"00000002-"));

    var noAlgorithm = client.get(SHAREPOINT, "/_api/web", "Bearer eyJhbGciOiJub25lIn0.e30.");
    assertThat(noAlgorithm.statusCode()).isEqualTo(401);
    assertThat(noAlgorithm.headers().firstValue("x-ms-diagnostics"))
        .hasValue(
            "3005004;reason=\"The token does not contain valid algorithm in"
                + " header.\";category=\"invalid_client\"");
    assertThat(noAlgorithm.body()).contains("\"error\":\"invalid_client\"");
  }

  @Test
  void at_sharepoint_the_application_needs_a_right_and_a_policy_to_act_as_itself()
      throws Exception {
    String web = at("https://sharepoint.litwareinc.com:PORT/_api/web");

    assertThat(call("exchange", Map.of("url", web)).path("status").asInt()).isEqualTo(200);
    JsonNode refused =
        call(
            "skype",
            Map.of("url", web, "headers", Map.of("Accept", "application/json;odata=verbose")));
    assertThat(refused.path("status").asInt()).isEqualTo(403);
    assertThat(refused.path("body").asText()).contains("System.UnauthorizedAccessException");
    assertThat(
            call("exchange", Map.of("url", web, "user", "nobody@litwareinc.com"))
                .path("status")
                .asInt())
        .isEqualTo(403);
  }

  @Test
  void a_broker_names_any_application_and_another_issuer_only_itself() throws Exception {
    var broker = new TestPartner("11111111-1111-1111-1111-111111111111@" + REALM);
    String addIn = "c3ab8885-458f-4864-8804-1608145e2ac4@" + REALM;
    shell(
        "sharepoint",
        """
        New-SPTrustedSecurityTokenIssuer -Name Addins -Certificate '%s' -RegisteredIssuerName %s -IsTrustBroker
        Set-SPAppPrincipalPermission -AppPrincipal %s -Scope Site -Right Read -EnableAppOnlyPolicy
        """
            .formatted(broker.certificate().base64(), broker.issuer(), addIn));
    String audience =
        "00000003-0000-0ff1-ce00-000000000000/%s:%d@%s"
            .formatted(SHAREPOINT, simulator.httpsPort(), REALM);

    String token = broker.appOnly(audience, addIn, Map.of());
    assertThat(client.get(SHAREPOINT, "/_api/web", "Bearer " + token).statusCode()).isEqualTo(200);

    var self = new TestPartner("22222222-2222-2222-2222-222222222222@" + REALM);
    shell(
        "sharepoint",
        "New-SPTrustedSecurityTokenIssuer -Name Self -Certificate '%s' -RegisteredIssuerName %s"
            .formatted(self.certificate().base64(), self.issuer()));
    assertThat(
            client
                .get(SHAREPOINT, "/_api/web", "Bearer " + self.appOnly(audience, addIn, Map.of()))
                .statusCode())
        .isEqualTo(401);
  }

  @ParameterizedTest
  @CsvSource({"Full, true, true", "Application, true, false", "User, false, false"})
  void at_skype_the_trust_level_says_for_whom(String level, boolean asItself, boolean forUsers)
      throws Exception {
    var us = new TestPartner(OURS + "@litwareinc.com");
    shell(
        "skype",
        """
        New-CsPartnerApplication -Identity concordat-%s -ApplicationTrustLevel %s -ApplicationIdentifier %s \
        -Realm litwareinc.com -CertificateRawData '%s'
        """
            .formatted(level, level, OURS, us.certificate().base64()));
    String audience =
        "00000004-0000-0ff1-ce00-000000000000/%s:%d@litwareinc.com"
            .formatted(SKYPE, simulator.httpsPort());

    var itself = client.get(SKYPE, "/ucwa/v1/me", "Bearer " + us.appOnly(audience));
    var user =
        client.get(SKYPE, "/ucwa/v1/me", "Bearer " + us.forUser(audience, Map.of("sip", KEN)));

    assertThat(itself.statusCode()).isEqualTo(asItself ? 200 : 401);
    assertThat(user.statusCode()).isEqualTo(forUsers ? 200 : 401);
    var challenge = client.get(SKYPE, "/ucwa/v1/me", null).headers().allValues("WWW-Authenticate");
    assertThat(challenge.getFirst())
        .startsWith("Bearer trusted_issuers=\"")
        .contains("client_id=\"00000004-");
    assertThat(challenge.get(1)).startsWith("MsRtcOAuth href=");
    shell("skype", "Remove-CsPartnerApplication -Identity concordat-" + level);
  }

  @Test
  void another_realm_is_told_and_asked_for_until_it_is_set_back() throws Exception {
    String farm = "7d1c2a55-0f0e-4c1b-9d3a-0a1b2c3d4e5f";
    shell("sharepoint", "Set-SPAuthenticationRealm -Realm " + farm);
    shell("skype", "Set-CsOAuthConfiguration -Identity Global -Realm sip.litwareinc.com");
    shell("exchange", "Set-AuthConfig -Realm mail.litwareinc.com");

    assertThat(
            client
                .get(SHAREPOINT, "/_vti_bin/client.svc", "Bearer")
                .headers()
                .firstValue("WWW-Authenticate"))
        .hasValueSatisfying(it -> assertThat(it).contains("Bearer realm=\"" + farm + "\""));
    assertThat(client.get(SKYPE, "/metadata/json/1", null).body())
        .contains("\"realm\":\"sip.litwareinc.com\"");
    assertThat(
            client.get("autodiscover.litwareinc.com", "/autodiscover/metadata/json/1", null).body())
        .contains("00000002-0000-0ff1-ce00-000000000000@mail.litwareinc.com");
    assertThat(
            call("skype", Map.of("url", at("https://sharepoint.litwareinc.com:PORT/_api/web")))
                .path("outcome")
                .asText())
        .as("who is known under another realm")
        .isEqualTo("failed");

    shell("sharepoint", "Set-SPAuthenticationRealm -Realm " + REALM);
    shell("skype", "Set-CsOAuthConfiguration -Realm ''");
    shell("exchange", "Set-AuthConfig -Realm ''");
    assertThat(
            call(
                    "skype",
                    Map.of(
                        "url",
                        at("https://sharepoint.litwareinc.com:PORT/_api/web/currentuser"),
                        "user",
                        KEN))
                .path("outcome")
                .asText())
        .isEqualTo("passed");
  }

  @Test
  void skype_looks_for_exchange_where_it_is_told_to() throws Exception {
    shell(
        "skype",
        "Set-CsOAuthConfiguration -ExchangeAutodiscoverUrl '%s'"
            .formatted(at("https://autodiscover.litwareinc.com:PORT/autodiscover/nowhere.svc")));
    assertThat(
            cmdlet("skype", "Test-CsExStorageConnectivity", Map.of("SipUri", "sip:" + KEN))
                .path("verdict")
                .asText())
        .contains("Test failed");
    shell(
        "skype",
        "Set-CsOAuthConfiguration -ExchangeAutodiscoverUrl '%s'"
            .formatted(
                at("https://autodiscover.litwareinc.com:PORT/autodiscover/autodiscover.svc")));
    assertThat(
            cmdlet(
                    "skype",
                    "Test-CsExStorageConnectivity",
                    Map.of("SipUri", "sip:" + KEN, "DeleteItem", true))
                .path("verdict")
                .asText())
        .isEqualTo("Test passed.");
  }

  @Test
  void a_user_may_be_named_by_sid_only_where_that_is_accepted() throws Exception {
    var us = new TestPartner("33333333-3333-3333-3333-333333333333@litwareinc.com");
    var applications = simulator.applications();
    applications.configure(
        dev.concordat.simulator.trust.PartnerApplication.Type.GENERIC,
        "https://generic/metadata/json/1",
        us.document());
    String host = "atl-exchange-001.litwareinc.com";
    String audience =
        "00000002-0000-0ff1-ce00-000000000000/%s:%d@litwareinc.com"
            .formatted(host, simulator.httpsPort());
    Map<String, String> user =
        Map.of(
            "nameid",
            dev.concordat.simulator.trust.Directory.sid(KEN),
            "nii",
            "urn:office:idp:activedirectory");

    assertThat(diagnostics(post(host, us.forUser(audience, user)))).startsWith("2000005");
    shell(
        "exchange",
        "Set-PartnerApplication -Identity 33333333-3333-3333-3333-333333333333"
            + " -AcceptSecurityIdentifierInformation $true");
    assertThat(post(host, us.forUser(audience, user)).statusCode()).isNotEqualTo(401);
  }

  @Test
  void neither_account_nor_permissions_is_said_so() throws Exception {
    var us = new TestPartner("44444444-4444-4444-4444-444444444444@litwareinc.com");
    simulator
        .applications()
        .put(
            new dev.concordat.simulator.trust.PartnerApplication(
                "bare",
                dev.concordat.contracts.names.PrincipalName.parse(us.issuer()),
                new dev.concordat.simulator.trust.PartnerApplication.Source.Certificate(),
                List.of(us.certificate()),
                true,
                new dev.concordat.simulator.trust.Rights.AtExchange(
                    null, java.util.Set.of(), List.of(), List.of(), false)));
    String host = "atl-exchange-001.litwareinc.com";
    String audience =
        "00000002-0000-0ff1-ce00-000000000000/%s:%d@litwareinc.com"
            .formatted(host, simulator.httpsPort());

    assertThat(diagnostics(post(host, us.forUser(audience, Map.of("smtp", KEN)))))
        .startsWith("2000008")
        .contains("44444444-4444-4444-4444-444444444444");
    shell("exchange", "Set-PartnerApplication bare -ActAsPermissions Mail.ReadWrite");
    assertThat(post(host, us.forUser(audience, Map.of("smtp", KEN))).statusCode())
        .isNotEqualTo(401);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "exchange   | Configure-EnterprisePartnerApplication.ps1 -AuthMetadataUrl https://x"
            + " -ApplicationType Exchange | Possible values are 'Lync', 'SharePoint', or 'Generic'",
        "exchange   | New-PartnerApplication -Name a -Certificate x        | matches parameter name"
            + " 'Certificate'",
        "exchange   | Test-PartnerApplication a                           | is not recognized",
        "skype      | New-CsPartnerApplication -Identity a -MetadataUrl https://nowhere.invalid/ |"
            + " missing mandatory parameters: ApplicationTrustLevel",
        "skype      | New-CsPartnerApplication -Identity a -ApplicationTrustLevel Full -MetadataUrl"
            + " https://nowhere.invalid/x | Cannot bind parameter 'MetadataUrl'",
        "skype      | Set-CsPartnerApplication -Identity microsoft.exchange -Realm x | matches"
            + " parameter name 'Realm'",
        "sharepoint | New-SPTrustedSecurityTokenIssuer -Name Exchange -MetadataEndPoint https://x |"
            + " there is a trusted issuer of it already",
      })
  void what_a_cmdlet_can_not_do_it_says_as_the_product_does(
      String product, String line, String expected) throws Exception {
    var answer = client.admin("POST", "/simulator/" + product + "/shell", line);

    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(answer.body().replace("\\\"", "\"")).contains(expected).doesNotContain("\tat ");
  }

  @Test
  void after_a_rollover_without_a_refresh_the_other_side_refuses_until_it_reads_again()
      throws Exception {
    String web = at("https://sharepoint.litwareinc.com:PORT/_api/web");
    assertThat(call("exchange", Map.of("url", web)).path("status").asInt()).isEqualTo(200);
    shell("exchange", "Set-AuthConfig -PublishCertificate");

    JsonNode stale = call("exchange", Map.of("url", web));
    assertThat(stale.path("status").asInt()).isEqualTo(401);
    assertThat(stale.path("body").asText()).contains("Invalid issuer or signature.");

    shell("sharepoint", "Start-SPTimerJob RefreshMetadataFeed");
    assertThat(call("exchange", Map.of("url", web)).path("status").asInt()).isEqualTo(200);
    shell("skype", "Update-Metadata");
  }

  @Test
  void documents_are_read_again_on_a_schedule_and_changes_wait_for_iisreset() throws Exception {
    try (var slow =
        Simulator.start(
            SimulatorSettings.forTests()
                .withTimings(Duration.ofMillis(200), Duration.ofMinutes(15)))) {
      var admin = new TestClient(slow);
      admin.admin(
          "POST",
          "/simulator/exchange/shell",
          "Configure-EnterprisePartnerApplication.ps1 -AuthMetadataUrl %s -ApplicationType Lync"
              .formatted(slow.metadataUrl(ProductKind.SKYPE)));
      String before = thumbprint(slow);
      assertThat(challenge(admin)).doesNotContain("00000004");
      admin.admin("POST", "/simulator/exchange/iisreset", "");
      assertThat(challenge(admin)).contains("00000004");

      admin.admin("POST", "/simulator/skype/Set-CsCertificate", "");

      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(() -> assertThat(thumbprint(slow)).isNotEqualTo(before));
    }
  }

  private static String thumbprint(Simulator simulator) {
    return simulator.applications().all().getFirst().certificates().getFirst().thumbprint();
  }

  private static String challenge(TestClient admin) throws Exception {
    return admin
        .post("atl-exchange-001.litwareinc.com", "/EWS/Exchange.asmx", "Bearer", "<x/>")
        .headers()
        .firstValue("WWW-Authenticate")
        .orElse("");
  }

  @Test
  void the_page_shows_what_was_sent_as_text_and_no_page_of_others_may_use_it() throws Exception {
    client.get(
        SHAREPOINT, "/<script>alert(1)</script>".replace("<", "%3C").replace(">", "%3E"), null);
    call(
        "exchange",
        Map.of("url", at("https://sharepoint.litwareinc.com:PORT/_api/web"), "user", KEN));

    String page = client.admin("GET", "/simulator/", "").body();

    assertThat(page)
        .contains("user token")
        .contains("claims of the actor token")
        .contains(KEN)
        .doesNotContain("<script");
    assertThat(client.foreign("/simulator/faults").statusCode()).isEqualTo(403);
  }

  private static HttpResponse<String> post(String host, String token) throws Exception {
    return client.post(host, "/EWS/Exchange.asmx", "Bearer " + token, "<x/>");
  }

  private static String diagnostics(HttpResponse<String> answer) {
    return answer.headers().firstValue("x-ms-diagnostics").orElse("");
  }

  private static String at(String url) {
    return url.replace("PORT", Integer.toString(simulator.httpsPort()));
  }

  private static void shell(String product, String lines) throws Exception {
    var answer = client.admin("POST", "/simulator/" + product + "/shell", lines);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  private static JsonNode cmdlet(String product, String name, Map<String, ?> parameters)
      throws Exception {
    var answer = client.admin("POST", "/simulator/" + product + "/" + name, parameters);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Json.mapper().readTree(answer.body());
  }

  private static JsonNode call(String product, Map<String, ?> call) throws Exception {
    return cmdlet(product, "call", call);
  }
}
