package dev.concordat.token.keys;

import java.security.InvalidKeyException;
import java.time.Duration;
import java.time.Instant;

/** A throw-away key for trying things out: made once, never changed. */
final class DevelopmentKey implements KeySource {

  private static final Duration LIFE = Duration.ofDays(30);

  private final OfferedKeys made;

  DevelopmentKey(OfferedKeys made) {
    this.made = made;
  }

  /** A new self-signed key, and nothing else. */
  static OfferedKeys offered(Rs256 rs256, Instant now) {
    SelfSigned pair = SelfSigned.make("Concordat development key", now, LIFE);
    try {
      return new OfferedKeys(
          new SigningKey(pair.certificate(), pair.privateKey(), rs256), null, null, null);
    } catch (InvalidKeyException e) {
      throw new IllegalStateException("the signer takes what the JDK makes", e);
    }
  }

  @Override
  public OfferedKeys read(Instant now) {
    return made;
  }

  @Override
  public Object fingerprint() {
    return made.current().id();
  }
}
