package dev.concordat.messaging;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * Looks whether this machine's clock agrees with those of the other services: an event can't have
 * been written later than it is read. Tokens live by clocks, and partners refuse those that are not
 * valid yet or any more, so a difference is told before it is that large.
 *
 * <p>Only the service whose clock is behind can tell, and it can't tell whether its own is wrong or
 * the other's is. It therefore stays ready.
 */
final class ClockCheck {

  private static final Logger LOG = Logger.getLogger(ClockCheck.class);

  /** A tenth of what partners tolerate (5 minutes); machines that are synchronised differ by ms. */
  private static final Duration TOLERATED = Duration.ofSeconds(30);

  private record Behind(URI source, Duration by) {}

  private final InstantSource clock;
  private final Map<URI, Instant> fromTheFuture = new ConcurrentHashMap<>();

  ClockCheck(InstantSource clock) {
    this.clock = clock;
  }

  /** Looks at when an event was written. */
  void saw(Envelope envelope) {
    if (!envelope.time().isAfter(clock.instant().plus(TOLERATED))) {
      return;
    }
    boolean news = complaint().isEmpty();
    fromTheFuture.merge(envelope.source(), envelope.time(), (a, b) -> a.isAfter(b) ? a : b);
    if (news) {
      complaint().ifPresent(LOG::error);
    }
  }

  /** What is wrong, and what to do; nothing where nothing is. */
  Optional<String> complaint() {
    return worst()
        .map(
            it ->
                ("This machine's clock is %d s behind that of whoever runs %s, so one of them is"
                        + " wrong and partners will refuse tokens. Compare both with a time server:"
                        + " chronyc tracking, or timedatectl timesync-status, on their nodes")
                    .formatted(it.by.toSeconds(), it.source));
  }

  /** By how many seconds it is behind; 0 while that is within what is tolerated. */
  double secondsBehind() {
    return worst().map(it -> (double) it.by.toSeconds()).orElse(0.0);
  }

  private Optional<Behind> worst() {
    Instant now = clock.instant();
    return fromTheFuture.entrySet().stream()
        .map(it -> new Behind(it.getKey(), Duration.between(now, it.getValue())))
        .filter(it -> it.by.compareTo(TOLERATED) > 0)
        .max((a, b) -> a.by.compareTo(b.by));
  }
}
