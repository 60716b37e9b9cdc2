package dev.concordat.token.rollover;

import dev.concordat.token.rollover.RolloverReport.State;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.Locale;

/** How far a rollover is, in numbers. */
@Startup
@Singleton
public class RolloverMetrics {

  @Inject
  RolloverMetrics(RolloverDesk desk, InstantSource clock, MeterRegistry metrics) {
    for (State state : State.values()) {
      Gauge.builder("concordat.signing.rollover", () -> desk.report().state() == state ? 1 : 0)
          .description("1 for the state that the rollover to the next signing key is in")
          .tag("state", state.name().toLowerCase(Locale.ROOT))
          .strongReference(true)
          .register(metrics);
    }
    Gauge.builder(
            "concordat.signing.next.missing",
            () -> desk.report().nextIsMissing(clock.instant()) ? 1 : 0)
        .description("1 while the active key nears its end and there is no next one")
        .strongReference(true)
        .register(metrics);
    Gauge.builder(
            "concordat.signing.rollover.partners.waited",
            () -> desk.report().partners().stream().filter(it -> !it.accepted()).count())
        .description("Enabled partners that have not accepted the next signing key")
        .strongReference(true)
        .register(metrics);
  }
}
