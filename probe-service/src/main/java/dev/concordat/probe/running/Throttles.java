package dev.concordat.probe.running;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/**
 * What partners bear: how many probes at once by schedule, and when they want to be left alone
 * ({@code Retry-After}, {@code BackOffMilliseconds}).
 */
public final class Throttles {

  /** Longer than this nobody is left alone, whatever he asks for (ews.md 9). */
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

  private final int atOnce;
  private final InstantSource clock;
  private final Map<String, Semaphore> places = new ConcurrentHashMap<>();
  private final Map<String, Instant> pauses = new ConcurrentHashMap<>();

  /**
   * @param atOnce how many scheduled probes may run at one partner at the same time
   */
  public Throttles(int atOnce, InstantSource clock) {
    this.atOnce = atOnce;
    this.clock = clock;
  }

  /** The places for scheduled probes of a partner. */
  Semaphore places(String partner) {
    return places.computeIfAbsent(partner, _ -> new Semaphore(atOnce, true));
  }

  /**
   * Notes that a partner wants to be left alone.
   *
   * @return for how long it will be
   */
  Duration pause(String partner, Duration asked) {
    Duration pause = asked.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : asked;
    pauses.merge(
        partner, clock.instant().plus(pause), (one, other) -> one.isAfter(other) ? one : other);
    return pause;
  }

  /** Until when a partner wants to be left alone, if it does. */
  public Optional<Instant> pausedUntil(String partner) {
    Instant until = pauses.get(partner);
    if (until == null) {
      return Optional.empty();
    }
    if (until.isAfter(clock.instant())) {
      return Optional.of(until);
    }
    pauses.remove(partner, until);
    return Optional.empty();
  }
}
