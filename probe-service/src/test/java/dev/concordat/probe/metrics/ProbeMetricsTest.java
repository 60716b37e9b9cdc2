package dev.concordat.probe.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.contracts.events.ProbeCompleted;
import dev.concordat.contracts.events.ProbeCompleted.Outcome;
import dev.concordat.contracts.events.ProbeCompleted.TokenSource;
import dev.concordat.contracts.events.ProbeKind;
import dev.concordat.contracts.events.ProbeRequested;
import dev.concordat.contracts.events.ProbeStage;
import dev.concordat.contracts.events.ProbeTrigger;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProbeMetricsTest {

  private static final Instant DUE = Instant.parse("2026-11-26T12:00:00Z");

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final ProbeMetrics metrics = new ProbeMetrics(registry);

  @Test
  void a_scheduled_probe_is_as_late_as_it_begins_after_its_turn() {
    count("one", ProbeTrigger.SCHEDULE, Duration.ofMillis(250), Outcome.PASSED);
    count("one", ProbeTrigger.SCHEDULE, Duration.ofMillis(750), Outcome.PASSED);

    var lateness = registry.get("concordat.probe.lateness").timer();
    assertThat(lateness.count()).isEqualTo(2);
    assertThat(lateness.max(TimeUnit.MILLISECONDS)).isEqualTo(750);
  }

  @Test
  void what_somebody_asked_for_has_no_turn_to_be_late_for() {
    count("one", ProbeTrigger.REQUEST, Duration.ofSeconds(3), Outcome.PASSED);
    count("one", ProbeTrigger.REHEARSAL, Duration.ofSeconds(3), Outcome.PASSED);

    assertThat(registry.get("concordat.probe.lateness").timer().count()).isZero();
  }

  @Test
  void results_are_counted_by_partner_and_outcome_and_stages_that_ran_by_theirs() {
    count("one", ProbeTrigger.SCHEDULE, Duration.ZERO, Outcome.PASSED);
    count("one", ProbeTrigger.SCHEDULE, Duration.ZERO, Outcome.FAILED);
    count("other", ProbeTrigger.SCHEDULE, Duration.ZERO, Outcome.PASSED);

    assertThat(results("one", "passed")).isEqualTo(1);
    assertThat(results("one", "failed")).isEqualTo(1);
    assertThat(results("other", "passed")).isEqualTo(1);
    var stages = registry.get("concordat.probe.stage.duration");
    assertThat(stages.tag("stage", "token").timer().count()).isEqualTo(3);
    assertThat(registry.find("concordat.probe.stage.duration").tag("stage", "verify").timer())
        .as("a stage that was skipped")
        .isNull();
  }

  private double results(String partner, String outcome) {
    return registry
        .get("concordat.probe.results")
        .tags("partner", partner, "outcome", outcome)
        .counter()
        .count();
  }

  private void count(String partner, ProbeTrigger trigger, Duration late, Outcome outcome) {
    var request =
        new ProbeRequested(
            "id",
            partner,
            "sip:kenmyer@litwareinc.com",
            ProbeKind.CONVERSATION_HISTORY,
            true,
            trigger,
            "somebody",
            DUE);
    metrics.count(
        request,
        new ProbeCompleted(
            request.id(),
            partner,
            request.sipAddress(),
            request.kind(),
            outcome,
            DUE.plus(late),
            12,
            List.of(
                new ProbeStage("token", ProbeStage.Outcome.PASSED, 5, 200, "signed afresh"),
                new ProbeStage("verify", ProbeStage.Outcome.SKIPPED, 0, null, null)),
            null,
            null,
            TokenSource.FRESH,
            true,
            trigger,
            "here"));
  }
}
