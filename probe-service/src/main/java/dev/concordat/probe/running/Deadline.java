package dev.concordat.probe.running;

import java.time.Duration;

/** A point in time that work must have ended by, on the clock that only goes forward. */
final class Deadline {

  private final long end;

  private Deadline(long end) {
    this.end = end;
  }

  static Deadline in(Duration time) {
    return new Deadline(System.nanoTime() + time.toNanos());
  }

  /** What is left; zero or less when it has passed. */
  Duration left() {
    return Duration.ofNanos(end - System.nanoTime());
  }

  boolean passed() {
    return !left().isPositive();
  }
}
