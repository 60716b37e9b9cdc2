package dev.concordat.metadata.reading;

import static dev.concordat.metadata.Certificates.certificate;
import static dev.concordat.metadata.Certificates.document;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.contracts.events.MetadataRefreshed;
import dev.concordat.contracts.events.RefreshRequested;
import dev.concordat.contracts.events.RefreshRequested.Reason;
import dev.concordat.contracts.metadata.SigningCertificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class RequestLimitTest {

  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
  private static final SigningCertificate KEY =
      certificate(2048, NOW.minus(Duration.ofDays(1)), NOW.plus(Duration.ofDays(300)));

  private final RequestLimit limit = new RequestLimit(Duration.ofSeconds(30));

  @Test
  void the_first_request_is_followed_at_once_and_the_next_when_the_pause_is_over() {
    assertThat(at(0)).contains(NOW);
    assertThat(at(5)).contains(NOW.plusSeconds(30));
    assertThat(at(29)).contains(NOW.plusSeconds(30));
    assertThat(at(31)).contains(NOW.plusSeconds(60));
    assertThat(at(200)).contains(NOW.plusSeconds(200));
  }

  @Test
  void however_many_keys_a_stranger_makes_up_a_partner_is_read_for_them_twice_a_minute() {
    var readings = new TreeSet<Instant>();
    for (int second = 0; second < 600; second++) {
      readings.add(
          limit
              .due(request("made-up-" + second), Optional.empty(), NOW.plusSeconds(second))
              .orElseThrow());
    }

    assertThat(readings).hasSizeLessThanOrEqualTo(21);
    Instant before = null;
    for (Instant reading : readings) {
      assertThat(before == null || !before.plusSeconds(30).isAfter(reading)).isTrue();
      before = reading;
    }
  }

  @Test
  void a_key_that_is_known_by_now_needs_no_reading() {
    var read =
        new MetadataRefreshed(
            "exchange",
            MetadataRefreshed.Outcome.CHANGED,
            document("00000002-0000-0ff1-ce00-000000000000@litwareinc.com", KEY),
            NOW,
            null,
            null,
            List.of(),
            List.of(KEY.summary()),
            null);

    assertThat(limit.due(request(KEY.x5t()), Optional.of(read), NOW)).isEmpty();
    assertThat(limit.due(request("another"), Optional.of(read), NOW)).contains(NOW);
  }

  @Test
  void partners_do_not_share_their_pause() {
    assertThat(at(0)).contains(NOW);
    assertThat(
            limit.due(
                new RefreshRequested("skype", Reason.CHALLENGE, null, null, "probe-service", NOW),
                Optional.empty(),
                NOW))
        .contains(NOW);
  }

  private Optional<Instant> at(int seconds) {
    return limit.due(request("unknown"), Optional.empty(), NOW.plusSeconds(seconds));
  }

  private static RefreshRequested request(String key) {
    return new RefreshRequested("exchange", Reason.UNKNOWN_KEY, key, null, "token-service", NOW);
  }
}
