package dev.concordat.probe.running;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.concordat.contracts.Topic;
import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.ProbeCompleted;
import dev.concordat.contracts.events.ProbeKind;
import dev.concordat.contracts.events.ProbeRequested;
import dev.concordat.contracts.events.ProbeStage;
import dev.concordat.contracts.events.ProbeTrigger;
import dev.concordat.contracts.events.Trust;
import dev.concordat.contracts.events.TrustLevel;
import dev.concordat.messaging.Change;
import dev.concordat.messaging.CompactedView;
import dev.concordat.messaging.ViewState;
import dev.concordat.outbound.GuardedHttp;
import dev.concordat.outbound.OutboundSettings;
import dev.concordat.probe.SimulatorControl;
import dev.concordat.probe.TokenServer;
import dev.concordat.probe.progress.ProbeWatch;
import dev.concordat.simulator.Simulator;
import dev.concordat.simulator.SimulatorSettings;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
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

  @BeforeAll
  static void start() throws IOException {
    simulator = Simulator.start(SimulatorSettings.forTests());
    exchange = new SimulatorControl(simulator);
    tokens = new TokenServer();
    exchange.acceptUs(tokens);
    vertx = Vertx.vertx();
    Path authority = Files.writeString(folder.resolve("ca.pem"), simulator.caPem());
    Files.writeString(folder.resolve("assertion"), "header.claims.signature");
    http = new GuardedHttp(vertx, new Loopback(authority));
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

  private static ProbeCompleted run(
      PartnerRegistered partner, Duration timeLimit, Path assertionFile) {
    var settings =
        new RunSettings(
            TokenServer.US,
            URI.create("https://concordat.litwareinc.com/metadata/json/1"),
            URI.create(tokens.url()),
            timeLimit,
            timeLimit,
            1024 * 1024,
            true,
            true,
            List.of("Conversation History"),
            List.of(),
            Map.of(),
            ServiceRecords.none(),
            Duration.ofMinutes(15),
            "a test");
    var request =
        new ProbeRequested(
            "7c1f9d0e-1f6b-4a57-8a55-0f1f6d1f0001",
            "exchange",
            "sip:" + SimulatorControl.KEN,
            ProbeKind.CONVERSATION_HISTORY,
            true,
            ProbeTrigger.REQUEST,
            "a test",
            Instant.now());
    return new ProbeRun(
            request,
            new Targets(
                new Fixed<>(Topic.PARTNERS, Map.of(partner.name(), partner)),
                new Fixed<>(Topic.METADATA, Map.of()),
                new Fixed<>(Topic.SIGNING_KEYS, Map.of())),
            http,
            new TokenClient(http, settings.tokenService(), assertionFile, true),
            settings,
            InstantSource.system(),
            ProbeWatch.NOBODY)
        .run();
  }

  private record Loopback(Path authority) implements OutboundSettings {
    @Override
    public Optional<List<String>> allowedAddresses() {
      return Optional.of(List.of("127.0.0.0/8"));
    }

    @Override
    public Optional<Path> caBundle() {
      return Optional.of(authority);
    }

    @Override
    public Optional<String> proxy() {
      return Optional.empty();
    }

    @Override
    public Optional<List<String>> noProxy() {
      return Optional.empty();
    }

    @Override
    public Duration connectTimeout() {
      return Duration.ofSeconds(1);
    }

    @Override
    public Duration requestTimeout() {
      return Duration.ofSeconds(5);
    }

    @Override
    public int maxAnswerBytes() {
      return 65536;
    }

    @Override
    public int maxRedirects() {
      return 5;
    }
  }

  /** A view that never changes. */
  private record Fixed<T>(Topic topic, Map<String, T> snapshot) implements CompactedView<T> {

    @Override
    public Set<String> unconfirmed() {
      return Set.of();
    }

    @Override
    public int replacements() {
      return 0;
    }

    @Override
    public Optional<T> get(String key) {
      return Optional.ofNullable(snapshot.get(key));
    }

    @Override
    public int size() {
      return snapshot.size();
    }

    @Override
    public void forEach(BiConsumer<String, T> action) {
      snapshot.forEach(action);
    }

    @Override
    public ViewState state() {
      return new ViewState.Current();
    }

    @Override
    public boolean hasCaughtUp() {
      return true;
    }

    @Override
    public void awaitCurrent(Duration atMost) {}

    @Override
    public void awaitOffset(int partition, long offset, Duration atMost) {}

    @Override
    public long position(int partition) {
      return 0;
    }

    @Override
    public long checksum() {
      return 0;
    }

    @Override
    public Subscription listen(Consumer<Change<T>> listener) {
      return () -> {};
    }
  }
}
