package dev.concordat.chaos;

import dev.concordat.chaos.Entry.Change;
import dev.concordat.chaos.Entry.PartnerRecord;
import dev.concordat.chaos.Entry.Told;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Of clients that change the same partner, each on the condition that it has a revision, none
 * overwrites another's change unseen: an acknowledged change is on the topic, and what it followed
 * there has the revision that it expected.
 */
final class RivalsTakeTurns implements Invariant {

  @Override
  public String sentence() {
    return "no change of a partner overwrites another's unseen";
  }

  @Override
  public Verdict judge(List<Entry> history) {
    Map<String, List<PartnerRecord>> records =
        Invariant.of(PartnerRecord.class, history).stream()
            .sorted(Comparator.comparingLong(PartnerRecord::offset))
            .collect(Collectors.groupingBy(PartnerRecord::name));
    var violations = new ArrayList<Violation>();
    long checked = 0;
    for (Change change : Invariant.of(Change.class, history)) {
      if (change.told() != Told.ACKNOWLEDGED) {
        continue;
      }
      checked++;
      List<PartnerRecord> its = records.getOrDefault(change.name(), List.of());
      PartnerRecord made =
          its.stream().filter(it -> it.revision() == change.revision()).findFirst().orElse(null);
      if (made == null) {
        violations.add(
            new Violation(
                "%s was told revision %d, which is not on the topic"
                    .formatted(change.name(), change.revision()),
                List.of(change)));
        continue;
      }
      int at = its.indexOf(made);
      long before = at == 0 ? 0 : its.get(at - 1).revision();
      if (before != change.expected()) {
        var shown = new ArrayList<Entry>(its.subList(Math.max(0, at - 1), at + 1));
        shown.add(change);
        violations.add(
            new Violation(
                "%s was changed on the condition of revision %d, and had %d"
                    .formatted(change.name(), change.expected(), before),
                shown));
      }
    }
    return new Verdict(checked, violations);
  }
}
