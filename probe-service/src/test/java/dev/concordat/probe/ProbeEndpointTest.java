package dev.concordat.probe;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.startsWith;

import dev.concordat.contracts.events.Diagnosis;
import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.contracts.events.ProbeCompleted;
import dev.concordat.contracts.events.ProbeKind;
import dev.concordat.contracts.events.ProbeSettings;
import dev.concordat.contracts.events.ProbeTrigger;
import dev.concordat.probe.results.RecentResults;
import dev.concordat.simulator.Simulator;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said over HTTP: who may ask, what is refused and how, and the page for people. */
@QuarkusTest
@QuarkusTestResource(value = RunningSuite.class, restrictToAnnotatedClass = true)
class ProbeEndpointTest {

  @Inject Registry registry;
  @Inject RecentResults results;
  Simulator simulator;
  TokenServer tokens;

  @BeforeEach
  void an_exchange_is_registered() {
    var exchange = new SimulatorControl(simulator);
    exchange.acceptUs(tokens);
    registry.announce(tokens.certificate());
    registry.register(Registry.exchange("exchange", exchange.metadataUrl(), null, null));
  }

  @AfterEach
  void and_gone_again() {
    registry.remove("exchange");
  }

  @Test
  void nobody_gets_anything_without_a_token() {
    for (String path : List.of("/v1/probes", "/v1/probes/x", "/v1/probes/events", "/", "/else")) {
      given().get(path).then().statusCode(401);
    }
    given()
        .contentType("application/json")
        .body(Map.of("sipAddress", "sip:kenmyer@litwareinc.com"))
        .post("/v1/probes")
        .then()
        .statusCode(401);
  }

  @Test
  void a_viewer_reads_and_asks_for_nothing() {
    given().auth().oauth2(OidcIssuer.viewer()).get("/v1/probes").then().statusCode(200);
    given().auth().oauth2(OidcIssuer.viewer()).get("/").then().statusCode(200);
    given()
        .auth()
        .oauth2(OidcIssuer.viewer())
        .contentType("application/json")
        .body(Map.of("sipAddress", "sip:kenmyer@litwareinc.com"))
        .post("/v1/probes")
        .then()
        .statusCode(403);
  }

  @Test
  void a_token_without_a_role_reads_nothing() {
    String nobody = OidcIssuer.token("nobody");
    given().auth().oauth2(nobody).get("/v1/probes").then().statusCode(403);
    given().auth().oauth2(nobody).get("/").then().statusCode(403);
  }

  @Test
  void a_token_that_does_not_hold_is_answered_with_401_and_not_with_an_error_of_ours() {
    String tampered = OidcIssuer.admin().replaceFirst("\\.[^.]*$", ".AAAA");
    for (String path : List.of("/v1/probes", "/")) {
      given().auth().oauth2(tampered).get(path).then().statusCode(401);
    }
    assertThat(documented()).contains("| `unauthenticated` |");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"sipAddress":"kenmyer at litware"} | 400 | sip-address-malformed | 'kenmyer at litware'
          {"sipAddress":"sip:@litwareinc.com"} | 400 | sip-address-malformed | user@domain
          {"partner":"exchange"} | 400 | sip-address-missing | sipAddress is missing
          {"sipAddress":"sip:kenmyer@litwareinc.com","partner":"nobody"} | 404 | partner-unknown | No partner 'nobody'
          {"sipAddress":"sip:kenmyer@litwareinc.com","kind":"x"} | 400 | kind-unknown | conversation-history
          {"sipAddress":"sip:kenmyer@litwareinc.com","deleteItem":"no"} | 400 | body-malformed | deleteItem must be true or false
          {"sipAddress":"sip:kenmyer@litwareinc.com","token":"old"} | 400 | body-malformed | token must be fresh or cached
          {"sipAddress":7} | 400 | body-malformed | sipAddress must be a string
          [] | 400 | body-malformed | no JSON object
          {"sipAddress": | 400 | body-malformed | no JSON object
          """)
  void what_cannot_be_done_is_refused_with_the_reason(
      String body, int status, String code, String detail) {
    post(body)
        .statusCode(status)
        .contentType(startsWith("application/problem+json"))
        .body("type", equalTo("urn:concordat:problem:" + code))
        .body("detail", containsString(detail));
    assertThat(documented()).contains("| `" + code + "` |");
  }

  @Test
  void an_empty_body_is_refused_too() {
    post("").statusCode(400).body("type", equalTo("urn:concordat:problem:body-malformed"));
  }

  @Test
  void a_partner_that_is_disabled_or_no_exchange_is_not_probed() {
    registry.register(Registry.partner("off", PartnerKind.EXCHANGE, false, null, null));
    registry.register(Registry.partner("a-skype", PartnerKind.SKYPE, true, null, null));
    post("{\"sipAddress\":\"sip:kenmyer@litwareinc.com\",\"partner\":\"off\"}")
        .statusCode(409)
        .body("type", equalTo("urn:concordat:problem:partner-disabled"));
    post("{\"sipAddress\":\"sip:kenmyer@litwareinc.com\",\"partner\":\"a-skype\"}")
        .statusCode(409)
        .body("type", equalTo("urn:concordat:problem:partner-not-exchange"));
    registry.remove("off");
    registry.remove("a-skype");
  }

  @Test
  void where_several_could_be_meant_the_choices_are_listed() {
    registry.register(
        Registry.exchange("another", "https://x.invalid/autodiscover/metadata/json/1", null, null));
    post("{\"sipAddress\":\"sip:kenmyer@litwareinc.com\"}")
        .statusCode(400)
        .body("type", equalTo("urn:concordat:problem:partner-ambiguous"))
        .body("choices", hasItems("another", "exchange"));
    registry.remove("another");
  }

  @Test
  void without_waiting_the_answer_says_where_the_result_will_be() {
    String location =
        post("{\"sipAddress\":\"sip:kenmyer@litwareinc.com\"}")
            .statusCode(202)
            .body("status", equalTo("running"))
            .extract()
            .header("Location");
    await()
        .untilAsserted(
            () ->
                given()
                    .auth()
                    .oauth2(OidcIssuer.viewer())
                    .get(location)
                    .then()
                    .statusCode(200)
                    .body("outcome", equalTo("passed")));
    given()
        .auth()
        .oauth2(OidcIssuer.viewer())
        .get("/v1/probes?partner=exchange")
        .then()
        .body("items[0].sipAddress", equalTo("sip:kenmyer@litwareinc.com"));
  }

  @Test
  void a_probe_that_nobody_knows_is_not_found() {
    given()
        .auth()
        .oauth2(OidcIssuer.viewer())
        .get("/v1/probes/unknown")
        .then()
        .statusCode(404)
        .body("type", equalTo("urn:concordat:problem:probe-unknown"));
  }

  @Test
  void a_feed_from_nowhere_is_refused() {
    given()
        .auth()
        .oauth2(OidcIssuer.viewer())
        .header("Last-Event-ID", "nowhere")
        .get("/v1/probes/events")
        .then()
        .statusCode(400)
        .body("type", equalTo("urn:concordat:problem:feed-refused"));
  }

  @Test
  void the_page_shows_what_failed_and_what_mends_it_and_nothing_inline() {
    given()
        .auth()
        .oauth2(OidcIssuer.admin())
        .contentType("application/json")
        .header("Prefer", "wait=30")
        .body(Map.of("sipAddress", "sip:nobody'<b>@litwareinc.com".replace("<b>", "")))
        .post("/v1/probes")
        .then()
        .statusCode(200)
        .body("outcome", equalTo("failed"));
    var page =
        given()
            .auth()
            .oauth2(OidcIssuer.viewer())
            .get(
                "/target?partner=exchange&kind=conversation-history&mailbox=sip:nobody'@litwareinc.com")
            .then()
            .statusCode(200)
            .contentType(startsWith("text/html"))
            .header("Content-Security-Policy", startsWith("default-src 'none'"))
            .header("Cache-Control", equalTo("no-store"))
            .extract()
            .asString();
    assertThat(page)
        .contains("<html lang=\"en\">")
        .contains("nobody&#39;@litwareinc.com")
        .contains("The partner has no mailbox for this user.")
        .contains("Get-Mailbox -Identity &#39;nobody&#39;&#39;@litwareinc.com&#39;")
        .doesNotContain("<style")
        .doesNotContain("style=")
        .doesNotContain("onclick")
        .doesNotContain("http-equiv");
    assertThat(page)
        .as("nothing comes from another host")
        .doesNotContainPattern("(src|href|action)=\"(https?:)?//");
  }

  @Test
  void whoever_follows_a_probe_hears_its_stages_and_then_its_result() {
    String id = post("{\"sipAddress\":\"sip:kenmyer@litwareinc.com\"}").extract().path("id");
    String heard =
        given()
            .auth()
            .oauth2(OidcIssuer.viewer())
            .get("/v1/probes/" + id + "/events")
            .then()
            .statusCode(200)
            .contentType(startsWith("text/event-stream"))
            .extract()
            .asString();
    assertThat(heard)
        .containsSubsequence("event:completed", "\"id\":\"" + id + "\"", "\"outcome\":\"passed\"");
    String unknown =
        given().auth().oauth2(OidcIssuer.viewer()).get("/v1/probes/unknown/events").asString();
    assertThat(unknown).isEmpty();
  }

  @Test
  void the_latest_results_come_page_by_page() {
    for (String name : List.of("pilar", "kenmyer")) {
      results.add(completed("paged-" + name, "sip:%s@paged.example".formatted(name)));
    }
    String first = "/v1/probes?partner=exchange&outcome=passed&limit=1";
    String next =
        given()
            .auth()
            .oauth2(OidcIssuer.viewer())
            .get(first)
            .then()
            .statusCode(200)
            .body("items.size()", equalTo(1))
            .extract()
            .path("next");
    given()
        .auth()
        .oauth2(OidcIssuer.viewer())
        .get(first + "&cursor=" + next)
        .then()
        .statusCode(200)
        .body("items.size()", equalTo(1));
  }

  @Test
  void the_latest_results_come_with_the_state_that_several_make_and_the_partners_that_fail() {
    registry.register(Registry.exchange("pool", "https://pool.example/metadata", null, null));
    for (String mailbox : List.of("ann", "bob", "full", "once")) {
      for (int i = 0; i < 2; i++) {
        String cause = mailbox.equals("full") ? "quota-exceeded" : "oauth-not-offered";
        results.add(
            completed(
                "pool",
                "pool-" + mailbox + i,
                "sip:%s@pool.example".formatted(mailbox),
                mailbox.equals("once") && i == 0 ? null : cause));
      }
    }
    try {
      pool("")
          .body("items.sipAddress", hasSize(4))
          .body(
              "items.collect { it.sipAddress + ' ' + it.outcome + ' ' + it.state }",
              hasItems(
                  "sip:ann@pool.example failed behind-partner",
                  "sip:full@pool.example failed failing",
                  "sip:once@pool.example failed unknown"))
          .body("partners.name", equalTo(List.of("pool")))
          .body("partners[0].failedBy", equalTo("oauth-not-offered"))
          .body("partners[0].maintenance", equalTo(false));
      pool("&state=failing").body("items.sipAddress", equalTo(List.of("sip:full@pool.example")));
      given()
          .auth()
          .oauth2(OidcIssuer.viewer())
          .get("/?partner=pool")
          .then()
          .statusCode(200)
          .body(containsString("1 partner fails"))
          .body(containsString("fails as a whole: oauth-not-offered"))
          .body(containsString("As most at pool: Seen."));
    } finally {
      registry.remove("pool");
    }
  }

  private static ValidatableResponse pool(String filter) {
    return given()
        .auth()
        .oauth2(OidcIssuer.viewer())
        .get("/v1/probes?partner=pool" + filter)
        .then()
        .statusCode(200);
  }

  @Test
  void a_prometheus_scrapes_a_mailbox_as_it_scrapes_through_other_exporters() {
    String metrics =
        given()
            .auth()
            .oauth2(OidcIssuer.admin())
            .header("X-Prometheus-Scrape-Timeout-Seconds", "30")
            .get("/probe?target=sip:kenmyer@litwareinc.com&module=conversation_history")
            .then()
            .statusCode(200)
            .contentType(startsWith("text/plain; version=0.0.4"))
            .extract()
            .asString();
    assertThat(metrics)
        .contains("# TYPE probe_success gauge\nprobe_success 1\n")
        .containsPattern("probe_duration_seconds [0-9.]+")
        .containsPattern("probe_ssl_earliest_cert_expiry [0-9]{10}\n")
        .contains("probe_http_status_code 200\n")
        .containsPattern("probe_http_duration_seconds\\{phase=\"processing\"} [0-9.]+")
        .contains("probe_stage_success{stage=\"verify\"} 1\n")
        .contains("probe_item_deleted 1\n");
  }

  @Test
  void a_scrape_of_what_fails_says_why_and_its_transcript_has_no_secret() {
    String failing = "/probe?target=sip:nobody@litwareinc.com&module=conversation_history";
    assertThat(given().auth().oauth2(OidcIssuer.admin()).get(failing).asString())
        .contains("probe_success 0\n")
        .contains("probe_failure_info{code=\"mailbox-unknown\",confidence=\"proved\"} 1\n");
    String transcript =
        given().auth().oauth2(OidcIssuer.admin()).get(failing + "&debug=true").asString();
    assertThat(transcript)
        .startsWith("Logs for the probe:\n")
        .contains("> Autodiscover (SOAP): https://")
        .contains("diagnosis mailbox-unknown")
        .contains("Metrics that would have been returned:\n# HELP probe_success")
        .doesNotContain("eyJ")
        .doesNotContain("header.claims.signature");
  }

  /** The way that Prometheus takes: the target becomes a parameter, the service the address. */
  @Test
  void the_documented_configuration_of_a_prometheus_leads_to_a_probe() throws IOException {
    String documented = Files.readString(Path.of("../docs/operate.md"));
    String yaml =
        documented.substring(
            documented.indexOf("scrape_configs:"), documented.indexOf("probe-service.concordat"));
    assertThat(yaml).contains("source_labels: [__address__]\n        target_label: __param_target");
    given()
        .auth()
        .oauth2(OidcIssuer.admin())
        .queryParam("target", first("- (sip:\\S+)", yaml))
        .queryParam("module", first("module: \\[(\\w+)]", yaml))
        .get(first("metrics_path: (\\S+)", yaml))
        .then()
        .statusCode(200)
        .body(containsString("probe_success 1"));
  }

  private static String first(String pattern, String text) {
    var matcher = java.util.regex.Pattern.compile(pattern).matcher(text);
    assertThat(matcher.find()).as(pattern).isTrue();
    return matcher.group(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /probe | 400 | Target parameter is missing
          /probe?target=nothing | 400 | no SIP address
          /probe?target=sip:kenmyer@litwareinc.com&module=icmp | 400 | conversation_history
          /probe?target=sip:kenmyer@litwareinc.com&partner=nobody | 404 | No enabled Exchange
          """)
  void a_scrape_that_cannot_be_done_says_so(String path, int status, String sentence) {
    given()
        .auth()
        .oauth2(OidcIssuer.admin())
        .get(path)
        .then()
        .statusCode(status)
        .contentType(startsWith("text/plain"))
        .body(containsString(sentence));
  }

  @Test
  void a_viewer_scrapes_only_what_the_partners_settings_have_probed() {
    given()
        .auth()
        .oauth2(OidcIssuer.viewer())
        .get("/probe?target=sip:kenmyer@litwareinc.com")
        .then()
        .statusCode(403);
    given().get("/probe?target=sip:kenmyer@litwareinc.com").then().statusCode(401);
    var exchange = new SimulatorControl(simulator);
    registry.register(
        Registry.exchange(
            "exchange",
            exchange.metadataUrl(),
            null,
            new ProbeSettings(
                List.of("sip:kenmyer@litwareinc.com"), null, Duration.ofHours(1), null)));
    given()
        .auth()
        .oauth2(OidcIssuer.viewer())
        .get("/probe?target=sip:kenmyer@litwareinc.com")
        .then()
        .statusCode(200)
        .body(containsString("probe_success 1"));
  }

  @Test
  void a_target_of_the_page_is_probed_by_an_admin_and_only_from_the_page() {
    var form =
        Map.of(
            "partner",
            "exchange",
            "mailbox",
            "kenmyer@litwareinc.com",
            "kind",
            "conversation-history");
    given()
        .auth()
        .oauth2(OidcIssuer.admin())
        .header("Origin", "https://elsewhere.example")
        .formParams(form)
        .post("/page/probe")
        .then()
        .statusCode(403);
    given()
        .auth()
        .oauth2(OidcIssuer.viewer())
        .header("Sec-Fetch-Site", "same-origin")
        .formParams(form)
        .post("/page/probe")
        .then()
        .statusCode(403);
    String run =
        given()
            .redirects()
            .follow(false)
            .auth()
            .oauth2(OidcIssuer.admin())
            .header("Sec-Fetch-Site", "same-origin")
            .formParams(form)
            .post("/page/probe")
            .then()
            .statusCode(303)
            .extract()
            .header("Location");
    String stream =
        given()
            .auth()
            .oauth2(OidcIssuer.viewer())
            .get("/news/runs/" + run.substring(run.lastIndexOf('/') + 1))
            .asString();
    assertThat(stream).containsSubsequence("event:progress", "passed", "event:done");
    given()
        .auth()
        .oauth2(OidcIssuer.viewer())
        .get(run)
        .then()
        .statusCode(200)
        .body(containsString("waterfall"));
  }

  @Test
  void the_pages_own_files_are_there_for_browsers() {
    for (String path :
        List.of(
            "/assets/status.css",
            "/assets/status.js",
            "/assets/icon.svg",
            "/_static/htmx.org/2.0.2/dist/htmx.min.js",
            "/webjars/htmx-ext-sse/2.2.2/sse.js",
            "/webjars/uplot/1.6.30/dist/uPlot.iife.min.js",
            "/webjars/uplot/1.6.30/dist/uPlot.min.css")) {
      given().get(path).then().statusCode(200);
    }
  }

  private static ProbeCompleted completed(String id, String mailbox) {
    return completed("exchange", id, mailbox, null);
  }

  private static ProbeCompleted completed(String partner, String id, String mailbox, String cause) {
    return new ProbeCompleted(
        id,
        partner,
        mailbox,
        ProbeKind.CONVERSATION_HISTORY,
        cause == null ? ProbeCompleted.Outcome.PASSED : ProbeCompleted.Outcome.FAILED,
        Instant.now(),
        100,
        List.of(),
        cause == null
            ? null
            : new Diagnosis(
                cause, "Seen.", Diagnosis.Confidence.PROVED, List.of("seen"), List.of()),
        null,
        null,
        true,
        ProbeTrigger.SCHEDULE,
        "a test");
  }

  @Test
  void a_partners_settings_have_its_mailbox_probed_without_anybody_asking() {
    var exchange = new SimulatorControl(simulator);
    registry.register(
        Registry.exchange(
            "exchange",
            exchange.metadataUrl(),
            null,
            new ProbeSettings(
                List.of("sip:kenmyer@litwareinc.com"), null, Duration.ofSeconds(10), null)));
    await()
        .atMost(Duration.ofSeconds(40))
        .until(
            () ->
                results.latest(_ -> true).stream()
                    .anyMatch(
                        it ->
                            it.trigger() == ProbeTrigger.SCHEDULE
                                && it.partner().equals("exchange")));
  }

  @Test
  void a_number_that_is_none_is_told_as_such() {
    for (String field : List.of("limit", "cursor")) {
      given()
          .auth()
          .oauth2(OidcIssuer.admin())
          .get("/v1/probes?" + field + "=2147483648")
          .then()
          .statusCode(400)
          .contentType("application/problem+json")
          .body("field", equalTo(field));
    }
  }

  private static ValidatableResponse post(String body) {
    return given()
        .auth()
        .oauth2(OidcIssuer.admin())
        .contentType("application/json")
        .body(body)
        .post("/v1/probes")
        .then();
  }

  private static String documented() {
    try {
      return Files.readString(Path.of("../docs/problems/probe-service.md"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
