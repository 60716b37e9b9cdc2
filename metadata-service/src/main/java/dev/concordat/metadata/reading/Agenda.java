package dev.concordat.metadata.reading;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Which partner is due when. A plan is not taken back, only overtaken by the next one. */
final class Agenda {

  private record Due(String name, Instant at, InstantSource clock) implements Delayed {
    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(Duration.between(clock.instant(), at));
    }

    @Override
    public int compareTo(Delayed other) {
      return at.compareTo(((Due) other).at);
    }
  }

  private final InstantSource clock;
  private final DelayQueue<Due> queue = new DelayQueue<>();
  private final Map<String, Instant> dueAt = new ConcurrentHashMap<>();

  Agenda(InstantSource clock) {
    this.clock = clock;
  }

  /** Plans a partner, instead of what was planned for it. */
  void plan(String name, Instant at) {
    dueAt.put(name, at);
    queue.add(new Due(name, at, clock));
  }

  /** Plans a partner unless it is due before. */
  void planNoLaterThan(String name, Instant at) {
    Instant planned = dueAt.get(name);
    if (planned == null || planned.isAfter(at)) {
      plan(name, at);
    }
  }

  void cancel(String name) {
    dueAt.remove(name);
  }

  void keepOnly(Predicate<String> names) {
    dueAt.keySet().removeIf(names.negate());
  }

  Optional<Instant> dueAt(String name) {
    return Optional.ofNullable(dueAt.get(name));
  }

  /** How many partners are planned. */
  int size() {
    return dueAt.size();
  }

  /** Waits for the next that is due; its plan is over then. */
  String take() throws InterruptedException {
    while (true) {
      Due due = queue.take();
      if (dueAt.remove(due.name, due.at)) {
        return due.name;
      }
    }
  }
}
