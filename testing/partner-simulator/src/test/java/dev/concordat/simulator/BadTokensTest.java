package dev.concordat.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.contracts.Json;
import dev.concordat.simulator.trust.PartnerApplication;
import dev.concordat.simulator.trust.ProductKind;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever comes as a token: every server refuses it as its product does, says nothing of its own
 * making, and gives away nothing.
 */
class BadTokensTest {

  private static final String KEN = "kenmyer@litwareinc.com";
  private static final String PILAR = "pilar@litwareinc.com";
  private static final String EXCHANGE = "atl-exchange-001.litwareinc.com";
  private static final TestPartner US =
      new TestPartner("5d2a1b7e-3c4f-4e8a-9b6d-c0c0da700001@litwareinc.com");

  private static Simulator simulator;
  private static TestClient client;

  private record Endpoint(String host, String path, boolean post) {}

  private static final List<Endpoint> ENDPOINTS =
      List.of(
          new Endpoint(EXCHANGE, "/EWS/Exchange.asmx", true),
          new Endpoint("autodiscover.litwareinc.com", "/autodiscover/autodiscover.svc", true),
          new Endpoint("autodiscover.litwareinc.com", "/autodiscover/autodiscover.xml", true),
          new Endpoint("sharepoint.litwareinc.com", "/_api/web/currentuser", false),
          new Endpoint("sharepoint.litwareinc.com", "/_vti_bin/client.svc", false),
          new Endpoint("atl-cs-001.litwareinc.com", "/ucwa/v1/me", false));

  @BeforeAll
  static void start() throws Exception {
    simulator = Simulator.start(SimulatorSettings.forTests().withMailboxes(List.of(KEN, PILAR)));
    client = new TestClient(simulator);
    simulator
        .applications()
        .configure(PartnerApplication.Type.LYNC, "https://us/metadata/json/1", US.document());
  }

  @AfterAll
  static void stop() {
    simulator.close();
  }

  static Stream<String> tokens() throws Exception {
    var tokens = new ArrayList<String>();
    JsonNode file =
        Json.mapper()
            .readTree(
                Files.readAllBytes(Path.of("../../contracts/src/test/resources/vectors.json")));
    for (JsonNode vector : file.path("vectors")) {
      tokens.add(vector.path("token").asText());
    }
    assertThat(tokens).hasSizeGreaterThan(60);
    tokens.addAll(
        List.of(
            "x",
            "..",
            "...",
            "a.b.c",
            "null",
            "%00",
            "<script>alert(1)</script>",
            "eyJhbGciOiJSUzI1NiJ9.W10.AAAA",
            "eyJhbGciOiJSUzI1NiJ9." + "e30".repeat(2000) + ".AAAA",
            "A".repeat(40_000)));
    return tokens.stream();
  }

  @ParameterizedTest
  @MethodSource("tokens")
  void no_token_of_somebody_elses_is_let_in_anywhere(String token) throws Exception {
    for (Endpoint endpoint : ENDPOINTS) {
      assertRefused(call(endpoint, "Bearer " + token));
    }
  }

  @Test
  void no_other_authorization_is_let_in_either() throws Exception {
    for (String authorization :
        List.of(
            "Basic a2VuOnB3", "NTLM TlRMTVNTUAAB", "Bearertoken", "bearer x.y.z", "Negotiate")) {
      for (Endpoint endpoint : ENDPOINTS) {
        assertRefused(call(endpoint, authorization));
      }
    }
  }

  @Test
  void a_good_token_changed_in_any_one_place_is_good_no_more() throws Exception {
    String good = US.forUser(audience(), Map.of("smtp", KEN));
    assertThat(call(ENDPOINTS.getFirst(), "Bearer " + good).statusCode()).isNotEqualTo(401);
    String actor = US.appOnly(audience());
    for (int at = 0; at < actor.length(); at += 37) {
      char other = actor.charAt(at) == 'A' ? 'B' : 'A';
      String changed = actor.substring(0, at) + other + actor.substring(at + 1);
      assertRefused(
          call(
              ENDPOINTS.getFirst(),
              "Bearer "
                  + TestPartner.forUser(audience(), US.issuer(), changed, Map.of("smtp", KEN))));
    }
  }

  @Test
  void names_of_two_users_open_neither_mailbox() throws Exception {
    var answer =
        call(
            ENDPOINTS.getFirst(),
            "Bearer " + US.forUser(audience(), Map.of("smtp", KEN, "sip", PILAR)));

    assertRefused(answer);
    assertThat(answer.headers().firstValue("x-ms-diagnostics"))
        .hasValueSatisfying(it -> assertThat(it).startsWith("2000005").contains("ambiguous"));
  }

  @Test
  void what_an_issuer_calls_itself_does_not_break_the_header() throws Exception {
    var odd = new TestPartner("a\"b\\@litwareinc.com");

    var answer =
        call(ENDPOINTS.getFirst(), "Bearer " + odd.forUser(audience(), Map.of("smtp", KEN)));

    assertRefused(answer);
    assertThat(answer.headers().firstValue("x-ms-diagnostics"))
        .hasValueSatisfying(it -> assertThat(it).contains("a?b\\@litwareinc.com'"));
  }

  private static HttpResponse<String> call(Endpoint endpoint, String authorization)
      throws Exception {
    return endpoint.post
        ? client.post(endpoint.host, endpoint.path, authorization, "<x/>")
        : client.get(endpoint.host, endpoint.path, authorization);
  }

  private static void assertRefused(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.headers().allValues("WWW-Authenticate")).isNotEmpty();
    assertThat(answer.body())
        .doesNotContain("\tat ")
        .doesNotContain("dev.concordat")
        .doesNotContain("java.")
        .doesNotContain(KEN)
        .doesNotContain(PILAR);
  }

  private static String audience() {
    return "%s/%s:%d@litwareinc.com"
        .formatted(ProductKind.EXCHANGE.applicationIdentifier(), EXCHANGE, simulator.httpsPort());
  }
}
