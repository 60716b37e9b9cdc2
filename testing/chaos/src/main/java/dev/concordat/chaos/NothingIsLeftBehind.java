package dev.concordat.chaos;

import dev.concordat.chaos.Entry.LookedInto;
import java.util.List;

/**
 * At the end no mailbox has an item that a probe made: a later run has cleaned up after a killed
 * one.
 */
final class NothingIsLeftBehind implements Invariant {

  @Override
  public String sentence() {
    return "no probe leaves an item behind";
  }

  @Override
  public Verdict judge(List<Entry> history) {
    List<LookedInto> looked = Invariant.of(LookedInto.class, history);
    return new Verdict(
        looked.size(),
        looked.stream()
            .filter(it -> it.items() > 0)
            .map(
                it ->
                    new Violation(
                        "%s has %d items of probes".formatted(it.sipAddress(), it.items()),
                        List.<Entry>of(it)))
            .toList());
  }
}
