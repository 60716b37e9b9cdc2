package dev.concordat.token.issuance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.token.Registrations;
import dev.concordat.token.TokenSettings;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tokens are counted by partner, and there are never more partners in the metrics than allowed. */
class IssuanceMetricsTest {

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final IssuanceMetrics metrics =
      new IssuanceMetrics(
          registry, TokenSettings.with(Map.of("concordat.token.partners-in-metrics", "2")));

  @Test
  void each_partner_kind_of_token_and_outcome_is_counted_apart() {
    var exchange = Registrations.exchange("exchange");
    metrics.count(exchange, TokenKind.ACTOR, "fresh");
    metrics.count(exchange, TokenKind.ACTOR, "cached");
    metrics.count(exchange, TokenKind.ACTOR, "cached");
    metrics.count(exchange, TokenKind.USER, "cached");

    assertThat(count("exchange", "actor", "fresh")).isEqualTo(1);
    assertThat(count("exchange", "actor", "cached")).isEqualTo(2);
    assertThat(count("exchange", "user", "cached")).isEqualTo(1);
  }

  @Test
  void partners_beyond_the_bound_are_counted_together_until_one_makes_room() {
    for (int i = 0; i < 1000; i++) {
      metrics.count(Registrations.exchange("partner-" + i), TokenKind.ACTOR, "fresh");
      metrics.count(Registrations.exchange("partner-" + i), TokenKind.ACTOR, "fresh");
    }

    assertThat(registry.getMeters()).hasSize(3);
    assertThat(count("partner-0", "actor", "fresh")).isEqualTo(2);
    assertThat(count(IssuanceMetrics.OTHER, "actor", "fresh")).isEqualTo(2 * 998);

    metrics.forget("partner-0");
    metrics.forget("partner-999");
    metrics.count(Registrations.exchange("partner-7"), TokenKind.ACTOR, "fresh");
    assertThat(registry.getMeters())
        .extracting(Meter::getId)
        .extracting(id -> id.getTag("partner"))
        .containsExactlyInAnyOrder("partner-1", "partner-7", IssuanceMetrics.OTHER);
  }

  @Test
  void what_was_asked_for_and_is_not_registered_is_no_label() {
    metrics.count(null, TokenKind.ACTOR, "unknown-partner");

    assertThat(count(IssuanceMetrics.NONE, "actor", "unknown-partner")).isEqualTo(1);
  }

  private double count(String partner, String token, String outcome) {
    return registry
        .get("concordat.tokens")
        .tags("partner", partner, "token", token, "outcome", outcome)
        .counter()
        .count();
  }
}
