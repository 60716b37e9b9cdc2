package dev.concordat.probe.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ProbeScheduleTest {

  private static final Duration INTERVAL = Duration.ofMinutes(5);
  private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");

  @Test
  void a_turn_comes_after_now_and_within_the_interval() {
    Instant next = ProbeSchedule.next("exchange sip:kenmyer@litwareinc.com", INTERVAL, NOW);
    assertThat(next).isAfter(NOW).isBeforeOrEqualTo(NOW.plus(INTERVAL));
  }

  @Test
  void turns_keep_their_rhythm_whoever_asks_and_however_much_was_missed() {
    String target = "exchange sip:kenmyer@litwareinc.com";
    Instant first = ProbeSchedule.next(target, INTERVAL, NOW);
    for (int rounds : new int[] {1, 2, 7, 1000}) {
      // Each turn is its place and a jitter of at most five seconds.
      assertThat(
              ProbeSchedule.next(
                  target, INTERVAL, first.plus(INTERVAL.multipliedBy(rounds - 1)).plusSeconds(6)))
          .isBetween(
              first.plus(INTERVAL.multipliedBy(rounds)).minusSeconds(5),
              first.plus(INTERVAL.multipliedBy(rounds)).plusSeconds(5));
    }
    Instant turn = first;
    for (int i = 1; i < 500; i++) {
      Instant next = ProbeSchedule.next(target, INTERVAL, turn);
      assertThat(Duration.between(turn, next))
          .isBetween(INTERVAL.minusSeconds(5), INTERVAL.plusSeconds(5));
      turn = next;
    }
  }

  @Test
  void many_are_spread_evenly_over_the_interval() {
    int targets = 20_000;
    int[] perSecond = new int[300];
    IntStream.range(0, targets)
        .mapToObj(it -> "exchange sip:user%05d@litwareinc.com".formatted(it))
        .forEach(it -> perSecond[(int) (ProbeSchedule.place(it, INTERVAL.toMillis()) / 1000)]++);
    double mean = targets / 300.0;
    assertThat(IntStream.of(perSecond).max().orElseThrow()).isLessThanOrEqualTo((int) (2 * mean));
    assertThat(IntStream.of(perSecond).min().orElseThrow()).isPositive();
  }
}
