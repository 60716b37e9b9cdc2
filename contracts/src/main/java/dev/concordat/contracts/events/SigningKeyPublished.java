package dev.concordat.contracts.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The public side of one of our signing keys.
 *
 * @param keyId base64url of the certificate's SHA-1, unpadded: the {@code x5t} of tokens it signs
 * @param certificate base64 DER, one line
 * @param phase what the key is used for now
 * @param publishedAt when this phase was announced
 * @param activeFrom when it starts to sign, where that is decided
 * @param taintedAt since when it must sign nothing more, although what it signed still counts;
 *     absent unless somebody said so
 * @param rollover the rollover to this key; absent where none was begun
 */
public record SigningKeyPublished(
    String keyId,
    String certificate,
    Phase phase,
    Instant publishedAt,
    @Nullable Instant activeFrom,
    @Nullable Instant taintedAt,
    @Nullable KeyRollover rollover)
    implements Event {

  /** A key without a rollover that nobody suspects. */
  public SigningKeyPublished(
      String keyId,
      String certificate,
      Phase phase,
      Instant publishedAt,
      @Nullable Instant activeFrom) {
    this(keyId, certificate, phase, publishedAt, activeFrom, null, null);
  }

  /** The same key in a phase that begins now. */
  public SigningKeyPublished in(Phase changed, Instant now) {
    return new SigningKeyPublished(
        keyId,
        certificate,
        changed,
        now,
        changed == Phase.CURRENT ? now : activeFrom,
        taintedAt,
        rollover);
  }

  /** The same key, which signs nothing more from now on. */
  public SigningKeyPublished tainted(Instant now) {
    return new SigningKeyPublished(
        keyId, certificate, phase, publishedAt, activeFrom, now, rollover);
  }

  /** The same key with the rollover to it as it stands now. */
  public SigningKeyPublished with(@Nullable KeyRollover changed) {
    return new SigningKeyPublished(
        keyId, certificate, phase, publishedAt, activeFrom, taintedAt, changed);
  }

  /** The phases of a signing key that others need to know. */
  public enum Phase {
    /** Published ahead of use. */
    @JsonProperty("next")
    NEXT,
    /** Signs. Exactly one key is in this phase. */
    @JsonProperty("current")
    CURRENT,
    /** Signs no longer; published until its last token has expired. */
    @JsonProperty("previous")
    PREVIOUS,
    /** Must be trusted no longer. */
    @JsonProperty("revoked")
    REVOKED
  }
}
