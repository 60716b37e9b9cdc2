package dev.concordat.token.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class TokenTimesTest {

  private static final Instant NOW = Instant.parse("2026-01-01T00:01:00.750Z");

  @Test
  void a_token_begins_a_minute_ago_and_lives_exactly_its_lifetime() {
    var times = TokenTimes.from(NOW, Duration.ofHours(8));

    assertThat(times.notBefore()).isEqualTo(Instant.ofEpochSecond(1767225600));
    assertThat(times.expires()).isEqualTo(Instant.ofEpochSecond(1767254400));
  }

  @Test
  void a_token_is_reused_until_five_minutes_before_its_end() {
    var times = TokenTimes.from(NOW, Duration.ofHours(8));

    assertThat(times.reusableAt(NOW)).isTrue();
    assertThat(times.reusableAt(times.expires().minusSeconds(301))).isTrue();
    assertThat(times.reusableAt(times.expires().minusSeconds(300))).isFalse();
  }

  @Test
  void a_token_from_the_future_is_not_reused_when_the_clock_was_set_back() {
    var times = TokenTimes.from(NOW, Duration.ofHours(8));

    assertThat(times.reusableAt(NOW.minus(Duration.ofMinutes(2)))).isFalse();
  }
}
