package dev.concordat.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.chaos.Chaos.Asked;
import dev.concordat.chaos.Entry.Told;
import dev.concordat.chaos.Entry.Wish;
import java.time.Duration;
import java.util.ArrayList;
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

  /** Of a run's whole history one record is taken away: what is left must tell which. */
  @Test
  void a_lost_registration_is_told_with_the_seed_and_no_more_than_shows_it() {
    var history = new ArrayList<Entry>();
    for (int i = 1; i <= 200; i++) {
      history.add(
          new Entry.Command(
              10L * i, 10L * i - 5, "p" + i, Wish.REGISTER, Told.ACKNOWLEDGED, i, ""));
      history.add(new Entry.PartnerRecord(10L * i + 1, i, "p" + i, i, false));
    }
    Entry lost = history.remove(2 * 77 - 1);
    assertThat(History.line(lost)).contains("\"p77\"");
    var verdicts = new LinkedHashMap<Invariant, Invariant.Verdict>();
    for (Invariant invariant : Invariant.all()) {
      verdicts.put(invariant, invariant.judge(history));
    }

    List<String> report = Chaos.report(new Asked(Duration.ofSeconds(60), 42, 3), history, verdicts);

    assertThat(report)
        .contains(
            "BROKEN   no acknowledged registration is lost or applied twice (200 looked at)",
            "         p77 has an acknowledged registration that is not on the topic",
            "BROKEN   revisions have no gap and come in order (199 looked at)",
            "         after revision 76 comes 78",
            "again: ./concordat chaos --seed 42 --duration 60s --replicas 3");
    assertThat(report.stream().filter(it -> it.contains("{\"entry\""))).hasSize(3);
  }
}
