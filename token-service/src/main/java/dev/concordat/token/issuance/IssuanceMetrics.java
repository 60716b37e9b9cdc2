package dev.concordat.token.issuance;

import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.token.signing.TokenConfig;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Counts tokens by partner, kind of token and outcome.
 *
 * <p>A label is never a text that somebody sent: a partner is named only while it is registered,
 * the first ones up to a bound, and all further ones together as {@value #OTHER}. A partner whose
 * registration ended makes room.
 */
@Singleton
class IssuanceMetrics {

  /** Stands for no registered partner, and for a client that did not prove itself. */
  static final String NONE = "none";

  /** Stands for every partner beyond the bound. */
  static final String OTHER = "other";

  private static final String METER = "concordat.tokens";

  private final MeterRegistry metrics;
  private final int most;
  private final Set<String> named = ConcurrentHashMap.newKeySet();
  private final ConcurrentMap<Series, Counter> counters = new ConcurrentHashMap<>();

  /** What one counter counts. */
  private record Series(
      String partner, @Nullable PartnerKind kind, TokenKind token, String outcome) {}

  @Inject
  IssuanceMetrics(MeterRegistry metrics, TokenConfig config) {
    this.metrics = metrics;
    this.most = config.partnersInMetrics();
  }

  void count(@Nullable PartnerRegistered partner, TokenKind token, String outcome) {
    Series series =
        partner == null
            ? new Series(NONE, null, token, outcome)
            : new Series(label(partner.name()), partner.kind(), token, outcome);
    counters.computeIfAbsent(series, this::counter).increment();
  }

  private String label(String partner) {
    return named.contains(partner) || mayBeNamed(partner) ? partner : OTHER;
  }

  private boolean mayBeNamed(String partner) {
    if (named.size() >= most) {
      return false;
    }
    synchronized (named) {
      return named.size() < most && named.add(partner);
    }
  }

  private Counter counter(Series series) {
    PartnerKind kind = series.kind();
    return Counter.builder(METER)
        .description("Tokens that were asked for, by what came of it")
        .tag("partner", series.partner())
        .tag(
            "partner_kind",
            kind == null ? "unknown" : kind.name().toLowerCase(Locale.ROOT).replace('_', '-'))
        .tag("token", series.token().label())
        .tag("outcome", series.outcome())
        .register(metrics);
  }

  /** A partner's registration ended. */
  void forget(String partner) {
    if (!named.remove(partner)) {
      return;
    }
    for (Series series : counters.keySet()) {
      Counter counter = series.partner().equals(partner) ? counters.remove(series) : null;
      if (counter != null) {
        metrics.remove(counter);
      }
    }
  }
}
