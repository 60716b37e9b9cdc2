package dev.concordat.probe.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.contracts.events.ProbeKind;
import dev.concordat.probe.results.RecentResults.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Whose turn it is, in a time of the test's own. */
class TimetableTest {

  private static final Duration INTERVAL = Duration.ofMinutes(5);
  private static final Instant BEGIN = Instant.parse("2026-03-01T10:00:00Z");
  private static final int MANY = 20_000;

  private final Timetable timetable = new Timetable();
  private final Map<Plan, List<Instant>> turns = new HashMap<>();
  private final Map<Long, Integer> bySecond = new HashMap<>();

  @Test
  void twenty_thousand_mailboxes_keep_a_five_minute_interval_without_drift() {
    timetable.replan(plans(MANY, INTERVAL), BEGIN, _ -> Optional.empty());
    run(BEGIN, Duration.ofHours(1));
    assertThat(turns).hasSize(MANY);
    assertThat(turns.values())
        .allSatisfy(
            its -> {
              assertThat(its).hasSizeBetween(11, 13);
              // An interval, but for the jitter: at the end no more out of step than at the start.
              assertThat(Duration.between(its.getFirst(), its.getLast()))
                  .isBetween(
                      INTERVAL.multipliedBy(its.size() - 1).minusMillis(5_200),
                      INTERVAL.multipliedBy(its.size() - 1).plusMillis(5_200));
              for (int i = 1; i < its.size(); i++) {
                assertThat(Duration.between(its.get(i - 1), its.get(i)))
                    .isBetween(INTERVAL.minusMillis(5_200), INTERVAL.plusMillis(5_200));
              }
            });
    double mean = MANY / 300.0;
    assertThat(bySecond.values()).allMatch(it -> it <= 2 * mean);
  }

  @Test
  void after_an_outage_everything_is_caught_up_with_once_and_without_a_burst() {
    timetable.replan(plans(MANY, INTERVAL), BEGIN, _ -> Optional.empty());
    run(BEGIN, INTERVAL);
    turns.clear();
    bySecond.clear();
    Instant back = BEGIN.plus(INTERVAL).plus(Duration.ofMinutes(30));
    run(back, INTERVAL);
    assertThat(turns).hasSize(MANY);
    assertThat(turns.values()).allMatch(its -> its.size() <= 2);
    double mean = MANY / 300.0;
    // What was saved up in the quiet time is a tenth of a second's turns, and no more.
    assertThat(bySecond.values()).allMatch(it -> it <= 2.2 * mean + 1);
  }

  @Test
  void what_stays_as_it_was_keeps_its_turn_and_what_changed_gets_a_new_one() {
    List<Plan> before = plans(100, INTERVAL);
    timetable.replan(before, BEGIN, _ -> Optional.empty());
    List<Plan> after = new ArrayList<>(before.subList(0, 50));
    after.addAll(plans(100, Duration.ofMinutes(1)).subList(50, 100));
    timetable.replan(after, BEGIN.plusSeconds(10), _ -> Optional.empty());
    run(BEGIN.plusSeconds(10), INTERVAL);
    assertThat(turns.keySet()).containsExactlyInAnyOrderElementsOf(after);
    after
        .subList(0, 50)
        .forEach(
            it ->
                assertThat(turns.get(it).getFirst())
                    .isBefore(
                        ProbeSchedule.next(it.name(), INTERVAL, BEGIN.plusSeconds(10))
                            .plusSeconds(1)));
    after.subList(50, 100).forEach(it -> assertThat(turns.get(it)).hasSizeBetween(4, 6));
  }

  @Test
  void a_target_that_has_just_become_probeable_has_an_earlier_turn_besides() {
    List<Plan> plans = plans(1, INTERVAL);
    Instant early = BEGIN.plusMillis(1);
    timetable.replan(plans, BEGIN, _ -> Optional.of(early));
    assertThat(timetable.due(early)).extracting(Timetable.Turn::first).containsExactly(true);
    assertThat(timetable.due(early.plus(INTERVAL.multipliedBy(2))))
        .extracting(Timetable.Turn::first)
        .containsExactly(false);
  }

  /** The same code as for few, with the share that each of twelve replicas has of a million. */
  @Test
  void a_twelfth_of_a_million_mailboxes_is_spread_as_evenly() {
    int share = 1_000_000 / 12;
    timetable.replan(plans(share, INTERVAL), BEGIN, _ -> Optional.empty());

    run(BEGIN, INTERVAL.multipliedBy(3));

    assertThat(turns).hasSize(share);
    assertThat(turns.values()).allMatch(its -> its.size() >= 2 && its.size() <= 4);
    double mean = share / 300.0;
    assertThat(bySecond.values()).allMatch(it -> it <= 1.5 * mean);
  }

  @Test
  void nothing_is_due_where_nothing_is_planned() {
    assertThat(timetable.due(BEGIN)).isEmpty();
    assertThat(timetable.pause(BEGIN)).isEmpty();
  }

  private void run(Instant from, Duration time) {
    Instant now = from;
    Instant end = from.plus(time);
    while (now.isBefore(end)) {
      Instant moment = now;
      for (Timetable.Turn turn : timetable.due(now)) {
        turns.computeIfAbsent(turn.plan(), _ -> new ArrayList<>()).add(moment);
        bySecond.merge(moment.getEpochSecond(), 1, Integer::sum);
      }
      Duration pause = timetable.pause(now).orElse(time);
      now = now.plus(pause.isZero() ? Duration.ofMillis(1) : pause);
    }
  }

  private static List<Plan> plans(int count, Duration interval) {
    return IntStream.range(0, count)
        .mapToObj(
            it ->
                new Plan(
                    new Target(
                        "exchange",
                        "sip:user%05d@litwareinc.com".formatted(it),
                        ProbeKind.CONVERSATION_HISTORY),
                    interval,
                    true))
        .toList();
  }
}
