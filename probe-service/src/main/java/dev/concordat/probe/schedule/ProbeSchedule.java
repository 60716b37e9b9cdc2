package dev.concordat.probe.schedule;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.zip.CRC32C;

/**
 * When a target's turn is. Each has a place of its own in the interval, by its name, so that many
 * are spread evenly, a target keeps its rhythm when another replica takes it over, and what was
 * missed while nobody probed is not caught up with.
 */
final class ProbeSchedule {

  private ProbeSchedule() {}

  /** The first turn of a target after this moment. */
  static Instant next(String target, Duration interval, Instant after) {
    long length = interval.toMillis();
    long place = place(target, length);
    long behind = Math.floorMod(after.toEpochMilli() - place, length);
    return Instant.ofEpochMilli(after.toEpochMilli() - behind + length);
  }

  /** Where in an interval of this length a target's turn is. */
  static long place(String target, long length) {
    var checksum = new CRC32C();
    checksum.update(target.getBytes(StandardCharsets.UTF_8));
    // The checksum has 32 bits: scaled, not cut, so that every place can be taken.
    return (long) ((checksum.getValue() / 4294967296.0) * length);
  }
}
