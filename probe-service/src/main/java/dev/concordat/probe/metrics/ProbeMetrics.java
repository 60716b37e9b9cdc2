package dev.concordat.probe.metrics;

import dev.concordat.contracts.events.ProbeCompleted;
import dev.concordat.contracts.events.ProbeKind;
import dev.concordat.contracts.events.ProbeRequested;
import dev.concordat.contracts.events.ProbeStage;
import dev.concordat.contracts.events.ProbeTrigger;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Counts the probes that this replica has run, and how long they and their stages took. */
public final class ProbeMetrics {

  /** The buckets' upper bounds. */
  private static final Duration[] BUCKETS = {
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(25),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofMillis(2500),
    Duration.ofSeconds(5),
    Duration.ofSeconds(10),
    Duration.ofSeconds(30),
    Duration.ofSeconds(60)
  };

  /** Probes that ended alike. */
  private record Ended(ProbeKind kind, ProbeCompleted.Outcome outcome) {}

  /** Probes that ended alike at a partner. */
  private record EndedAt(String partner, Ended probes) {}

  /** Stages that ended alike. */
  private record Staged(ProbeKind kind, String name, ProbeStage.Outcome outcome) {}

  private final MeterRegistry metrics;
  private final Timer lateness;

  // To find a meter in the registry by its name and labels costs more than to count.
  private final Map<EndedAt, Counter> results = new ConcurrentHashMap<>();
  private final Map<Ended, Timer> probes = new ConcurrentHashMap<>();
  private final Map<Staged, Timer> stages = new ConcurrentHashMap<>();

  public ProbeMetrics(MeterRegistry metrics) {
    this.metrics = metrics;
    lateness =
        Timer.builder("concordat.probe.lateness")
            .description("How much later than its turn a scheduled probe begins, lately")
            .publishPercentiles(0.5, 0.99)
            .register(metrics);
  }

  /** Counts a probe that has ended. */
  public void count(ProbeRequested request, ProbeCompleted completed) {
    if (request.trigger() == ProbeTrigger.SCHEDULE) {
      lateness.record(Duration.between(request.requestedAt(), completed.startedAt()));
    }
    var ended = new Ended(completed.kind(), completed.outcome());
    results.computeIfAbsent(new EndedAt(completed.partner(), ended), this::counter).increment();
    probes.computeIfAbsent(ended, this::timer).record(completed.duration(), TimeUnit.MILLISECONDS);
    for (ProbeStage stage : completed.stages()) {
      if (stage.outcome() != ProbeStage.Outcome.SKIPPED) {
        stages
            .computeIfAbsent(
                new Staged(completed.kind(), stage.name(), stage.outcome()), this::timer)
            .record(stage.duration(), TimeUnit.MILLISECONDS);
      }
    }
  }

  private Counter counter(EndedAt partner) {
    return Counter.builder("concordat.probe.results")
        .description("Probes that have ended")
        .tag("partner", partner.partner())
        .tag("kind", name(partner.probes().kind()))
        .tag("outcome", name(partner.probes().outcome()))
        .register(metrics);
  }

  private Timer timer(Ended probes) {
    return Timer.builder("concordat.probe.duration")
        .description("Time from a probe's beginning to its verdict")
        .serviceLevelObjectives(BUCKETS)
        .tag("kind", name(probes.kind()))
        .tag("outcome", name(probes.outcome()))
        .register(metrics);
  }

  private Timer timer(Staged stage) {
    return Timer.builder("concordat.probe.stage.duration")
        .description("Time that a stage of a probe took")
        .serviceLevelObjectives(BUCKETS)
        .tag("kind", name(stage.kind()))
        .tag("stage", stage.name())
        .tag("outcome", name(stage.outcome()))
        .register(metrics);
  }

  private static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
