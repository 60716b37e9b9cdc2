package dev.concordat.chaos;

import dev.concordat.chaos.Entry.FaultBegan;
import dev.concordat.chaos.Entry.FaultEnded;
import dev.concordat.chaos.Entry.Ready;
import dev.concordat.chaos.Entry.Token;
import dev.concordat.chaos.Entry.TokenAnswer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

  /** A replica's time of trouble. */
  private record Away(String replica, long from, long until, Entry because) {}

  @Override
  public Verdict judge(List<Entry> history) {
    List<Away> away = away(history);
    var violations = new ArrayList<Violation>();
    long checked = 0;
    for (TokenAnswer answer : Invariant.of(TokenAnswer.class, history)) {
      if (!answer.partner().equals(STEADY)
          || away.stream()
              .anyMatch(
                  it ->
                      it.replica.equals(answer.replica())
                          && it.from <= answer.at()
                          && answer.asked() <= it.until)) {
        continue;
      }
      checked++;
      if (answer.token() != Token.ISSUED) {
        var shown = new ArrayList<Entry>();
        Entry latest = latestBefore(history, answer);
        if (latest != null) {
          shown.add(latest);
        }
        shown.add(answer);
        violations.add(
            new Violation(
                "%s was spared and did not issue: %s %s"
                    .formatted(answer.replica(), answer.token(), answer.detail()),
                shown));
      }
    }
    return new Verdict(checked, violations);
  }

  private static @Nullable Entry latestBefore(List<Entry> history, TokenAnswer answer) {
    return history.stream()
        .filter(it -> it instanceof FaultBegan && it.at() <= answer.at())
        .reduce((_, later) -> later)
        .orElse(null);
  }

  private static List<Away> away(List<Entry> history) {
    var away = new ArrayList<Away>();
    for (FaultBegan began : Invariant.of(FaultBegan.class, history)) {
      String node =
          switch (began.fault()) {
            case Fault.Kill(String killed) -> killed;
            case Fault.Hold(String held) -> held;
            default -> "";
          };
      if (node.isEmpty()) {
        continue;
      }
      long ended =
          Invariant.of(FaultEnded.class, history).stream()
              .filter(it -> it.fault().equals(began.fault()) && it.at() >= began.at())
              .mapToLong(Entry::at)
              .min()
              .orElse(Long.MAX_VALUE);
      long ready =
          Invariant.of(Ready.class, history).stream()
              .filter(it -> it.replica().equals(node) && it.at() >= ended)
              .mapToLong(Entry::at)
              .min()
              .orElse(Long.MAX_VALUE);
      away.add(new Away(node, began.at(), ready, began));
    }
    return away;
  }
}
