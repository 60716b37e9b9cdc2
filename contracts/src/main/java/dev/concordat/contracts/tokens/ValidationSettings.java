package dev.concordat.contracts.tokens;

import dev.concordat.contracts.names.RealmComparison;
import java.time.Duration;

/**
 * The switches of a validation.
 *
 * @param clockSkew how far the sender's clock may be off; 5 minutes by default
 * @param longestLifetime the longest time between {@code nbf} and {@code exp}; 24 hours by default.
 *     A limit of ours: what the products accept isn't known
 * @param realmComparison how application identifiers and realms are compared
 * @param keyWithoutX5t whether a token that names no key is tried with each of its issuer's keys;
 *     on by default
 * @param outerSignature what is done with a signed outer token
 */
public record ValidationSettings(
    Duration clockSkew,
    Duration longestLifetime,
    RealmComparison realmComparison,
    boolean keyWithoutX5t,
    S2SToken.OuterSignature outerSignature) {

  /** Five minutes, 24 hours, ordinal, tried with each key, refused. */
  public static final ValidationSettings DEFAULT =
      new ValidationSettings(
          Duration.ofMinutes(5),
          Duration.ofHours(24),
          RealmComparison.ORDINAL,
          true,
          S2SToken.OuterSignature.REFUSED);
}
