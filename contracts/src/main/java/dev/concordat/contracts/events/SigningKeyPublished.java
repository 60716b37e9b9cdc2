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
 */
public record SigningKeyPublished(
    String keyId,
    String certificate,
    Phase phase,
    Instant publishedAt,
    @Nullable Instant activeFrom)
    implements Event {

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
