package dev.concordat.simulator.ews;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How much each mailbox may still be asked: so many requests a minute, saved up for one minute at
 * most. Whoever has none left is told when the next is due ({@code BackOffMilliseconds}).
 */
final class Budget {

  private record Left(double requests, Instant at) {}

  private final int perMinute;
  private final Map<UUID, Left> left = new ConcurrentHashMap<>();

  Budget(int perMinute) {
    this.perMinute = perMinute;
  }

  /** Takes one request, or says how long to wait for one. */
  Duration take(UUID mailbox, Instant now) {
    if (perMinute == 0) {
      return Duration.ZERO;
    }
    double[] wait = {0};
    left.compute(
        mailbox,
        (_, last) -> {
          double there =
              last == null
                  ? perMinute
                  : Math.min(
                      perMinute,
                      last.requests()
                          + Duration.between(last.at(), now).toMillis() * perMinute / 60_000.0);
          if (there < 1) {
            wait[0] = (1 - there) * 60_000.0 / perMinute;
            return new Left(there, now);
          }
          return new Left(there - 1, now);
        });
    return Duration.ofMillis((long) Math.ceil(wait[0]));
  }
}
