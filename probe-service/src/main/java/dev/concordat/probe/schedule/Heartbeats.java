package dev.concordat.probe.schedule;

import dev.concordat.probe.results.RecentResults.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * Which scheduled targets have given no result for too long, whatever kept it from coming: a result
 * that never came raises no alarm by itself.
 */
final class Heartbeats {

  private record Expected(Duration interval, Instant since) {}

  private final Duration patience;
  private final Map<Target, Expected> expected = new HashMap<>();

  /**
   * @param patience beyond two intervals: as long as a probe may take
   */
  Heartbeats(Duration patience) {
    this.patience = patience;
  }

  /** These are expected from now on, and no others. */
  synchronized void expect(Collection<Plan> plans, Instant now) {
    var before = Map.copyOf(expected);
    expected.clear();
    for (Plan plan : plans) {
      Expected had = before.get(plan.target());
      expected.put(plan.target(), new Expected(plan.interval(), had == null ? now : had.since));
    }
  }

  /** A result came, or its absence is meant: the wait begins anew. */
  synchronized void beat(Target target, Instant now) {
    expected.computeIfPresent(target, (_, it) -> new Expected(it.interval, now));
  }

  /** How many targets are overdue, of each partner that has any targets. */
  synchronized Map<String, Long> overdue(Instant now) {
    var overdue = new HashMap<String, Long>();
    expected.forEach(
        (target, it) -> {
          Instant last = it.since.plus(it.interval.multipliedBy(2)).plus(patience);
          overdue.merge(target.partner(), last.isBefore(now) ? 1L : 0L, Long::sum);
        });
    return overdue;
  }
}
