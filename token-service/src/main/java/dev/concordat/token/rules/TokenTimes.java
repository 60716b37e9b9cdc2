package dev.concordat.token.rules;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * When a token is valid, in whole seconds.
 *
 * @param notBefore its first second
 * @param expires the second at which it ends
 */
public record TokenTimes(Instant notBefore, Instant expires) {

  /** The shortest life of a token. */
  public static final Duration SHORTEST = Duration.ofMinutes(5);

  /** The longest life: validators refuse more. */
  public static final Duration LONGEST = Duration.ofHours(24);

  /** How far {@code nbf} lies back, for partners whose clock is behind (assumed to be enough). */
  public static final Duration BACKDATED = Duration.ofSeconds(60);

  /** How long before its end a token is used no longer. */
  public static final Duration RENEWED_BEFORE_END = Duration.ofMinutes(5);

  /** The times of a token that is signed now; its whole life, from {@code nbf} on, is as given. */
  public static TokenTimes from(Instant now, Duration lifetime) {
    Instant notBefore = now.truncatedTo(ChronoUnit.SECONDS).minus(BACKDATED);
    return new TokenTimes(notBefore, notBefore.plus(lifetime));
  }

  /** Whether a token with these times is so near its end that the next one should be made. */
  public boolean renewableAt(Instant now) {
    Duration ahead = Duration.between(notBefore, expires).dividedBy(8);
    return !now.isBefore(expires.minus(RENEWED_BEFORE_END).minus(ahead));
  }

  /** Whether a token with these times may still be handed out. */
  public boolean reusableAt(Instant now) {
    return !now.isBefore(notBefore) && now.isBefore(expires.minus(RENEWED_BEFORE_END));
  }
}
