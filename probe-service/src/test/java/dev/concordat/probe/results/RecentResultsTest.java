package dev.concordat.probe.results;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.contracts.events.ProbeCompleted;
import dev.concordat.contracts.events.ProbeKind;
import dev.concordat.contracts.events.ProbeRequested;
import dev.concordat.contracts.events.ProbeTrigger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RecentResultsTest {

  private static final Instant TEN = Instant.parse("2026-03-01T10:00:00Z");

  private final RecentResults results = new RecentResults(3, 3);

  @Test
  void the_latest_of_a_target_is_the_one_that_began_last_whenever_it_arrives() {
    results.add(result("b", "ken", TEN.plusSeconds(60), ProbeCompleted.Outcome.FAILED));
    results.add(result("a", "ken", TEN, ProbeCompleted.Outcome.PASSED));
    assertThat(results.latest(_ -> true)).extracting(ProbeCompleted::id).containsExactly("b");
    assertThat(results.get("a")).isPresent();
  }

  @Test
  void a_result_that_arrives_twice_counts_once() {
    var changes = new AtomicInteger();
    results.onResult(_ -> changes.incrementAndGet());
    results.add(result("a", "ken", TEN, ProbeCompleted.Outcome.PASSED));
    results.add(result("a", "ken", TEN, ProbeCompleted.Outcome.PASSED));
    assertThat(changes).hasValue(1);
  }

  @Test
  void no_more_is_kept_than_was_said() {
    for (int i = 0; i < 5; i++) {
      results.add(result("id" + i, "user" + i, TEN.plusSeconds(i), ProbeCompleted.Outcome.PASSED));
    }
    assertThat(results.latest(_ -> true))
        .extracting(ProbeCompleted::id)
        .containsExactly("id2", "id3", "id4");
    assertThat(results.get("id0")).isEmpty();
  }

  @Test
  void success_is_the_share_of_the_targets_that_count() {
    results.add(result("a", "ken", TEN, ProbeCompleted.Outcome.PASSED));
    results.add(result("b", "pilar", TEN, ProbeCompleted.Outcome.FAILED));
    results.add(result("c", "typo", TEN, ProbeCompleted.Outcome.FAILED));
    assertThat(results.success(it -> !it.sipAddress().contains("typo")))
        .containsOnlyKeys("exchange")
        .containsEntry("exchange", 0.5);
  }

  @Test
  void a_probe_is_pending_until_its_result_is_there() {
    results.asked(
        new ProbeRequested(
            "a",
            "exchange",
            "sip:ken@litwareinc.com",
            ProbeKind.CONVERSATION_HISTORY,
            true,
            ProbeTrigger.REQUEST,
            "ann",
            TEN));
    assertThat(results.pending("a")).isPresent();
    results.add(result("a", "ken", TEN, ProbeCompleted.Outcome.PASSED));
    assertThat(results.pending("a")).isEmpty();
  }

  @Test
  void whoever_waits_is_woken_by_the_result_and_by_nothing_else() throws Exception {
    assertThat(results.await("a", Duration.ofMillis(1))).isEmpty();
    var waiting =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return results.await("a", Duration.ofMinutes(1));
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
            });
    results.add(result("other", "pilar", TEN, ProbeCompleted.Outcome.PASSED));
    results.add(result("a", "ken", TEN, ProbeCompleted.Outcome.PASSED));
    assertThat(waiting.get()).map(ProbeCompleted::id).contains("a");
  }

  private static ProbeCompleted result(
      String id, String user, Instant startedAt, ProbeCompleted.Outcome outcome) {
    return new ProbeCompleted(
        id,
        "exchange",
        "sip:" + user + "@litwareinc.com",
        ProbeKind.CONVERSATION_HISTORY,
        outcome,
        startedAt,
        1,
        List.of(),
        null,
        null,
        null,
        true,
        ProbeTrigger.SCHEDULE,
        "test");
  }
}
