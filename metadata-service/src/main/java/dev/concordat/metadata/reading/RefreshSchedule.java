package dev.concordat.metadata.reading;

import dev.concordat.contracts.events.MetadataRefreshed.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Decides when a document is read again. Readings are spread by chance, so that partners that were
 * registered together don't stay together.
 *
 * @param interval while all is well
 * @param shortest the least that a document's own cache rules may ask for
 * @param firstRetry the least between failures. A partner that has failed for some time is left
 *     alone for as long again, so that the pause doubles, also where another replica goes on
 * @param longestRetry the most between failures
 */
record RefreshSchedule(
    Duration interval, Duration shortest, Duration firstRetry, Duration longestRetry) {

  /** Within this time of the last certificate's end a document is read four times as often. */
  private static final Duration NEAR_END = Duration.ofDays(7);

  /**
   * @param failingFor since the first of the failures in a row
   * @param maxAge how long the document says that it holds
   * @param end when the last of its certificates ends
   * @param chance from 0 to 1
   */
  Instant next(
      Instant now,
      Outcome outcome,
      Duration failingFor,
      Optional<Duration> maxAge,
      Optional<Instant> end,
      double chance) {
    Duration pause =
        switch (outcome) {
          case UNREACHABLE, INVALID -> min(max(failingFor, firstRetry), longestRetry);
          case UNCHANGED, CHANGED, CONFLICT -> regular(now, maxAge, end);
        };
    long millis = pause.toMillis();
    // A document's own max-age is not cut short by chance, so it is spread one way only.
    boolean cut =
        maxAge.map(Duration::toMillis).filter(it -> it <= millis && it > millis * 0.8).isPresent();
    double spread = cut ? 1 + 0.2 * chance : 0.8 + 0.4 * chance;
    return now.plusMillis((long) (millis * spread));
  }

  /**
   * When a partner is read whose reading was due at a time when nobody did it. The share of many
   * that have piled up is spread by their names over a sixtieth of the interval, rather than read
   * in one burst.
   */
  Instant overdue(String name, Instant now) {
    return now.plusMillis(Math.floorMod(name.hashCode(), interval.toMillis() / 60 + 1));
  }

  private Duration regular(Instant now, Optional<Duration> maxAge, Optional<Instant> end) {
    Duration pause = maxAge.map(it -> min(max(it, shortest), interval)).orElse(interval);
    boolean nearEnd = end.isPresent() && end.get().isBefore(now.plus(NEAR_END));
    return nearEnd ? max(pause.dividedBy(4), min(shortest, pause)) : pause;
  }

  private static Duration min(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private static Duration max(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }
}
