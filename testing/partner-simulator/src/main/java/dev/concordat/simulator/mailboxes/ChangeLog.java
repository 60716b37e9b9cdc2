package dev.concordat.simulator.mailboxes;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** What happened in a mailbox lately. Its mailbox guards it. */
public final class ChangeLog {

  private static final int MOST = 10_000;

  private final Deque<Change> changes = new ArrayDeque<>(0);
  private long forgotten;

  void add(Change change) {
    changes.addLast(change);
    if (changes.size() > MOST) {
      forgotten = changes.removeFirst().number();
    }
  }

  /** Whether all that came after a change is still known. */
  public boolean reachesBackTo(long change) {
    return change >= forgotten;
  }

  /** What came after a change, in order. */
  public List<Change> after(long change) {
    // Most ask for what is new, and that stands at the end.
    var newer = new java.util.ArrayList<Change>();
    for (var all = changes.descendingIterator(); all.hasNext(); ) {
      Change one = all.next();
      if (one.number() <= change) {
        break;
      }
      newer.add(one);
    }
    return newer.reversed();
  }
}
