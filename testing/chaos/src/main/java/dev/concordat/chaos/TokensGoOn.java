package dev.concordat.chaos;

import dev.concordat.chaos.Entry.Token;
import dev.concordat.chaos.Entry.TokenAnswer;
import java.util.ArrayList;
import java.util.List;

/**
 * A replica of the token-service that is itself spared answers with a token, whatever else is away:
 * brokers, all of them too, the registry, the metadata-service, the partner.
 */
final class TokensGoOn implements Invariant {

  /** The partner that is there from the beginning to the end. */
  static final String STEADY = "exchange";

  @Override
  public String sentence() {
    return "a replica of the token-service that is itself spared always issues";
  }

  @Override
  public Verdict judge(List<Entry> history) {
    List<Away> away = Away.in(history);
    var violations = new ArrayList<Violation>();
    long checked = 0;
    for (TokenAnswer answer : Invariant.of(TokenAnswer.class, history)) {
      if (!answer.partner().equals(STEADY)
          || away.stream()
              .anyMatch(it -> it.covers(answer.replica(), answer.asked(), answer.at()))) {
        continue;
      }
      checked++;
      if (answer.token() != Token.ISSUED) {
        violations.add(
            new Violation(
                "%s was spared and did not issue: %s %s"
                    .formatted(answer.replica(), answer.token(), answer.detail()),
                Away.shown(history, answer)));
      }
    }
    return new Verdict(checked, violations);
  }
}
