package dev.concordat.probe.results;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.contracts.events.Diagnosis;
import dev.concordat.contracts.events.ProbeCompleted;
import dev.concordat.contracts.events.ProbeKind;
import dev.concordat.contracts.events.ProbeTrigger;
import dev.concordat.probe.results.RecentResults.Target;
import dev.concordat.probe.results.TargetStates.State;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TargetStatesTest {

  private final TargetStates states = new TargetStates(2, 3, 100);

  @ParameterizedTest
  @CsvSource({
    "P, UNKNOWN",
    "PP, PASSING",
    "PPF, PASSING",
    "PPFF, FAILING",
    "PPFPF, FAILING",
    "PPFPP, PASSING",
    "FFP, FAILING",
    "FFPP, PASSING",
    "FFPFP, PASSING"
  })
  void a_state_changes_after_two_of_three_results(String results, State state) {
    results.chars().forEach(it -> result("ken", it == 'P' ? null : "timed-out"));
    assertThat(states.of(target("ken"))).isEqualTo(state);
  }

  @Test
  void what_was_cancelled_from_outside_says_nothing_and_what_overran_does() {
    result("ken", null);
    result("ken", null);
    result("ken", "cancelled");
    result("ken", "cancelled");
    assertThat(states.of(target("ken"))).isEqualTo(State.PASSING);
    result("ken", "out-of-time");
    result("ken", "out-of-time");
    assertThat(states.of(target("ken"))).isEqualTo(State.FAILING);
  }

  @Test
  void targets_that_fail_for_their_partners_reason_stand_behind_it() {
    for (String mailbox : List.of("ken", "pilar", "sara")) {
      result(mailbox, "oauth-not-offered");
      result(mailbox, "oauth-not-offered");
    }
    result("full", "quota-exceeded");
    result("full", "quota-exceeded");
    assertThat(states.failedPartners()).isEqualTo(Map.of("exchange", "oauth-not-offered"));
    assertThat(states.of(target("pilar"))).isEqualTo(State.BEHIND_PARTNER);
    assertThat(states.of(target("full"))).isEqualTo(State.FAILING);
    var standing = states.now();
    assertThat(standing.of(target("pilar"))).isEqualTo(State.BEHIND_PARTNER);
    assertThat(standing.of(target("full"))).isEqualTo(State.FAILING);
    assertThat(standing.of(target("new"))).isEqualTo(State.UNKNOWN);
    assertThat(standing.failedPartners()).isEqualTo(states.failedPartners());
    assertThat(
            states
                .count(List.of(target("ken"), target("pilar"), target("full"), target("new")))
                .get("exchange"))
        .isEqualTo(
            Map.of(State.BEHIND_PARTNER, 2, State.FAILING, 1, State.UNKNOWN, 1, State.PASSING, 0));
  }

  @Test
  void one_target_among_many_that_pass_is_its_own_alarm() {
    for (String mailbox : List.of("pilar", "sara", "tony")) {
      result(mailbox, null);
      result(mailbox, null);
    }
    result("ken", "mailbox-unknown");
    result("ken", "mailbox-unknown");
    assertThat(states.failedPartners()).isEmpty();
    assertThat(states.of(target("ken"))).isEqualTo(State.FAILING);
  }

  private static Target target(String mailbox) {
    return new Target("exchange", "sip:" + mailbox + "@litwareinc.com", ProbeKind.ARCHIVING);
  }

  private void result(String mailbox, String code) {
    states.add(
        new ProbeCompleted(
            UUID.randomUUID().toString(),
            "exchange",
            target(mailbox).sipAddress(),
            ProbeKind.ARCHIVING,
            code == null ? ProbeCompleted.Outcome.PASSED : ProbeCompleted.Outcome.FAILED,
            Instant.EPOCH,
            1,
            List.of(),
            code == null
                ? null
                : new Diagnosis(code, "why", Diagnosis.Confidence.PROVED, List.of(), List.of()),
            null,
            null,
            true,
            ProbeTrigger.SCHEDULE,
            "a test"));
  }
}
