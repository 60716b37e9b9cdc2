package dev.concordat.chaos;

import dev.concordat.chaos.Entry.FaultBegan;
import dev.concordat.chaos.Entry.FaultEnded;
import dev.concordat.chaos.Entry.Ready;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A replica's time of trouble: from a fault of its own until it is ready again. Whatever else is
 * away meanwhile, the replica is spared.
 */
record Away(String replica, long from, long until) {

  /** All of a history. */
  static List<Away> in(List<Entry> history) {
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
      away.add(new Away(node, began.at(), ready));
    }
    return away;
  }

  /** Whether a request of this time to this replica falls into it. */
  boolean covers(String asked, long from, long until) {
    return replica.equals(asked) && this.from <= until && from <= this.until;
  }

  /** An answer that should not be, and before it the fault that had begun last. */
  static List<Entry> shown(List<Entry> history, Entry answer) {
    return Stream.concat(
            history.stream()
                .filter(it -> it instanceof FaultBegan && it.at() <= answer.at())
                .reduce((_, later) -> later)
                .stream(),
            Stream.of(answer))
        .toList();
  }
}
