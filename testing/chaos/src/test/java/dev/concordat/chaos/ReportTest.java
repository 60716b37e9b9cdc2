package dev.concordat.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.chaos.Chaos.Asked;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTest {

  @Test
  void arguments_are_a_duration_a_seed_and_replicas_or_nothing() {
    assertThat(Asked.of(List.of("--duration", "90s", "--seed", "7", "--replicas", "2")))
        .isEqualTo(new Asked(Duration.ofSeconds(90), 7, 2));
    assertThat(Asked.of(List.of("--duration", "PT2M", "--seed", "7")))
        .isEqualTo(new Asked(Duration.ofMinutes(2), 7, 3));
    assertThat(Asked.of(List.of("--seed"))).isNull();
    assertThat(Asked.of(List.of("--seed", "x"))).isNull();
    assertThat(Asked.of(List.of("--duration", "5s"))).isNull();
    assertThat(Asked.of(List.of("--replicas", "1"))).isNull();
  }

  @Test
  void what_broke_is_shown_with_its_entries_and_how_to_run_it_again() {
    Entry left = new Entry.LookedInto(99, "sip:a@b.c", 1);
    var verdicts = new LinkedHashMap<Invariant, Invariant.Verdict>();
    for (Invariant invariant : Invariant.all()) {
      verdicts.put(invariant, invariant.judge(List.of(left)));
    }

    assertThat(Chaos.report(new Asked(Duration.ofSeconds(90), 7, 2), List.of(left), verdicts))
        .contains(
            "BROKEN   no probe leaves an item behind (1 looked at)",
            "no case  revisions have no gap and come in order (0 looked at)",
            "again: ./concordat chaos --seed 7 --duration 90s --replicas 2")
        .anyMatch(
            it ->
                it.contains(
                    "{\"entry\":\"LookedInto\",\"at\":99,\"sipAddress\":\"sip:a@b.c\",\"items\":1}"));
  }
}
