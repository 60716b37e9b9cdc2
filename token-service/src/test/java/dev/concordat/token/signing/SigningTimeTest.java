package dev.concordat.token.signing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SigningTimeTest {

  private static final Duration WAIT = Duration.ofMillis(50);

  private final SigningTime time = new SigningTime();

  @Test
  void before_anything_was_signed_nothing_is_known_and_all_may_wait() {
    assertThat(time.within(WAIT)).isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void as_many_are_within_a_time_as_are_signed_one_after_the_other() {
    took(TimeUnit.MICROSECONDS.toNanos(500), 1_000);

    assertThat(time.within(WAIT)).isEqualTo(100);
  }

  @Test
  void a_slow_one_among_many_counts_for_little() {
    took(TimeUnit.MICROSECONDS.toNanos(500), 1_000);
    took(TimeUnit.MILLISECONDS.toNanos(2), 1);

    assertThat(time.within(WAIT)).isBetween(85, 99);
  }

  @Test
  void when_all_get_slower_fewer_are_within_it() {
    took(TimeUnit.MICROSECONDS.toNanos(500), 1_000);
    took(TimeUnit.MILLISECONDS.toNanos(5), 1_000);

    assertThat(time.within(WAIT)).isEqualTo(10);
  }

  private void took(long nanos, int times) {
    for (int i = 0; i < times; i++) {
      time.took(nanos);
    }
  }
}
