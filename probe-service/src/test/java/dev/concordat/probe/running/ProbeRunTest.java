package dev.concordat.probe.running;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.concordat.contracts.Topic;
import dev.concordat.contracts.events.Diagnosis;
import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.ProbeCompleted;
import dev.concordat.contracts.events.ProbeKind;
import dev.concordat.contracts.events.ProbeRequested;
import dev.concordat.contracts.events.ProbeStage;
import dev.concordat.contracts.events.ProbeTrigger;
import dev.concordat.contracts.events.Trust;
import dev.concordat.contracts.events.TrustLevel;
import dev.concordat.outbound.GuardedHttp;
import dev.concordat.probe.SimulatorControl;
import dev.concordat.probe.TokenServer;
import dev.concordat.probe.progress.ProbesUnderWay;
import dev.concordat.simulator.Simulator;
import dev.concordat.simulator.SimulatorSettings;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run by itself: its time, its cancellation, and who it is told to probe. */
class ProbeRunTest {

  @TempDir static Path folder;
  private static Simulator simulator;
  private static SimulatorControl exchange;
  private static TokenServer tokens;
  private static Vertx vertx;
  private static GuardedHttp http;

  private final AutodiscoverMemory memory =
      new AutodiscoverMemory(Duration.ofMinutes(15), InstantSource.system());
  private final Throttles throttles = new Throttles(8, InstantSource.system());
  private final ProofDocuments documents = new ProofDocuments(InstantSource.system());

  @BeforeAll
  static void start() throws IOException {
    simulator = Simulator.start(SimulatorSettings.forTests());
    exchange = new SimulatorControl(simulator);
    tokens = new TokenServer();
    exchange.acceptUs(tokens);
    vertx = Vertx.vertx();
    Path authority = Files.writeString(folder.resolve("ca.pem"), simulator.caPem());
    Files.writeString(folder.resolve("assertion"), "header.claims.signature");
    http = new GuardedHttp(vertx, LoopbackOutbound.trusting(authority));
  }

  @AfterAll
  static void stop() {
    http.close();
    vertx.close();
    tokens.close();
    simulator.close();
  }

  @AfterEach
  void all_is_well_again() {
    exchange.clearFaults();
    exchange.empty();
    tokens.publish();
    exchange.acceptUs(tokens);
  }

  @Test
  void a_probe_that_takes_too_long_is_cancelled_and_cleaned_up() {
    exchange.fault(Map.of("operation", "GetItem", "delayMs", 60_000));
    ProbeCompleted result = run(partner(true), Duration.ofSeconds(5), folder.resolve("assertion"));
    assertThat(result.outcome()).isEqualTo(ProbeCompleted.Outcome.CANCELLED);
    assertThat(result.diagnosis().code()).isEqualTo("out-of-time");
    assertThat(stage(result, "verify").outcome()).isEqualTo(ProbeStage.Outcome.FAILED);
    assertThat(result.itemDeleted()).isTrue();
    assertThat(exchange.history()).isEmpty();
  }

  @Test
  void a_probe_that_is_interrupted_is_cancelled_and_cleaned_up() throws Exception {
    exchange.fault(Map.of("operation", "GetItem", "delayMs", 60_000));
    var result = new CompletableFuture<ProbeCompleted>();
    Thread thread =
        Thread.ofVirtual()
            .start(
                () ->
                    result.complete(
                        run(partner(true), Duration.ofMinutes(1), folder.resolve("assertion"))));
    await().until(() -> !exchange.history().isEmpty());
    thread.interrupt();
    assertThat(result.get().outcome()).isEqualTo(ProbeCompleted.Outcome.CANCELLED);
    assertThat(result.get().diagnosis().code()).isEqualTo("cancelled");
    assertThat(result.get().itemDeleted()).isTrue();
    assertThat(exchange.history()).isEmpty();
  }

  @Test
  void a_partner_that_was_disabled_meanwhile_is_not_called() {
    ProbeCompleted result = run(partner(false), Duration.ofSeconds(5), folder.resolve("assertion"));
    assertThat(result.outcome()).isEqualTo(ProbeCompleted.Outcome.FAILED);
    assertThat(result.diagnosis().code()).isEqualTo("partner-disabled");
    assertThat(result.stages()).extracting(ProbeStage::httpStatus).containsOnlyNulls();
  }

  @Test
  void without_an_assertion_no_token_is_asked_for() {
    tokens.asked().clear();
    ProbeCompleted result = run(partner(true), Duration.ofSeconds(5), folder.resolve("missing"));
    assertThat(result.diagnosis().code()).isEqualTo("client-assertion-unreadable");
    assertThat(result.diagnosis().evidence().getFirst()).contains("there is no such file");
    assertThat(tokens.asked()).isEmpty();
  }

  @Test
  void a_connection_that_the_server_has_just_closed_fails_no_probe() {
    for (String operation : List.of("GetFolder", "CreateItem", "GetItem", "DeleteItem")) {
      exchange.fault(Map.of("operation", operation, "reset", true, "times", 1));
    }
    assertThat(run(request()).outcome()).isEqualTo(ProbeCompleted.Outcome.PASSED);
    assertThat(exchange.history()).isEmpty();
  }

  @Test
  void a_busy_server_is_waited_for_where_it_asks_for_little() {
    exchange.fault(
        Map.of(
            "operation",
            "GetFolder",
            "soapResponseCode",
            "ErrorServerBusy",
            "backOffMilliseconds",
            50,
            "times",
            1));
    assertThat(run(request()).outcome()).isEqualTo(ProbeCompleted.Outcome.PASSED);
  }

  @Test
  void a_partner_that_asks_to_be_left_alone_for_long_is_bounded_by_five_minutes() {
    exchange.fault(
        Map.of(
            "operation",
            "GetFolder",
            "soapResponseCode",
            "ErrorServerBusy",
            "backOffMilliseconds",
            900_000));
    assertThat(run(request()).diagnosis().code()).isEqualTo("throttled");
    assertThat(throttles.pausedUntil("exchange"))
        .hasValueSatisfying(
            it ->
                assertThat(it)
                    .isBetween(
                        Instant.now().plusSeconds(200), Instant.now().plus(Duration.ofMinutes(5))));
  }

  @Test
  void what_autodiscover_said_is_believed_for_a_while() {
    assertThat(stage(run(request()), "autodiscover").detail()).doesNotContain("known");
    exchange.fault(Map.of("path", "/autodiscover/autodiscover.svc", "diagnosticsCode", 2000000));
    ProbeCompleted result = run(request());
    assertThat(result.outcome()).isEqualTo(ProbeCompleted.Outcome.PASSED);
    assertThat(stage(result, "autodiscover").detail()).contains("known for");
  }

  @Test
  void a_place_that_is_remembered_and_fails_raises_no_false_alarm() {
    memory.put(
        "exchange",
        "litwareinc.com",
        URI.create("https://atl-exchange-001.litwareinc.com:1/EWS/Exchange.asmx"));
    assertThat(run(request()).outcome()).isEqualTo(ProbeCompleted.Outcome.PASSED);
    assertThat(memory.get("exchange", "litwareinc.com").orElseThrow().ewsUrl().getPort())
        .isEqualTo(simulator.httpsPort());
  }

  @Test
  void a_probe_that_fails_forgets_what_autodiscover_said() {
    run(request());
    exchange.fault(
        Map.of("operation", "GetItem", "soapResponseCode", "ErrorMailboxStoreUnavailable"));
    run(request());
    assertThat(memory.get("exchange", "litwareinc.com")).isEmpty();
  }

  @Test
  void autodiscover_that_speaks_only_json_is_understood() {
    exchange.fault(Map.of("path", "/autodiscover/autodiscover.svc", "status", 404));
    exchange.fault(Map.of("path", "/autodiscover/autodiscover.xml", "status", 404));
    assertThat(run(request()).outcome()).isEqualTo(ProbeCompleted.Outcome.PASSED);
  }

  @Test
  void a_rehearsal_asks_for_tokens_of_its_key() {
    tokens.asked().clear();
    var rehearsal =
        new ProbeRequested(
            UUID.randomUUID().toString(),
            "exchange",
            "sip:" + SimulatorControl.KEN,
            ProbeKind.CONVERSATION_HISTORY,
            true,
            ProbeTrigger.REHEARSAL,
            "token-service",
            Instant.now(),
            "the-next-key");
    ProbeCompleted result = run(rehearsal);
    assertThat(result.trigger()).isEqualTo(ProbeTrigger.REHEARSAL);
    assertThat(result.signingKey()).isEqualTo(tokens.certificate().x5t());
    assertThat(tokens.asked())
        .isNotEmpty()
        .allSatisfy(it -> assertThat(it.form()).containsEntry("signing_key", "the-next-key"));
  }

  @Test
  void archiving_is_reached_and_nothing_is_written() {
    ProbeCompleted result = run(request(ProbeKind.ARCHIVING));
    assertThat(result.outcome()).isEqualTo(ProbeCompleted.Outcome.PASSED);
    assertThat(result.stages())
        .extracting(ProbeStage::name)
        .containsExactly("challenge", "token", "autodiscover", "folder");
    assertThat(result.itemDeleted()).isTrue();
  }

  @Test
  void a_contact_store_that_is_empty_passes_and_says_that_trust_is_fine() {
    exchange.fault(
        Map.of(
            "operation",
            "GetImItemList",
            "status",
            200,
            "body",
            """
            <?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><GetImItemListResponse ResponseClass="Success" xmlns="http://schemas.microsoft.com/exchange/services/2006/messages"><ResponseCode>NoError</ResponseCode><ImItemList/></GetImItemListResponse></s:Body></s:Envelope>\
            """));
    ProbeCompleted result = run(request(ProbeKind.UNIFIED_CONTACT_STORE));
    assertThat(result.outcome()).isEqualTo(ProbeCompleted.Outcome.PASSED);
    assertThat(result.stages())
        .extracting(ProbeStage::name)
        .containsExactly("challenge", "token", "autodiscover", "contacts");
    assertThat(stage(result, "contacts").detail()).contains("trust is fine");
  }

  @Test
  void a_partner_with_an_older_key_is_proved_to_have_one_by_our_own_document() {
    tokens.rollOver();
    tokens.publish();
    ProbeCompleted result = run(request());
    assertThat(result.diagnosis().code()).isEqualTo("signature-refused");
    assertThat(result.diagnosis().confidence()).isEqualTo(Diagnosis.Confidence.PROVED);
    assertThat(result.diagnosis().evidence())
        .anyMatch(it -> it.startsWith("our own auth metadata document at "))
        .anyMatch(it -> it.startsWith("the partner's auth metadata document at "))
        .contains("our token's signature holds by the key in our document");
  }

  @Test
  void a_document_of_ours_without_the_signing_key_is_our_own_fault() {
    tokens.rollOver();
    ProbeCompleted result = run(request());
    assertThat(result.diagnosis().code()).isEqualTo("our-metadata-stale");
    assertThat(result.diagnosis().confidence()).isEqualTo(Diagnosis.Confidence.PROVED);
  }

  @Test
  void a_cached_token_that_is_refused_is_no_verdict() {
    exchange.fault(Map.of("path", "/EWS", "diagnosticsCode", 2000000, "times", 1));
    ProbeCompleted result = run(request(), partner(true), settings(Duration.ofSeconds(30), false));
    assertThat(result.outcome()).isEqualTo(ProbeCompleted.Outcome.PASSED);
    assertThat(result.token()).isEqualTo(ProbeCompleted.TokenSource.FRESH);
  }

  @Test
  void a_server_whose_tls_hangs_is_given_up_on() throws IOException {
    try (var silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      URI there =
          URI.create(
              "https://atl-exchange-001.litwareinc.com:%d/EWS/Exchange.asmx"
                  .formatted(silent.getLocalPort()));
      ProbeCompleted result =
          run(request(), partner(true), settings(Map.of("exchange", there), tokens.url()));
      assertThat(result.diagnosis().code()).isIn("tls-handshake", "timed-out", "host-unreachable");
      assertThat(stage(result, "challenge").outcome()).isEqualTo(ProbeStage.Outcome.FAILED);
    }
  }

  @Test
  void a_token_service_that_is_down_is_a_result_of_the_stage_token() {
    ProbeCompleted result = run(request(), partner(true), settings(Map.of(), "http://127.0.0.1:1"));
    assertThat(result.diagnosis().code()).isEqualTo("token-service-unreachable");
    assertThat(stage(result, "token").outcome()).isEqualTo(ProbeStage.Outcome.FAILED);
  }

  private static ProbeStage stage(ProbeCompleted result, String name) {
    return result.stages().stream().filter(it -> it.name().equals(name)).findFirst().orElseThrow();
  }

  private static PartnerRegistered partner(boolean enabled) {
    return new PartnerRegistered(
        "exchange",
        PartnerKind.EXCHANGE,
        null,
        null,
        TrustLevel.FULL,
        enabled,
        new Trust.ByMetadata(exchange.metadataUrl(), null, null),
        List.of(),
        null,
        null,
        null,
        1,
        Instant.EPOCH,
        "a test");
  }

  private static ProbeRequested request() {
    return request(ProbeKind.CONVERSATION_HISTORY);
  }

  private static ProbeRequested request(ProbeKind kind) {
    return new ProbeRequested(
        UUID.randomUUID().toString(),
        "exchange",
        "sip:" + SimulatorControl.KEN,
        kind,
        true,
        ProbeTrigger.REQUEST,
        "a test",
        Instant.now());
  }

  private ProbeCompleted run(ProbeRequested request) {
    return run(request, partner(true), settings(Duration.ofSeconds(30), true));
  }

  private ProbeCompleted run(PartnerRegistered partner, Duration timeLimit, Path assertionFile) {
    return run(request(), partner, settings(timeLimit, true), assertionFile);
  }

  private ProbeCompleted run(
      ProbeRequested request, PartnerRegistered partner, RunSettings settings) {
    return run(request, partner, settings, folder.resolve("assertion"));
  }

  private ProbeCompleted run(
      ProbeRequested request, PartnerRegistered partner, RunSettings settings, Path assertionFile) {
    return new ProbeRun(
            request,
            new RunContext(
                new Targets(
                    new FixedView<>(Topic.PARTNERS, Map.of(partner.name(), partner)),
                    new FixedView<>(Topic.METADATA, Map.of()),
                    new FixedView<>(Topic.SIGNING_KEYS, Map.of())),
                http,
                new TokenClient(http, settings.tokenService(), assertionFile),
                settings,
                memory,
                throttles,
                documents,
                (_, _, _) -> {},
                InstantSource.system()),
            new ProbesUnderWay().watch(request))
        .run();
  }

  private static RunSettings settings(Duration timeLimit, boolean freshTokens) {
    return settings(timeLimit, freshTokens, Map.of(), tokens.url());
  }

  private static RunSettings settings(Map<String, URI> ewsUrls, String tokenService) {
    return settings(Duration.ofSeconds(30), true, ewsUrls, tokenService);
  }

  private static RunSettings settings(
      Duration timeLimit, boolean freshTokens, Map<String, URI> ewsUrls, String tokenService) {
    return new RunSettings(
        TokenServer.US,
        URI.create(tokens.url() + "/metadata/json/1"),
        URI.create(tokenService),
        timeLimit,
        timeLimit,
        1024 * 1024,
        freshTokens,
        true,
        List.of("Conversation History"),
        List.of(),
        ewsUrls,
        ServiceRecords.none(),
        Duration.ofMinutes(15),
        "a test");
  }
}
