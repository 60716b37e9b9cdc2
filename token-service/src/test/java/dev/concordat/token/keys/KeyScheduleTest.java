package dev.concordat.token.keys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.token.TestKeys;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class KeyScheduleTest {

  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
  private final KeySchedule schedule = new KeySchedule(Duration.ofHours(8));

  @Test
  void a_year_long_certificate_has_its_successor_thirty_days_and_its_change_seven_days_before() {
    SigningCertificate year = lasting(365);

    assertThat(schedule.prepareBy(year)).isEqualTo(year.notAfter().minus(Duration.ofDays(30)));
    assertThat(schedule.activateBy(year)).isEqualTo(year.notAfter().minus(Duration.ofDays(7)));
    assertThat(schedule.beginBy(year)).isEqualTo(year.notAfter().minus(Duration.ofDays(9)));
  }

  @Test
  void a_short_one_at_half_and_at_a_sixth_of_its_life() {
    SigningCertificate short12 = lasting(12);

    assertThat(schedule.prepareBy(short12)).isEqualTo(BEGIN.plus(Duration.ofDays(6)));
    assertThat(schedule.activateBy(short12)).isEqualTo(BEGIN.plus(Duration.ofDays(10)));
    assertThat(schedule.beginBy(short12)).isEqualTo(BEGIN.plus(Duration.ofDays(8)));
  }

  @Test
  void one_that_lasts_no_longer_than_the_lead_begins_at_once() {
    assertThat(schedule.beginBy(lasting(1))).isEqualTo(BEGIN);
  }

  @Test
  void a_key_is_published_until_a_day_and_a_token_after_it_signed_last() {
    assertThat(schedule.pruneAt(BEGIN)).isEqualTo(BEGIN.plus(Duration.ofHours(32)));
  }

  private static SigningCertificate lasting(long days) {
    return TestKeys.rsa(2048, BEGIN, BEGIN.plus(Duration.ofDays(days))).certificate();
  }
}
