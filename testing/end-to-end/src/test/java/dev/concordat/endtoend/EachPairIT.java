package dev.concordat.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.concordat.contracts.Json;
import dev.concordat.suite.FirstJourney;
import dev.concordat.suite.LocalSuite;
import dev.concordat.suite.Options;
import dev.concordat.suite.Part;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every server a partner of every other, all as real processes: Exchange, Skype for Business,
 * SharePoint and us; first each by its own signature, then all through our partner token server,
 * and with it a server that can sign nothing.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class EachPairIT {

  private static final String KEN = "kenmyer@litwareinc.com";
  private static final String US = LocalSuite.APPLICATION_IDENTIFIER;
  private static final String FOREIGN = "6f2a7c1d-0b3e-4d58-8a91-f04e19000001";
  private static final String SECRET = "a secret that is only in this test";

  private static final String GET_FOLDER =
      """
      <s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" \
      xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types" \
      xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages"><s:Header>\
      <t:RequestServerVersion Version="Exchange2013"/></s:Header><s:Body><m:GetFolder>\
      <m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds>\
      <t:DistinguishedFolderId Id="inbox"/></m:FolderIds></m:GetFolder></s:Body></s:Envelope>""";

  @TempDir static Path folder;

  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static LocalSuite suite;
  private static FirstJourney journey;
  private static int port;

  @BeforeAll
  static void everyServerKnowsEveryOther() throws Exception {
    Options options = Options.onFreePorts(folder.resolve("state"));
    port = options.ports().of(Part.PARTNER_SIMULATOR);
    suite = LocalSuite.start(options, _ -> {});
    journey = new FirstJourney(suite);
    String ours = suite.url(Part.METADATA_SERVICE) + "/metadata/json/1";
    shell(
        "exchange",
        """
        Configure-EnterprisePartnerApplication.ps1 -AuthMetadataUrl '%s' -ApplicationType Lync
        Configure-EnterprisePartnerApplication.ps1 -AuthMetadataUrl '%s' -ApplicationType SharePoint
        New-PartnerApplication -Name Concordat -AuthMetadataUrl '%s' -LinkedAccount Concordat-ApplicationAccount
        """
            .formatted(metadata("skype"), metadata("sharepoint"), ours));
    shell(
        "skype",
        """
        New-CsPartnerApplication -Identity microsoft.exchange -ApplicationTrustLevel Full -MetadataUrl '%s'
        New-CsPartnerApplication -Identity microsoft.sharepoint -ApplicationTrustLevel Full -MetadataUrl '%s'
        New-CsPartnerApplication -Identity concordat -ApplicationTrustLevel Full -MetadataUrl '%s'
        """
            .formatted(metadata("exchange"), metadata("sharepoint"), ours));
    shell(
        "sharepoint",
        """
        New-SPTrustedSecurityTokenIssuer -Name Exchange -MetadataEndPoint '%s'
        New-SPTrustedSecurityTokenIssuer -Name Skype -MetadataEndPoint '%s'
        New-SPTrustedSecurityTokenIssuer -Name Concordat -MetadataEndPoint '%s'
        Set-SPAppPrincipalPermission -AppPrincipal 00000002-0000-0ff1-ce00-000000000000@litwareinc.com -Scope Site -Right Read -EnableAppOnlyPolicy
        Set-SPAppPrincipalPermission -AppPrincipal 00000004-0000-0ff1-ce00-000000000000@litwareinc.com -Scope Site -Right Read -EnableAppOnlyPolicy
        Set-SPAppPrincipalPermission -AppPrincipal %s@litwareinc.com -Scope Site -Right Read -EnableAppOnlyPolicy
        Set-SPAppPrincipalPermission -AppPrincipal %s@litwareinc.com -Scope Site -Right Read -EnableAppOnlyPolicy
        """
            .formatted(metadata("exchange"), metadata("skype"), ours, US, FOREIGN));
    journey.registerWorkload();
    for (String kind : List.of("exchange", "skype", "sharepoint")) {
      register(
          kind,
          Map.of(
              "kind",
              kind,
              "trust",
              Map.of("metadataUrl", metadata(kind)),
              "mayRequest",
              List.of(Map.of("partner", "*", "as", Map.of("anyone", true)))));
    }
    register(
        "foreign",
        Map.of(
            "kind",
            "generic",
            "applicationIdentifier",
            FOREIGN,
            "realm",
            LocalSuite.DOMAIN,
            "clientAuth",
            Map.of("secretHash", hash(SECRET)),
            "mayRequest",
            List.of(Map.of("partner", "*", "as", Map.of("anyone", true)))));
    for (String partner : List.of("exchange", "skype", "sharepoint")) {
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> ourToken(partner, anyUrl(partner)).statusCode() == 200);
    }
  }

  @AfterAll
  static void stop() {
    if (suite != null) {
      suite.close();
    }
  }

  @ParameterizedTest(name = "{0} calls {1} by its own signature")
  @CsvSource({
    "skype, exchange",
    "sharepoint, exchange",
    "exchange, skype",
    "sharepoint, skype",
    "exchange, sharepoint",
    "skype, sharepoint",
  })
  @Order(1)
  void each_calls_each_by_its_own_signature(String caller, String receiver) throws Exception {
    assertPassed(call(caller, receiver), "signed by itself");
  }

  @ParameterizedTest(name = "we call {0}")
  @CsvSource({"skype", "sharepoint"})
  @Order(2)
  void we_call_each(String receiver) throws Exception {
    HttpResponse<String> token = ourToken(receiver, anyUrl(receiver));
    assertThat(token.statusCode()).as(token.body()).isEqualTo(200);

    JsonNode answer = presented(receiver, json(token.body()).path("access_token").asText());

    assertThat(answer.path("status").asInt()).as(answer.toString()).isEqualTo(200);
  }

  @Test
  @Order(3)
  void we_probe_exchange_and_skype_tests_its_storage_there() throws Exception {
    assertThat(journey.probe("exchange").path("outcome").asText()).isEqualTo("passed");
    JsonNode result =
        json(
            simulator(
                    "/simulator/skype/Test-CsExStorageConnectivity",
                    "{\"SipUri\":\"sip:%s\",\"DeleteItem\":true}".formatted(KEN))
                .body());
    assertThat(result.path("verdict").asText()).as(result.toString()).isEqualTo("Test passed.");
  }

  @ParameterizedTest(name = "{0} calls us")
  @CsvSource({"exchange", "skype", "sharepoint"})
  @Order(4)
  void each_calls_us_by_its_own_signature(String caller) throws Exception {
    JsonNode report = call(caller, us());

    assertPassed(report, "signed by itself");
  }

  @Test
  @Order(5)
  void without_a_token_server_the_one_that_can_sign_nothing_gets_nowhere() throws Exception {
    JsonNode report = call("foreign", "exchange");

    assertThat(report.path("outcome").asText()).isEqualTo("failed");
    assertThat(report.toString()).contains("nor a token server that it knows");
  }

  @Test
  @Order(10)
  void everybody_is_told_of_our_token_server() throws Exception {
    String sts = suite.url(Part.METADATA_SERVICE) + "/litwareinc.com/metadata/json/1";
    removeAll("exchange", "PartnerApplication", "Name");
    shell(
        "exchange",
        """
        New-AuthServer -Name Concordat -AuthMetadataUrl '%s'
        New-PartnerApplication -Name Skype -ApplicationIdentifier 00000004-0000-0ff1-ce00-000000000000 -LinkedAccount LyncEnterprise-ApplicationAccount
        New-PartnerApplication -Name SharePoint -ApplicationIdentifier 00000003-0000-0ff1-ce00-000000000000 -Realm %s -LinkedAccount SharePointEnterprise-ApplicationAccount
        New-PartnerApplication -Name Foreign -ApplicationIdentifier %s -LinkedAccount GenericEnterprise-ApplicationAccount
        """
            .formatted(sts, sharePointRealm(), FOREIGN));
    removeAll("skype", "CsPartnerApplication", "Identity");
    shell(
        "skype",
        """
        New-CsOAuthServer -Identity Concordat -MetadataUrl '%s'
        New-CsPartnerApplication -Identity exchange -ApplicationIdentifier 00000002-0000-0ff1-ce00-000000000000 -ApplicationTrustLevel Full -UseOAuthServer
        New-CsPartnerApplication -Identity sharepoint -ApplicationIdentifier 00000003-0000-0ff1-ce00-000000000000 -Realm %s -ApplicationTrustLevel Full -UseOAuthServer
        New-CsPartnerApplication -Identity foreign -ApplicationIdentifier %s -ApplicationTrustLevel Full -UseOAuthServer
        """
            .formatted(sts, sharePointRealm(), FOREIGN));
    removeAll("sharepoint", "SPTrustedSecurityTokenIssuer", "Name");
    shell(
        "sharepoint",
        "New-SPTrustedSecurityTokenIssuer -Name Concordat -IsTrustBroker -MetadataEndPoint '"
            + sts
            + "'");
    shell("foreign", "Use-TokenServer -MetadataUrl '%s' -ClientSecret '%s'".formatted(sts, SECRET));

    assertThat(call("skype", "exchange").toString()).doesNotContain("signed by itself");
  }

  @ParameterizedTest(name = "{0} calls {1} through our token server")
  @CsvSource({
    "skype, exchange",
    "sharepoint, exchange",
    "exchange, skype",
    "sharepoint, skype",
    "exchange, sharepoint",
    "skype, sharepoint",
    "foreign, exchange",
    "foreign, skype",
    "foreign, sharepoint",
  })
  @Order(11)
  void each_calls_each_through_our_token_server(String caller, String receiver) throws Exception {
    ObjectNode request = request(receiver);
    if (receiver.equals("sharepoint")) {
      // To SharePoint our token server vouches for applications, never for one that acts for users.
      request.remove("user");
    }

    assertPassed(call(caller, request), "issued by");
  }

  private static void assertPassed(JsonNode report, String how) {
    assertThat(report.path("outcome").asText()).as(report.toString()).isEqualTo("passed");
    assertThat(report.path("steps").toString()).contains(how);
  }

  private static JsonNode call(String caller, String receiver) throws Exception {
    return call(caller, request(receiver));
  }

  private static JsonNode call(String caller, ObjectNode request) throws Exception {
    return json(simulator("/simulator/" + caller + "/call", request.toString()).body());
  }

  private static ObjectNode request(String receiver) {
    ObjectNode request = Json.mapper().createObjectNode().put("user", KEN);
    request.put("url", anyUrl(receiver));
    if (receiver.equals("exchange")) {
      request.put("method", "POST").put("body", GET_FOLDER);
    }
    return request;
  }

  /** What an ingress in front of a service of ours would ask. */
  private static ObjectNode us() {
    ObjectNode request = Json.mapper().createObjectNode().put("user", KEN);
    request.put("url", suite.url(Part.TOKEN_SERVICE) + "/authorize");
    request.put("audienceHost", "localhost");
    request.putObject("headers").put("X-Forwarded-Host", "localhost");
    return request;
  }

  private static String anyUrl(String receiver) {
    return switch (receiver) {
      case "exchange" -> "https://atl-exchange-001.litwareinc.com:" + port + "/EWS/Exchange.asmx";
      case "skype" -> "https://atl-cs-001.litwareinc.com:" + port + "/ucwa/v1/me";
      default -> "https://sharepoint.litwareinc.com:" + port + "/_api/web";
    };
  }

  private static String metadata(String kind) {
    return switch (kind) {
      case "exchange" -> suite.exchangeMetadataUrl();
      case "skype" -> "https://atl-cs-001.litwareinc.com:" + port + "/metadata/json/1";
      default -> "https://sharepoint.litwareinc.com:" + port + "/_layouts/15/metadata/json/1";
    };
  }

  private static String sharePointRealm() throws Exception {
    return json(simulator("/simulator/sharepoint/Get-SPAuthenticationRealm", "").body())
        .path("Realm")
        .asText();
  }

  /** Removes what a product knows of a kind, as its own shell does. */
  private static void removeAll(String product, String noun, String property) throws Exception {
    for (JsonNode known : json(simulator("/simulator/" + product + "/Get-" + noun, "").body())) {
      shell(product, "Remove-%s -Identity '%s'".formatted(noun, known.path(property).asText()));
    }
  }

  private static HttpResponse<String> ourToken(String partner, String url) throws Exception {
    var form = new LinkedHashMap<String, String>();
    form.put("grant_type", "client_credentials");
    form.put("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    form.put("client_assertion", suite.adminToken());
    form.put("audience", partner);
    form.put("resource", url);
    return HTTP.send(
        HttpRequest.newBuilder(suite.url(Part.TOKEN_SERVICE).resolve("/oauth2/token"))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    form.entrySet().stream()
                        .map(
                            it ->
                                it.getKey()
                                    + "="
                                    + URLEncoder.encode(it.getValue(), StandardCharsets.UTF_8))
                        .collect(Collectors.joining("&"))))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /**
   * Has the simulator send a token of ours to one of its own hosts, which no name service knows.
   */
  private static JsonNode presented(String receiver, String token) throws Exception {
    ObjectNode request = request(receiver);
    request.remove("user");
    request.put("token", token);
    return call("foreign", request);
  }

  private static void register(String name, Map<String, ?> partner) throws Exception {
    var answer =
        HTTP.send(
            HttpRequest.newBuilder(suite.url(Part.TRUST_REGISTRY).resolve("/v1/partners/" + name))
                .header("Authorization", "Bearer " + suite.adminToken())
                .header("Content-Type", "application/json")
                .PUT(
                    HttpRequest.BodyPublishers.ofByteArray(
                        Json.mapper().writeValueAsBytes(partner)))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
  }

  private static void shell(String product, String lines) throws Exception {
    var answer = simulator("/simulator/" + product + "/shell", lines);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  private static HttpResponse<String> simulator(String path, String body)
      throws IOException, InterruptedException {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create(suite.managementUrl(Part.PARTNER_SIMULATOR) + path))
            .timeout(Duration.ofSeconds(60))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static String hash(String secret) throws Exception {
    byte[] salt = "a salt of a test".getBytes(StandardCharsets.US_ASCII);
    int iterations = 10_000;
    byte[] hash =
        SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
            .generateSecret(new PBEKeySpec(secret.toCharArray(), salt, iterations, 256))
            .getEncoded();
    return "pbkdf2-sha256:%d:%s:%s"
        .formatted(
            iterations,
            Base64.getEncoder().encodeToString(salt),
            Base64.getEncoder().encodeToString(hash));
  }

  private static JsonNode json(String text) throws IOException {
    return Json.mapper().readTree(text);
  }
}
