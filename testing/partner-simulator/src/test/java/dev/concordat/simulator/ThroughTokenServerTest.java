package dev.concordat.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.concordat.contracts.Json;
import dev.concordat.contracts.metadata.AuthMetadataDocument;
import dev.concordat.contracts.metadata.AuthMetadataWriter;
import dev.concordat.contracts.tokens.S2SToken;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The simulated servers trust a token server and not each other: each gets its tokens there, as ACS
 * is asked, and so does the one that can sign nothing.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ThroughTokenServerTest {

  private static final String KEN = "kenmyer@litwareinc.com";
  private static final String SECRET = "only-in-this-test";
  private static final TestPartner STS =
      new TestPartner("00000001-0000-0000-c000-000000000000@litwareinc.com");

  private static Simulator simulator;
  private static TestClient client;
  private static HttpServer tokenServer;

  @BeforeAll
  static void start() throws Exception {
    simulator = Simulator.start(SimulatorSettings.forTests());
    client = new TestClient(simulator);
    tokenServer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    tokenServer.createContext("/metadata/json/1", it -> answer(it, 200, document()));
    tokenServer.createContext("/tokens/OAuth/2", ThroughTokenServerTest::issue);
    tokenServer.start();
    String url = tokenServerUrl() + "/metadata/json/1";
    String exchange = "00000002-0000-0ff1-ce00-000000000000";
    String sharePoint = "00000003-0000-0ff1-ce00-000000000000";
    String skype = "00000004-0000-0ff1-ce00-000000000000";
    String farm = SimulatorSettings.SHAREPOINT_REALM;
    shell(
        "exchange",
        """
        New-AuthServer -Name ACS -AuthMetadataUrl '%s'
        New-PartnerApplication -Name Skype -ApplicationIdentifier %s -LinkedAccount LyncEnterprise-ApplicationAccount
        New-PartnerApplication -Name SharePoint -ApplicationIdentifier %s -Realm %s -LinkedAccount SharePointEnterprise-ApplicationAccount
        New-PartnerApplication -Name Foreign -ApplicationIdentifier %s -LinkedAccount GenericEnterprise-ApplicationAccount
        """
            .formatted(url, skype, sharePoint, farm, Farm.FOREIGN_IDENTIFIER));
    shell(
        "skype",
        """
        New-CsOAuthServer -Identity ACS -MetadataUrl '%s'
        New-CsPartnerApplication exchange -ApplicationIdentifier %s -ApplicationTrustLevel Application -UseOAuthServer
        New-CsPartnerApplication sharepoint -ApplicationIdentifier %s -Realm %s -ApplicationTrustLevel Full -UseOAuthServer
        New-CsPartnerApplication foreign -ApplicationIdentifier %s -ApplicationTrustLevel Full -UseOAuthServer
        """
            .formatted(url, exchange, sharePoint, farm, Farm.FOREIGN_IDENTIFIER));
    shell(
        "sharepoint",
        """
        New-SPTrustedSecurityTokenIssuer -Name ACS -IsTrustBroker -MetadataEndPoint '%s'
        Set-SPAppPrincipalPermission -AppPrincipal %s@litwareinc.com -Scope Site -Right Read
        Set-SPAppPrincipalPermission -AppPrincipal %s@litwareinc.com -Scope Site -Right Read
        Set-SPAppPrincipalPermission -AppPrincipal %s@litwareinc.com -Scope Site -Right Read
        """
            .formatted(url, exchange, skype, Farm.FOREIGN_IDENTIFIER));
  }

  @AfterAll
  static void stop() {
    tokenServer.stop(0);
    simulator.close();
  }

  @Test
  @Order(1)
  void who_can_sign_nothing_gets_nowhere_until_it_knows_a_token_server_and_its_secret()
      throws Exception {
    assertThat(call("foreign", "sharepoint").toString())
        .contains("nor a token server that it knows");

    useTokenServer("wrong");
    assertThat(call("foreign", "sharepoint").path("steps").toString()).contains("invalid_client");

    useTokenServer(SECRET);
    assertPassed(call("foreign", "sharepoint"));
  }

  @ParameterizedTest(name = "{0} calls {1}")
  @Order(2)
  @CsvSource({
    "skype, exchange",
    "sharepoint, exchange",
    "foreign, exchange",
    "exchange, skype",
    "sharepoint, skype",
    "foreign, skype",
    "exchange, sharepoint",
    "skype, sharepoint",
  })
  void each_calls_each_with_a_token_that_the_token_server_issued(String caller, String receiver)
      throws Exception {
    useTokenServer(SECRET);

    assertPassed(call(caller, receiver));
  }

  private static void assertPassed(JsonNode report) {
    assertThat(report.path("outcome").asText()).as(report.toString()).isEqualTo("passed");
    assertThat(report.path("steps").toString()).contains("issued by " + STS.issuer());
    assertThat(report.path("claims").path("actortoken").path("iss").asText())
        .isEqualTo(STS.issuer());
  }

  private static void useTokenServer(String secret) throws Exception {
    shell(
        "foreign",
        "Use-TokenServer -MetadataUrl '%s/metadata/json/1' -ClientSecret '%s'"
            .formatted(tokenServerUrl(), secret));
  }

  private static JsonNode call(String caller, String receiver) throws Exception {
    var call = Json.mapper().createObjectNode().put("user", KEN);
    int port = simulator.httpsPort();
    switch (receiver) {
      case "exchange" ->
          call.put(
                  "url",
                  "https://autodiscover.litwareinc.com:" + port + "/autodiscover/autodiscover.xml")
              .put("method", "POST")
              .put("body", "<x/>");
      case "skype" -> call.put("url", "https://atl-cs-001.litwareinc.com:" + port + "/ucwa/v1/me");
      default ->
          call.put("url", "https://sharepoint.litwareinc.com:" + port + "/_api/web/currentuser");
    }
    var answer = client.admin("POST", "/simulator/" + caller + "/call", call.toString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Json.mapper().readTree(answer.body());
  }

  private static void shell(String product, String lines) throws Exception {
    var answer = client.admin("POST", "/simulator/" + product + "/shell", lines);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  private static String tokenServerUrl() {
    return "http://127.0.0.1:" + tokenServer.getAddress().getPort();
  }

  private static String document() {
    return new String(
        AuthMetadataWriter.write(
            new AuthMetadataDocument(
                null,
                null,
                "ACS",
                "litwareinc.com",
                "00000001-0000-0000-c000-000000000000",
                STS.issuer(),
                List.of(),
                List.of(AuthMetadataDocument.Key.of(STS.certificate())),
                List.of(
                    new AuthMetadataDocument.Endpoint(
                        tokenServerUrl() + "/tokens/OAuth/2", "OAuth2", "issuance")))),
        StandardCharsets.UTF_8);
  }

  /** As ACS answers: to a secret, or to a token that the caller signed for it. */
  private static void issue(HttpExchange exchange) throws IOException {
    var form = new LinkedHashMap<String, String>();
    for (String pair :
        new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8).split("&")) {
      form.put(
          pair.substring(0, pair.indexOf('=')),
          URLDecoder.decode(pair.substring(pair.indexOf('=') + 1), StandardCharsets.UTF_8));
    }
    String assertion = form.get("assertion");
    String caller =
        assertion == null
            ? form.get("client_id")
            : ((S2SToken) S2SToken.parse(assertion)).claims().nameId().orElseThrow();
    if (assertion == null && !SECRET.equals(form.get("client_secret"))) {
      answer(exchange, 400, "{\"error\":\"invalid_client\",\"error_description\":\"ACS50012\"}");
      return;
    }
    answer(
        exchange,
        200,
        "{\"token_type\":\"Bearer\",\"access_token\":\"%s\"}"
            .formatted(
                STS.appOnly(
                    form.get("resource"),
                    caller,
                    Map.of("trustedfordelegation", "true", "identityprovider", STS.issuer()))));
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }
}
