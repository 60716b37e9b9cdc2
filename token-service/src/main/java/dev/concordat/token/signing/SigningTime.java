package dev.concordat.token.signing;

import jakarta.inject.Singleton;
import java.time.Duration;

/**
 * How long a signature takes at present, by the clock on the wall: whatever else keeps the
 * processor is in it. It tells how long one waits for those before it.
 */
@Singleton
public class SigningTime {

  /** Each signature counts for so much of the mean: a slow one among fast ones for little. */
  private static final int WEIGHT = 32;

  private volatile long nanos;

  /** Notes one signature, in nanoseconds; that two at once may count as one does no harm. */
  public void took(long signature) {
    long before = nanos;
    nanos = before == 0 ? signature : before + (signature - before) / WEIGHT;
  }

  /** How many signatures, one after the other, take this long; as many as can be before any. */
  public int within(Duration time) {
    long each = nanos;
    return each <= 0 ? Integer.MAX_VALUE : (int) Math.min(time.toNanos() / each, Integer.MAX_VALUE);
  }
}
