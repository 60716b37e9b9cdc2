package dev.concordat.probe;

import static dev.concordat.probe.SimulatorControl.KEN;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion;
import dev.concordat.contracts.Json;
import dev.concordat.contracts.events.EventType;
import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.contracts.events.ProbeCompleted;
import dev.concordat.contracts.events.ProbeKind;
import dev.concordat.contracts.events.ProbeRequested;
import dev.concordat.contracts.events.ProbeSettings;
import dev.concordat.contracts.events.ProbeStage;
import dev.concordat.contracts.events.ProbeTrigger;
import dev.concordat.messaging.EventPublisher;
import dev.concordat.probe.results.RecentResults;
import dev.concordat.simulator.Simulator;
import dev.concordat.simulator.SimulatorSettings;
import dev.concordat.simulator.mailboxes.Item;
import dev.concordat.testing.kafka.KafkaBroker;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole probes, against a simulated Exchange that checks every token. */
@QuarkusTest
@QuarkusTestResource(value = RunningSuite.class, restrictToAnnotatedClass = true)
class ProbeJourneyTest {

  @Inject Registry registry;
  @Inject RecentResults results;
  @Inject EventPublisher publisher;
  @Inject MeterRegistry metrics;
  Simulator simulator;
  TokenServer tokens;
  KafkaBroker broker;
  private SimulatorControl exchange;

  @BeforeEach
  void an_exchange_is_registered_that_accepts_us() {
    exchange = new SimulatorControl(simulator);
    exchange.acceptUs(tokens);
    registry.announce(tokens.certificate());
    registry.register(Registry.exchange("exchange", exchange.metadataUrl(), null, null));
    registry.read("exchange");
  }

  @AfterEach
  void all_is_well_again() {
    exchange.clearFaults();
    exchange.empty();
    tokens.refuse("");
  }

  @Test
  void a_probe_passes_every_stage_and_leaves_nothing_behind() {
    ProbeCompleted result = probe("sip:" + KEN);
    assertThat(result.outcome()).isEqualTo(ProbeCompleted.Outcome.PASSED);
    assertThat(result.diagnosis()).isNull();
    assertThat(result.stages())
        .extracting(ProbeStage::name)
        .containsExactly(
            "challenge", "token", "autodiscover", "folder", "create", "verify", "delete");
    assertThat(result.stages())
        .extracting(ProbeStage::outcome)
        .containsOnly(ProbeStage.Outcome.PASSED);
    assertThat(stage(result, "challenge").detail()).contains("trusts " + TokenServer.US);
    assertThat(stage(result, "autodiscover").detail())
        .isEqualTo(
            "https://atl-exchange-001.litwareinc.com:%d/EWS/Exchange.asmx"
                .formatted(simulator.httpsPort()));
    assertThat(stage(result, "folder").httpStatus()).isEqualTo(200);
    assertThat(result.signingKey()).isEqualTo(tokens.certificate().x5t());
    assertThat(result.token()).isEqualTo(ProbeCompleted.TokenSource.FRESH);
    assertThat(result.itemDeleted()).isTrue();
    assertThat(result.trigger()).isEqualTo(ProbeTrigger.REQUEST);
    assertThat(result.vantage()).isEqualTo("a test");
    assertThat(exchange.history()).isEmpty();
  }

  @Test
  void a_token_is_asked_for_each_host_afresh_and_for_the_user() {
    tokens.asked().clear();
    probe("sip:" + KEN);
    assertThat(tokens.asked())
        .extracting(it -> it.form().get("resource"))
        .containsExactly(
            "https://autodiscover.litwareinc.com:%d/autodiscover/autodiscover.svc"
                .formatted(simulator.httpsPort()),
            "https://atl-exchange-001.litwareinc.com:%d/EWS/Exchange.asmx"
                .formatted(simulator.httpsPort()));
    assertThat(tokens.asked())
        .allSatisfy(
            it -> {
              assertThat(it.cacheControl()).isEqualTo("no-cache");
              assertThat(it.form())
                  .containsEntry("subject_token", "sip:" + KEN)
                  .containsEntry("audience", "exchange")
                  .containsEntry("client_assertion", "header.claims.signature");
            });
  }

  @Test
  void where_a_token_comes_from_is_the_requests_to_say_and_then_the_partners() {
    assertThat(probe("sip:" + KEN, Map.of("token", "cached")).token())
        .isEqualTo(ProbeCompleted.TokenSource.CACHED);
    registry.register(
        Registry.exchange(
            "exchange",
            exchange.metadataUrl(),
            null,
            new ProbeSettings(List.of(), null, null, null, ProbeCompleted.TokenSource.CACHED)));
    assertThat(probe("sip:" + KEN).token()).isEqualTo(ProbeCompleted.TokenSource.CACHED);
    assertThat(probe("sip:" + KEN, Map.of("token", "fresh")).token())
        .isEqualTo(ProbeCompleted.TokenSource.FRESH);
  }

  @Test
  void an_item_that_is_to_stay_stays_also_when_others_clean_up() {
    ProbeCompleted result = probe("sip:" + KEN, Map.of("deleteItem", false));
    assertThat(result.outcome()).isEqualTo(ProbeCompleted.Outcome.PASSED);
    assertThat(result.itemDeleted()).isFalse();
    assertThat(stage(result, "delete").outcome()).isEqualTo(ProbeStage.Outcome.SKIPPED);
    assertThat(exchange.history()).extracting(Item::subject).containsExactly("Concordat probe");
    String marker =
        exchange.history().getFirst().content().extended().get(SimulatorControl.MARKER).text();
    exchange.empty();
    exchange.put("Concordat probe", marker, Instant.now().minus(Duration.ofDays(1)));
    probe("sip:" + KEN);
    assertThat(exchange.history()).hasSize(1);
  }

  @Test
  void what_a_killed_probe_left_is_removed_and_nothing_else() {
    Instant yesterday = Instant.now().minus(Duration.ofDays(1));
    exchange.put("Concordat probe", UUID.randomUUID().toString(), yesterday);
    exchange.put("Lunch?", "somebody else's", yesterday);
    exchange.put("Concordat probe", UUID.randomUUID().toString(), Instant.now());
    ProbeCompleted result = probe("sip:" + KEN);
    assertThat(stage(result, "folder").detail()).contains("1 items of killed probes removed");
    assertThat(exchange.history())
        .extracting(Item::subject)
        .containsExactlyInAnyOrder("Lunch?", "Concordat probe");
  }

  @Test
  void an_item_whose_answer_got_lost_is_found_and_not_made_twice() {
    exchange.fault(Map.of("operation", "CreateItem", "reset", true));
    ProbeCompleted result = probe("sip:" + KEN);
    assertThat(result.outcome()).isEqualTo(ProbeCompleted.Outcome.PASSED);
    assertThat(stage(result, "create").detail()).contains("after a broken connection");
    assertThat(result.itemDeleted()).isTrue();
    assertThat(exchange.history()).isEmpty();
  }

  @Test
  void an_item_that_reads_back_differently_is_removed_all_the_same() {
    exchange.fault(
        Map.of(
            "operation",
            "GetItem",
            "status",
            200,
            "body",
            """
            <?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><m:GetItemResponse xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages" xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"><m:ResponseMessages><m:GetItemResponseMessage ResponseClass="Success"><m:ResponseCode>NoError</m:ResponseCode><m:Items><t:Message><t:ItemId Id="x"/><t:ItemClass>IPM.Note.Microsoft.Conversation</t:ItemClass><t:Subject>Another user's</t:Subject></t:Message></m:Items></m:GetItemResponseMessage></m:ResponseMessages></m:GetItemResponse></s:Body></s:Envelope>\
            """));
    ProbeCompleted result = probe("sip:" + KEN);
    assertFailed(result, "verify", "item-differs");
    assertThat(stage(result, "delete").outcome()).isEqualTo(ProbeStage.Outcome.SKIPPED);
    assertThat(result.itemDeleted()).isTrue();
    assertThat(exchange.history()).isEmpty();
  }

  @Test
  void an_item_that_cannot_be_removed_is_admitted_to() {
    exchange.fault(
        Map.of("operation", "DeleteItem", "soapResponseCode", "ErrorCannotDeleteObject"));
    ProbeCompleted result = probe("sip:" + KEN);
    assertFailed(result, "delete", "delete-refused");
    assertThat(result.itemDeleted()).isFalse();
  }

  @Test
  void a_folder_that_is_not_known_by_its_distinguished_name_is_found_by_its_name() {
    exchange.fault(Map.of("operation", "GetFolder", "soapResponseCode", "ErrorSchemaValidation"));
    assertThat(probe("sip:" + KEN).outcome()).isEqualTo(ProbeCompleted.Outcome.PASSED);
  }

  @Test
  void autodiscover_without_soap_is_asked_by_plain_old_xml() {
    exchange.fault(Map.of("path", "/autodiscover/autodiscover.svc", "status", 404));
    ProbeCompleted result = probe("sip:" + KEN);
    assertThat(result.outcome()).isEqualTo(ProbeCompleted.Outcome.PASSED);
    assertThat(stage(result, "challenge").detail()).startsWith("warning:");
  }

  @Test
  void a_redirect_within_the_partners_domain_is_followed_with_a_token_for_that_host() {
    String server = "https://atl-exchange-001.litwareinc.com:" + simulator.httpsPort();
    exchange.fault(
        Map.of(
            "host",
            "autodiscover.litwareinc.com",
            "path",
            "/autodiscover/autodiscover.svc",
            "status",
            302,
            "headers",
            Map.of("Location", server + "/autodiscover/autodiscover.svc")));
    tokens.asked().clear();
    assertThat(probe("sip:" + KEN).outcome()).isEqualTo(ProbeCompleted.Outcome.PASSED);
    assertThat(tokens.asked())
        .extracting(it -> URI.create(it.form().get("resource")).getHost())
        .containsExactly("autodiscover.litwareinc.com", "atl-exchange-001.litwareinc.com");
  }

  @ParameterizedTest
  @CsvSource({
    "https://elsewhere.example/autodiscover/autodiscover.svc, redirect-refused",
    "http://autodiscover.litwareinc.com/autodiscover/autodiscover.svc, redirect-refused",
    "/autodiscover/autodiscover.svc, autodiscover-loop",
    "/owa/auth/logon.aspx, pre-authentication"
  })
  void a_redirect_to_anywhere_else_is_not(String location, String code) {
    exchange.fault(
        Map.of(
            "path",
            "/autodiscover/autodiscover.svc",
            "status",
            302,
            "headers",
            Map.of("Location", location)));
    assertFailed(probe("sip:" + KEN), "autodiscover", code);
    assertThat(tokens.asked())
        .noneMatch(it -> it.form().get("resource").contains("elsewhere.example"));
  }

  @Test
  void an_unknown_mailbox_is_said_to_be_unknown() {
    ProbeCompleted result = probe("sip:nobody@litwareinc.com");
    assertFailed(result, "autodiscover", "mailbox-unknown");
    assertThat(result.itemDeleted()).isTrue();
  }

  @Test
  void a_partner_that_holds_an_older_key_of_ours_is_told_to_read_our_document() {
    tokens.rollOver();
    registry.announce(tokens.certificate());
    ProbeCompleted result = probe("sip:" + KEN);
    assertFailed(result, "autodiscover", "signature-refused");
    assertThat(result.diagnosis().remedies().getFirst().command())
        .contains(TokenServer.US.applicationIdentifier())
        .contains("-RefreshAuthMetadata");
  }

  @Test
  void a_key_that_was_never_announced_is_our_own_fault() {
    tokens.rollOver();
    exchange.fault(Map.of("path", "/autodiscover", "diagnosticsCode", 2000000));
    assertFailed(probe("sip:" + KEN), "autodiscover", "signing-key-unpublished");
  }

  @Test
  void a_partner_that_has_us_disabled_does_not_know_us() {
    var us = simulator.applications().all().getFirst();
    simulator.applications().enable(us, false);
    ProbeCompleted result = probe("sip:" + KEN);
    assertFailed(result, "autodiscover", "issuer-unknown");
    assertThat(stage(result, "challenge").detail())
        .startsWith("warning:")
        .contains("is not among the issuers");
  }

  @Test
  void a_partner_whose_virtual_directories_do_not_take_oauth_is_told_to_turn_it_on() {
    exchange.fault(Map.of("status", 401, "headers", Map.of("WWW-Authenticate", "Negotiate")));
    assertFailed(probe("sip:" + KEN), "autodiscover", "oauth-not-offered");
  }

  @ParameterizedTest
  @CsvSource({
    "/autodiscover, 2000004, autodiscover, realm-unknown",
    "/EWS, 2000003, folder, audience-refused",
    "/EWS, 2000008, folder, permission-missing",
    "/EWS, 2009999, folder, token-malformed"
  })
  void a_refused_token_is_diagnosed_where_it_was_refused(
      String path, int diagnosticsCode, String stage, String code) {
    exchange.fault(Map.of("path", path, "diagnosticsCode", diagnosticsCode));
    assertFailed(probe("sip:" + KEN), stage, code);
  }

  @ParameterizedTest
  @CsvSource({
    "GetFolder, ErrorNonExistentMailbox, folder, mailbox-unknown",
    "GetFolder, ErrorMailboxMoveInProgress, folder, mailbox-moving",
    "GetFolder, ErrorServerBusy, folder, throttled",
    "CreateItem, ErrorQuotaExceeded, create, quota-exceeded",
    "CreateItem, ErrorAccessDenied, create, access-denied",
    "GetItem, ErrorItemNotFound, verify, item-missing"
  })
  void a_refusal_of_ews_is_diagnosed_by_its_code(
      String operation, String soapCode, String stage, String code) {
    exchange.fault(Map.of("operation", operation, "soapResponseCode", soapCode));
    ProbeCompleted result = probe("sip:" + KEN);
    assertFailed(result, stage, code);
    assertThat(exchange.history()).isEmpty();
  }

  @Test
  void whatever_stands_in_front_of_exchange_is_recognised() {
    exchange.fault(
        Map.of(
            "path", "/EWS", "status", 302, "headers", Map.of("Location", "/owa/auth/logon.aspx")));
    assertFailed(probe("sip:" + KEN), "folder", "pre-authentication");
    exchange.clearFaults();
    exchange.fault(
        Map.of(
            "path",
            "/EWS",
            "status",
            200,
            "headers",
            Map.of("Content-Type", "text/html"),
            "body",
            "<!DOCTYPE html><html><head><title>Sign in</title></head></html>"));
    ProbeCompleted result = probe("sip:" + KEN);
    assertFailed(result, "folder", "pre-authentication");
    assertThat(result.diagnosis().evidence()).anyMatch(it -> it.contains("Sign in"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY x \"xxxx\">]><a>&x;</a>",
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><m:Get",
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"/>",
        "no XML at all"
      })
  void neither_a_bomb_of_entities_nor_broken_soap_is_taken_for_an_answer(String body) {
    exchange.fault(Map.of("path", "/EWS", "status", 200, "body", body));
    assertFailed(probe("sip:" + KEN), "folder", "not-exchange");
  }

  @Test
  void a_connection_that_breaks_each_time_is_the_servers_fault() {
    exchange.fault(Map.of("operation", "GetFolder", "reset", true));
    assertFailed(probe("sip:" + KEN), "folder", "connection-lost");
    exchange.clearFaults();
    exchange.fault(Map.of("operation", "GetItem", "truncate", true));
    assertFailed(probe("sip:" + KEN), "verify", "connection-lost");
    assertThat(exchange.history()).isEmpty();
  }

  @Test
  void an_answer_larger_than_any_of_exchange_is_not_read_to_its_end() {
    exchange.fault(Map.of("operation", "GetFolder", "status", 200, "body", "x".repeat(200_000)));
    assertFailed(probe("sip:" + KEN), "folder", "answer-too-large");
  }

  @ParameterizedTest
  @CsvSource({"503, 3600, throttled", "503, , server-unavailable", "429, 3600, throttled"})
  void a_busy_server_is_left_alone_for_as_long_as_it_asks(
      int status, String retryAfter, String code) {
    exchange.fault(
        retryAfter == null
            ? Map.of("operation", "GetFolder", "status", status)
            : Map.of(
                "operation",
                "GetFolder",
                "status",
                status,
                "headers",
                Map.of("Retry-After", retryAfter)));
    assertFailed(probe("sip:" + KEN), "folder", code);
  }

  @Test
  void a_server_that_hangs_is_given_up_on() {
    exchange.fault(Map.of("path", "/EWS", "delayMs", 60_000));
    assertFailed(probe("sip:" + KEN), "folder", "timed-out");
  }

  @Test
  void a_partner_whose_authority_is_not_trusted_is_shown_with_its_chain() {
    try (var other = Simulator.start(SimulatorSettings.forTests())) {
      var its = new SimulatorControl(other);
      registry.register(Registry.exchange("untrusted", its.metadataUrl(), null, null));
      ProbeCompleted result = probe("sip:" + KEN, Map.of("partner", "untrusted"));
      assertFailed(result, "challenge", "tls-untrusted");
      assertThat(result.diagnosis().evidence()).anyMatch(it -> it.startsWith("certificate "));

      its.acceptUs(tokens);
      registry.register(Registry.exchange("untrusted", its.metadataUrl(), other.caPem(), null));
      assertThat(probe("sip:" + KEN, Map.of("partner", "untrusted")).outcome())
          .isEqualTo(ProbeCompleted.Outcome.PASSED);
    } finally {
      registry.remove("untrusted");
    }
  }

  @Test
  void a_partner_that_cannot_be_found_is_looked_for_everywhere_and_then_missed() {
    registry.register(
        Registry.exchange(
            "gone", "https://exchange.invalid/autodiscover/metadata/json/1", null, null));
    try {
      ProbeCompleted result = probe("sip:ken@nowhere.invalid", Map.of("partner", "gone"));
      assertFailed(result, "challenge", "host-unknown");
    } finally {
      registry.remove("gone");
    }
  }

  @Test
  void a_refusal_of_the_token_service_is_a_result_of_the_stage_token() {
    tokens.refuse("not-allowed");
    ProbeCompleted result = probe("sip:" + KEN);
    assertFailed(result, "token", "token-not-allowed");
    assertThat(stage(result, "token").httpStatus()).isEqualTo(400);
    assertThat(result.signingKey()).isNull();
  }

  @Test
  void a_partner_under_maintenance_is_probed_by_whoever_asks_and_not_by_the_schedule() {
    String resting = RunningSuite.RESTING;
    registry.register(
        Registry.exchange(
            resting,
            exchange.metadataUrl(),
            null,
            new ProbeSettings(List.of("sip:" + KEN), null, Duration.ofSeconds(10), null)));
    registry.read(resting);
    try {
      await()
          .atMost(Duration.ofSeconds(40))
          .untilAsserted(
              () ->
                  assertThat(
                          metrics
                              .find("concordat.probe.turns.skipped")
                              .tags("partner", resting, "reason", "maintenance")
                              .counter())
                      .isNotNull());
      var target = new RecentResults.Target(resting, "sip:" + KEN, ProbeKind.CONVERSATION_HISTORY);
      assertThat(results.latest(target)).isEmpty();
      assertThat(probe("sip:" + KEN, Map.of("partner", resting)).outcome())
          .isEqualTo(ProbeCompleted.Outcome.PASSED);
    } finally {
      registry.remove(resting);
    }
  }

  @Test
  void a_request_from_kafka_is_run_by_whoever_has_its_mailbox() {
    var request =
        new ProbeRequested(
            UUID.randomUUID().toString(),
            "exchange",
            "sip:" + KEN,
            ProbeKind.CONVERSATION_HISTORY,
            true,
            ProbeTrigger.REQUEST,
            "another replica",
            Instant.now());
    // Ours only once we have a share.
    probe("sip:" + KEN);
    var _ = publisher.publish(request.sipAddress(), request);
    await()
        .untilAsserted(
            () ->
                assertThat(results.get(request.id()))
                    .map(ProbeCompleted::outcome)
                    .contains(ProbeCompleted.Outcome.PASSED));
  }

  @Test
  void requests_for_one_mailbox_are_run_one_after_the_other() {
    exchange.fault(Map.of("operation", "GetFolder", "delayMs", 300));
    List<String> ids =
        List.of(
            start(Map.of("sipAddress", "sip:" + KEN)), start(Map.of("sipAddress", "sip:" + KEN)));
    await().until(() -> ids.stream().allMatch(id -> results.get(id).isPresent()));
    var both = ids.stream().map(id -> results.get(id).orElseThrow()).toList();
    assertThat(both)
        .extracting(ProbeCompleted::outcome)
        .containsOnly(ProbeCompleted.Outcome.PASSED);
    var inOrder = both.stream().sorted(Comparator.comparing(ProbeCompleted::startedAt)).toList();
    ProbeCompleted first = inOrder.getFirst();
    assertThat(inOrder.getLast().startedAt())
        .isAfterOrEqualTo(first.startedAt().plusMillis(first.duration()));
  }

  @Test
  void results_are_events_that_keep_to_their_schema() throws IOException {
    ProbeCompleted passed = probe("sip:" + KEN);
    ProbeCompleted failed = probe("sip:nobody@litwareinc.com");
    var schema =
        JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
            .getSchema(
                SchemaLocation.of(
                    "classpath:" + EventType.PROBE_COMPLETED.schemaResource().substring(1)));
    await()
        .untilAsserted(
            () -> {
              Map<String, JsonNode> events = events();
              assertThat(events).containsKeys(passed.id(), failed.id());
              assertThat(events.values())
                  .allSatisfy(it -> assertThat(schema.validate(it)).isEmpty());
            });
  }

  private static Map<String, JsonNode> events() throws IOException {
    String stream =
        given()
            .auth()
            .oauth2(OidcIssuer.viewer())
            .get("/v1/probes/events?follow=false")
            .then()
            .statusCode(200)
            .extract()
            .asString();
    var events = new LinkedHashMap<String, JsonNode>();
    for (String line : stream.lines().filter(it -> it.startsWith("data:")).toList()) {
      JsonNode event = Json.mapper().readTree(line.substring(5));
      assertThat(event.path("type").asText()).isEqualTo("dev.concordat.ProbeCompleted.v1");
      events.put(event.path("data").path("id").asText(), event.path("data"));
    }
    return events;
  }

  @Test
  void without_a_partner_the_only_enabled_exchange_is_meant() {
    registry.register(
        Registry.partner("disabled-exchange", PartnerKind.EXCHANGE, false, null, null));
    registry.register(Registry.partner("a-skype", PartnerKind.SKYPE, true, null, null));
    assertThat(probe("sip:" + KEN).partner()).isEqualTo("exchange");
    registry.remove("disabled-exchange");
    registry.remove("a-skype");
  }

  private static void assertFailed(ProbeCompleted result, String stage, String code) {
    assertThat(result.outcome()).as(result.toString()).isEqualTo(ProbeCompleted.Outcome.FAILED);
    assertThat(result.diagnosis().code()).as(result.toString()).isEqualTo(code);
    boolean behind = false;
    for (ProbeStage it : result.stages()) {
      assertThat(it.outcome())
          .as(it.toString())
          .isEqualTo(
              it.name().equals(stage)
                  ? ProbeStage.Outcome.FAILED
                  : behind ? ProbeStage.Outcome.SKIPPED : ProbeStage.Outcome.PASSED);
      behind |= it.name().equals(stage);
    }
  }

  private static ProbeStage stage(ProbeCompleted result, String name) {
    return result.stages().stream().filter(it -> it.name().equals(name)).findFirst().orElseThrow();
  }

  private static ProbeCompleted probe(String sipAddress) {
    return probe(sipAddress, Map.of());
  }

  private static ProbeCompleted probe(String sipAddress, Map<String, ?> more) {
    var body = new LinkedHashMap<String, Object>(more);
    body.put("sipAddress", sipAddress);
    body.putIfAbsent("partner", "exchange");
    String json =
        given()
            .auth()
            .oauth2(OidcIssuer.admin())
            .contentType("application/json")
            .header("Prefer", "wait=30")
            .body(body)
            .post("/v1/probes")
            .then()
            .statusCode(200)
            .extract()
            .asString();
    try {
      return Json.mapper().readValue(json, ProbeCompleted.class);
    } catch (IOException e) {
      throw new AssertionError(json, e);
    }
  }

  private static String start(Map<String, ?> body) {
    return given()
        .auth()
        .oauth2(OidcIssuer.admin())
        .contentType("application/json")
        .body(body)
        .post("/v1/probes")
        .then()
        .statusCode(202)
        .extract()
        .path("id");
  }
}
