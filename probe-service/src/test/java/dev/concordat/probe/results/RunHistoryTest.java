package dev.concordat.probe.results;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.contracts.events.ProbeCompleted;
import dev.concordat.contracts.events.ProbeCompleted.Outcome;
import dev.concordat.contracts.events.ProbeKind;
import dev.concordat.contracts.events.ProbeTrigger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class RunHistoryTest {

  private static final RecentResults.Target KEN =
      new RecentResults.Target(
          "exchange", "sip:ken@litwareinc.com", ProbeKind.CONVERSATION_HISTORY);

  @Test
  void a_run_is_when_it_began_how_long_it_took_and_how_it_went() {
    var history = new RunHistory(2, 3);
    history.add(result("sip:ken@litwareinc.com", 5, Outcome.FAILED));
    assertThat(history.of(KEN))
        .containsExactly(new RunHistory.Run(Instant.ofEpochSecond(5), 50, Outcome.FAILED));
  }

  @Test
  void the_newest_runs_are_kept_in_their_order_whatever_the_order_in_which_they_come() {
    var random = new Random(20261126);
    for (int round = 0; round < 200; round++) {
      List<Integer> starts = random.ints(random.nextInt(60), 1, 40).boxed().toList();
      var history = new RunHistory(2, 10);
      starts.forEach(it -> history.add(result("sip:ken@litwareinc.com", it, Outcome.PASSED)));
      var expected = new ArrayList<>(new TreeSet<>(starts));
      assertThat(history.of(KEN))
          .as("of the starts %s", starts)
          .extracting(it -> (int) it.startedAt().getEpochSecond())
          .containsExactlyElementsOf(
              expected.subList(Math.max(0, expected.size() - 10), expected.size()));
    }
  }

  @Test
  void the_target_longest_silent_is_forgotten_first() {
    var history = new RunHistory(2, 3);
    history.add(result("sip:ken@litwareinc.com", 1, Outcome.PASSED));
    history.add(result("sip:ann@litwareinc.com", 2, Outcome.PASSED));
    history.add(result("sip:ken@litwareinc.com", 3, Outcome.PASSED));
    history.add(result("sip:bob@litwareinc.com", 4, Outcome.PASSED));
    assertThat(history.of(KEN)).hasSize(2);
    assertThat(
            history.of(
                new RecentResults.Target(
                    "exchange", "sip:ann@litwareinc.com", ProbeKind.CONVERSATION_HISTORY)))
        .isEmpty();
  }

  private static ProbeCompleted result(String mailbox, int second, Outcome outcome) {
    return new ProbeCompleted(
        mailbox + second,
        "exchange",
        mailbox,
        ProbeKind.CONVERSATION_HISTORY,
        outcome,
        Instant.ofEpochSecond(second),
        second * 10L,
        List.of(),
        null,
        null,
        null,
        true,
        ProbeTrigger.SCHEDULE,
        "a test");
  }
}
