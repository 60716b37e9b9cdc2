package dev.concordat.metadata.reading;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.contracts.events.MetadataRefreshed.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RefreshScheduleTest {

  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
  private final RefreshSchedule schedule =
      new RefreshSchedule(
          Duration.ofHours(1),
          Duration.ofMinutes(5),
          Duration.ofSeconds(5),
          Duration.ofMinutes(15));

  private Duration pause(Outcome outcome, int failures, Duration maxAge, Duration untilEnd) {
    return Duration.between(
        NOW,
        schedule.next(
            NOW,
            outcome,
            failures,
            Optional.ofNullable(maxAge),
            Optional.ofNullable(untilEnd).map(NOW::plus),
            0.5));
  }

  @Test
  void while_all_is_well_the_interval_holds_and_a_document_may_ask_for_less_within_bounds() {
    assertThat(pause(Outcome.UNCHANGED, 0, null, null)).isEqualTo(Duration.ofHours(1));
    assertThat(pause(Outcome.CHANGED, 0, Duration.ofMinutes(20), null))
        .isEqualTo(Duration.ofMinutes(20));
    assertThat(pause(Outcome.CHANGED, 0, Duration.ofSeconds(1), null))
        .isEqualTo(Duration.ofMinutes(5));
    assertThat(pause(Outcome.CHANGED, 0, Duration.ofDays(9), null)).isEqualTo(Duration.ofHours(1));
  }

  @Test
  void failures_in_a_row_are_spaced_out_up_to_a_ceiling() {
    assertThat(pause(Outcome.UNREACHABLE, 1, null, null)).isEqualTo(Duration.ofSeconds(5));
    assertThat(pause(Outcome.INVALID, 2, null, null)).isEqualTo(Duration.ofSeconds(10));
    assertThat(pause(Outcome.UNREACHABLE, 4, null, null)).isEqualTo(Duration.ofSeconds(40));
    assertThat(pause(Outcome.UNREACHABLE, 1000, null, null)).isEqualTo(Duration.ofMinutes(15));
  }

  @Test
  void near_the_end_of_the_last_certificate_a_document_is_read_more_often() {
    assertThat(pause(Outcome.UNCHANGED, 0, null, Duration.ofDays(3)))
        .isEqualTo(Duration.ofMinutes(15));
  }

  @Test
  void chance_spreads_readings_from_eight_tenths_to_twelve() {
    Instant earliest =
        schedule.next(NOW, Outcome.UNCHANGED, 0, Optional.empty(), Optional.empty(), 0);
    Instant latest =
        schedule.next(NOW, Outcome.UNCHANGED, 0, Optional.empty(), Optional.empty(), 1);

    assertThat(Duration.between(NOW, earliest)).isEqualTo(Duration.ofMinutes(48));
    assertThat(Duration.between(NOW, latest)).isEqualTo(Duration.ofMinutes(72));
  }
}
