package dev.concordat.chaos;

import dev.concordat.chaos.Entry.Answered;
import java.util.ArrayList;
import java.util.List;

/**
 * A replica that is itself spared answers everything that it can from what it knows: reads of every
 * service, judgements of tokens, the partner token server. Brokers, the other services and the
 * partner may be away, and its clock may jump within what clocks are allowed to differ.
 */
final class AnswersGoOn implements Invariant {

  @Override
  public String sentence() {
    return "a replica that is itself spared always answers from what it knows";
  }

  @Override
  public Verdict judge(List<Entry> history) {
    List<Away> away = Away.in(history);
    var violations = new ArrayList<Violation>();
    long checked = 0;
    for (Answered answer : Invariant.of(Answered.class, history)) {
      if (away.stream().anyMatch(it -> it.covers(answer.replica(), answer.asked(), answer.at()))) {
        continue;
      }
      checked++;
      if (!answer.wrong().isEmpty()) {
        violations.add(
            new Violation(
                "%s was spared, and %s was answered: %s"
                    .formatted(answer.replica(), answer.api(), answer.wrong()),
                Away.shown(history, answer)));
      }
    }
    return new Verdict(checked, violations);
  }
}
