package dev.concordat.chaos;

import dev.concordat.chaos.Entry.PartnerRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The revisions on the partners topic count from one, in the order of the records. */
final class RevisionsWithoutGap implements Invariant {

  @Override
  public String sentence() {
    return "revisions have no gap and come in order";
  }

  @Override
  public Verdict judge(List<Entry> history) {
    List<PartnerRecord> records =
        Invariant.of(PartnerRecord.class, history).stream()
            .sorted(Comparator.comparingLong(PartnerRecord::offset))
            .toList();
    var violations = new ArrayList<Violation>();
    for (int i = 0; i < records.size(); i++) {
      long before = i == 0 ? 0 : records.get(i - 1).revision();
      if (records.get(i).revision() != before + 1) {
        violations.add(
            new Violation(
                "after revision %d comes %d".formatted(before, records.get(i).revision()),
                List.copyOf(records.subList(Math.max(0, i - 1), i + 1))));
      }
    }
    return new Verdict(records.size(), violations);
  }
}
