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

/**
 * Which partner is due when: by its schedule, and besides because somebody asked. What was asked
 * for stays until it is taken, whatever becomes of the schedule meanwhile: a reading that began
 * before the request plans the next one when it ends, and must not take the request with it.
 */
final class Agenda {

  /** Why a partner is due. */
  enum Cause {
    SCHEDULE,
    REQUEST
  }

  /** A partner that is due. A plan is not taken out of the queue, only overtaken by the next. */
  record Due(String name, Instant at, Cause cause, InstantSource clock) implements Delayed {
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
  private final Map<String, Instant> scheduled = new ConcurrentHashMap<>();
  private final Map<String, Instant> requested = new ConcurrentHashMap<>();

  Agenda(InstantSource clock) {
    this.clock = clock;
  }

  /** Plans a partner by its schedule, instead of what its schedule was. */
  void plan(String name, Instant at) {
    scheduled.put(name, at);
    queue.add(new Due(name, at, Cause.SCHEDULE, clock));
  }

  /** Plans a partner because somebody asked, unless that is planned for no later already. */
  synchronized void request(String name, Instant at) {
    Instant before = requested.get(name);
    if (before == null || before.isAfter(at)) {
      requested.put(name, at);
      queue.add(new Due(name, at, Cause.REQUEST, clock));
    }
  }

  /** Forgets a partner. */
  void cancel(String name) {
    scheduled.remove(name);
    requested.remove(name);
  }

  /** Ends the schedule of all others; what was asked for here is still done here. */
  void keepSchedules(Predicate<String> names) {
    scheduled.keySet().removeIf(names.negate());
  }

  /** When a partner is due by its schedule. */
  Optional<Instant> scheduledAt(String name) {
    return Optional.ofNullable(scheduled.get(name));
  }

  /** How many partners have a schedule. */
  int size() {
    return scheduled.size();
  }

  /** Waits for the next that is due; that plan is over then. */
  Due take() throws InterruptedException {
    while (true) {
      Due due = queue.take();
      Map<String, Instant> plans = due.cause == Cause.REQUEST ? requested : scheduled;
      if (plans.remove(due.name, due.at)) {
        return due;
      }
    }
  }
}
