package dev.concordat.probe.metrics;

import dev.concordat.contracts.events.ProbeCompleted;
import dev.concordat.contracts.events.ProbeStage;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
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

  private final MeterRegistry metrics;

  public ProbeMetrics(MeterRegistry metrics) {
    this.metrics = metrics;
  }

  /** Counts a probe that has ended. */
  public void count(ProbeCompleted completed) {
    String kind = name(completed.kind());
    String outcome = name(completed.outcome());
    Counter.builder("concordat.probe.results")
        .description("Probes that have ended")
        .tag("partner", completed.partner())
        .tag("kind", kind)
        .tag("outcome", outcome)
        .register(metrics)
        .increment();
    Timer.builder("concordat.probe.duration")
        .description("Time from a probe's beginning to its verdict")
        .serviceLevelObjectives(BUCKETS)
        .tag("kind", kind)
        .tag("outcome", outcome)
        .register(metrics)
        .record(completed.duration(), TimeUnit.MILLISECONDS);
    for (ProbeStage stage : completed.stages()) {
      if (stage.outcome() != ProbeStage.Outcome.SKIPPED) {
        Timer.builder("concordat.probe.stage.duration")
            .description("Time that a stage of a probe took")
            .serviceLevelObjectives(BUCKETS)
            .tag("kind", kind)
            .tag("stage", stage.name())
            .tag("outcome", name(stage.outcome()))
            .register(metrics)
            .record(stage.duration(), TimeUnit.MILLISECONDS);
      }
    }
  }

  private static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
