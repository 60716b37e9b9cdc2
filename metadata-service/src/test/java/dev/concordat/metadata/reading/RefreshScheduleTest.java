package dev.concordat.metadata.reading;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.contracts.events.MetadataRefreshed.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.stream.IntStream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class RefreshScheduleTest {

  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
  private final RefreshSchedule schedule =
      new RefreshSchedule(
          Duration.ofHours(1),
          Duration.ofMinutes(5),
          Duration.ofSeconds(5),
          Duration.ofMinutes(15));

  private Duration pause(Outcome outcome, Duration failingFor, Duration maxAge, Duration untilEnd) {
    return Duration.between(
        NOW,
        schedule.next(
            NOW,
            outcome,
            failingFor,
            Optional.ofNullable(maxAge),
            Optional.ofNullable(untilEnd).map(NOW::plus),
            0.5));
  }

  @Test
  void while_all_is_well_the_interval_holds_and_a_document_may_ask_for_less_within_bounds() {
    assertThat(pause(Outcome.UNCHANGED, Duration.ZERO, null, null)).isEqualTo(Duration.ofHours(1));
    assertThat(pause(Outcome.CHANGED, Duration.ZERO, Duration.ofMinutes(20), null))
        .isEqualTo(Duration.ofMinutes(22));
    assertThat(pause(Outcome.CHANGED, Duration.ZERO, Duration.ofSeconds(1), null))
        .isEqualTo(Duration.ofMinutes(5));
    assertThat(pause(Outcome.CHANGED, Duration.ZERO, Duration.ofDays(9), null))
        .isEqualTo(Duration.ofHours(1));
  }

  @Test
  void failures_in_a_row_are_spaced_out_up_to_a_ceiling() {
    assertThat(pause(Outcome.UNREACHABLE, Duration.ZERO, null, null))
        .isEqualTo(Duration.ofSeconds(5));
    assertThat(pause(Outcome.INVALID, Duration.ofSeconds(10), null, null))
        .isEqualTo(Duration.ofSeconds(10));
    assertThat(pause(Outcome.UNREACHABLE, Duration.ofSeconds(40), null, null))
        .isEqualTo(Duration.ofSeconds(40));
    assertThat(pause(Outcome.UNREACHABLE, Duration.ofDays(3), null, null))
        .isEqualTo(Duration.ofMinutes(15));
  }

  @Test
  void a_partner_that_fails_for_good_is_asked_about_a_hundred_times_a_day() {
    Instant now = NOW;
    int readings = 0;
    while (now.isBefore(NOW.plus(Duration.ofDays(1)))) {
      readings++;
      now =
          schedule.next(
              now,
              Outcome.UNREACHABLE,
              Duration.between(NOW, now),
              Optional.empty(),
              Optional.empty(),
              0.5);
    }
    assertThat(readings).isBetween(96, 106);
  }

  @Test
  void what_has_piled_up_is_spread_over_a_minute_the_same_way_on_every_replica() {
    var seconds = new java.util.TreeMap<Long, Integer>();
    for (int i = 0; i < 6_000; i++) {
      String name = "partner-" + i;
      Instant at = schedule.overdue(name, NOW);
      assertThat(schedule.overdue(name, NOW)).isEqualTo(at);
      seconds.merge(Duration.between(NOW, at).toSeconds(), 1, Integer::sum);
    }

    assertThat(seconds.firstKey()).isGreaterThanOrEqualTo(0);
    assertThat(seconds.lastKey()).isLessThan(60);
    assertThat(seconds.values()).allMatch(it -> it < 600);
  }

  @Test
  void near_the_end_of_the_last_certificate_a_document_is_read_more_often() {
    assertThat(pause(Outcome.UNCHANGED, Duration.ZERO, null, Duration.ofDays(3)))
        .isEqualTo(Duration.ofMinutes(15));
  }

  @Test
  void chance_spreads_readings_from_eight_tenths_to_twelve() {
    Instant earliest =
        schedule.next(NOW, Outcome.UNCHANGED, Duration.ZERO, Optional.empty(), Optional.empty(), 0);
    Instant latest =
        schedule.next(NOW, Outcome.UNCHANGED, Duration.ZERO, Optional.empty(), Optional.empty(), 1);

    assertThat(Duration.between(NOW, earliest)).isEqualTo(Duration.ofMinutes(48));
    assertThat(Duration.between(NOW, latest)).isEqualTo(Duration.ofMinutes(72));
  }

  /** The same code as for few, in a time of the test's own, until half a day has mixed them. */
  @Test
  void a_hundred_thousand_partners_are_read_evenly_also_after_all_were_due_at_once() {
    int partners = 100_000;
    var chance = new Random(1);
    Instant end = NOW.plus(Duration.ofHours(18));
    var due = new PriorityQueue<Instant>();
    for (int i = 0; i < partners; i++) {
      due.add(schedule.overdue("partner-" + i, NOW));
    }
    Instant settled = NOW.plus(Duration.ofHours(12));
    int[] bySecond = new int[(int) Duration.ofHours(6).toSeconds()];
    while (due.peek().isBefore(end)) {
      Instant now = due.remove();
      if (!now.isBefore(settled)) {
        bySecond[(int) Duration.between(settled, now).toSeconds()]++;
      }
      due.add(
          schedule.next(
              now,
              Outcome.UNCHANGED,
              Duration.ZERO,
              Optional.empty(),
              Optional.empty(),
              chance.nextDouble()));
    }
    double mean = partners / 3600.0;
    assertThat(IntStream.of(bySecond).average().orElseThrow())
        .isCloseTo(mean, Percentage.withPercentage(3));
    assertThat(IntStream.of(bySecond).max().orElseThrow()).isLessThanOrEqualTo((int) (2.5 * mean));
  }

  @Test
  void a_document_is_never_read_before_its_own_max_age_is_over() {
    Duration maxAge = Duration.ofMinutes(20);
    Instant earliest =
        schedule.next(
            NOW, Outcome.UNCHANGED, Duration.ZERO, Optional.of(maxAge), Optional.empty(), 0);
    Instant latest =
        schedule.next(
            NOW, Outcome.UNCHANGED, Duration.ZERO, Optional.of(maxAge), Optional.empty(), 1);

    assertThat(earliest).isEqualTo(NOW.plus(maxAge));
    assertThat(latest).isEqualTo(NOW.plus(Duration.ofMinutes(24)));
  }
}
