package dev.concordat.token.validation;

import dev.concordat.contracts.tokens.Refusal;
import dev.concordat.contracts.tokens.Rule;
import dev.concordat.token.audit.AuditLine;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.EnumMap;
import java.util.Map;

/**
 * What became of the tokens that were presented to us: counted by outcome, and each refusal written
 * down with its reason for our admins, because who presented it isn't told. Never the token.
 */
@Singleton
public class ValidationLog {

  private static final String METER = "concordat.validations";

  private final Counter fresh;
  private final Counter remembered;
  private final Map<Rule, Counter> refused = new EnumMap<>(Rule.class);

  @Inject
  ValidationLog(MeterRegistry metrics) {
    fresh = counter(metrics, "accepted", "fresh");
    remembered = counter(metrics, "accepted", "remembered");
    for (Rule rule : Rule.values()) {
      refused.put(rule, counter(metrics, rule.code(), "fresh"));
    }
  }

  private static Counter counter(MeterRegistry metrics, String outcome, String verdict) {
    return Counter.builder(METER)
        .description("Tokens that were presented to us")
        .tag("outcome", outcome)
        .tag("verdict", verdict)
        .register(metrics);
  }

  void accepted(boolean fromMemory) {
    (fromMemory ? remembered : fresh).increment();
  }

  void refused(Refusal refusal) {
    Counter counter = refused.get(refusal.rule());
    if (counter != null) {
      counter.increment();
    }
    AuditLine.of("presented token refused")
        .with("rule", refusal.rule().code())
        .quoted("reason", refusal.reason())
        .warn();
  }
}
