package dev.concordat.probe.schedule;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.zip.CRC32C;

/**
 * When a target's turn is. Each has a place of its own in the interval, by its name, so that many
 * are spread evenly, a target keeps its rhythm when another replica takes it over, and nothing
 * drifts. Each turn is later than its place by a little, another each time, so that no target
 * always meets the same job of its server's.
 */
final class ProbeSchedule {

  /** How much later than its place a turn may be, as a share of the interval. */
  private static final int JITTER_SHARE = 50;

  private static final long MOST_JITTER_MILLIS = 5_000;

  private ProbeSchedule() {}

  /** The first turn of a target after this moment. */
  static Instant next(String target, Duration interval, Instant after) {
    long length = interval.toMillis();
    long place = place(target, length);
    long round = Math.floorDiv(after.toEpochMilli() - place, length);
    long turn = turn(target, length, place, round);
    return Instant.ofEpochMilli(
        turn > after.toEpochMilli() ? turn : turn(target, length, place, round + 1));
  }

  private static long turn(String target, long length, long place, long round) {
    long most = Math.min(MOST_JITTER_MILLIS, length / JITTER_SHARE);
    return round * length + place + (long) (share(target + " " + round) * most);
  }

  /** Where in an interval of this length a target's turns begin. */
  static long place(String target, long length) {
    return (long) (share(target) * length);
  }

  /** A number from 0 to 1 that a text has. */
  private static double share(String text) {
    var checksum = new CRC32C();
    checksum.update(text.getBytes(StandardCharsets.UTF_8));
    // The checksum has 32 bits: scaled, not cut, so that every place can be taken.
    return checksum.getValue() / 4294967296.0;
  }
}
