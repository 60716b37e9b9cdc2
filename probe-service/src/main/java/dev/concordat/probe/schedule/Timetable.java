package dev.concordat.probe.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.Function;

/**
 * Whose turn it is. Each plan has one turn at a time, so that what was missed while nobody probed
 * is caught up with once; and turns are given out at no more than twice the mean rate, so that
 * catching up is no burst. Knows no clock and no thread: whoever asks says what time it is.
 */
final class Timetable {

  private static final double PACE = 2;
  private static final double LEAST_AT_ONCE = 8;

  /** Of how long a quiet time's turns may come at once, after it. */
  private static final double SAVED_SECONDS = 0.1;

  /**
   * A plan's turn.
   *
   * @param first whether it is the extra one of a target that has just become probeable
   */
  record Turn(Plan plan, Instant at, boolean first) {}

  private final PriorityQueue<Turn> queue = new PriorityQueue<>(Comparator.comparing(Turn::at));
  private final Map<Plan, Instant> regular = new HashMap<>();
  private double perSecond;
  private double allowed = LEAST_AT_ONCE;
  private Instant allowedAt = Instant.MIN;

  /**
   * Makes new plans: what stays as it was keeps its turn.
   *
   * @param firstTurn an earlier turn than the regular one, for what has just become probeable
   */
  void replan(Collection<Plan> plans, Instant now, Function<Plan, Optional<Instant>> firstTurn) {
    var before = Map.copyOf(regular);
    queue.clear();
    regular.clear();
    perSecond = 0;
    for (Plan plan : plans) {
      Instant at = before.getOrDefault(plan, null);
      Instant turn = at != null ? at : ProbeSchedule.next(plan.name(), plan.interval(), now);
      if (regular.putIfAbsent(plan, turn) != null) {
        continue;
      }
      perSecond += 1000.0 / plan.interval().toMillis();
      Optional<Instant> early =
          firstTurn.apply(plan).filter(it -> it.isAfter(now) && it.isBefore(turn));
      queue.add(new Turn(plan, early.orElse(turn), early.isPresent()));
    }
  }

  /** How many plans there are. */
  int size() {
    return regular.size();
  }

  /** The turns that begin now, at most as many as the pace allows; their next ones are set. */
  List<Turn> due(Instant now) {
    allow(now);
    var due = new ArrayList<Turn>();
    while (allowed >= 1 && !queue.isEmpty() && !queue.peek().at().isAfter(now)) {
      Turn turn = queue.remove();
      allowed--;
      due.add(turn);
      // Whoever is late is not probed again at once: the next turn is half an interval away.
      Instant next =
          ProbeSchedule.next(
              turn.plan().name(),
              turn.plan().interval(),
              now.plus(turn.plan().interval().dividedBy(2)));
      regular.put(turn.plan(), next);
      queue.add(new Turn(turn.plan(), next, false));
    }
    return due;
  }

  /** How long nothing is due; empty if there is no plan. */
  Optional<Duration> pause(Instant now) {
    if (queue.isEmpty()) {
      return Optional.empty();
    }
    Duration untilTurn = Duration.between(now, queue.peek().at());
    allow(now);
    Duration untilAllowed =
        allowed >= 1
            ? Duration.ZERO
            : Duration.ofMillis((long) (1000 * (1 - allowed) / rate()) + 1);
    Duration pause = untilTurn.compareTo(untilAllowed) > 0 ? untilTurn : untilAllowed;
    return Optional.of(pause.isNegative() ? Duration.ZERO : pause);
  }

  private double rate() {
    return Math.max(1, PACE * perSecond);
  }

  private void allow(Instant now) {
    double most = Math.max(LEAST_AT_ONCE, rate() * SAVED_SECONDS);
    if (allowedAt.equals(Instant.MIN)) {
      allowed = most;
    } else if (now.isAfter(allowedAt)) {
      double since = Duration.between(allowedAt, now).toMillis() / 1000.0;
      allowed = Math.min(most, allowed + since * rate());
    }
    allowedAt = now;
  }
}
