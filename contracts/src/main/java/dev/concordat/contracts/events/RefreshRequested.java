package dev.concordat.contracts.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A service met something of a partner's that the document in use does not explain: its document
 * should be read now. Whoever asks and whoever reads limit how often, because a stranger can cause
 * both.
 *
 * @param partner the partner's name
 * @param reason what was met
 * @param keyId the key id that is not known, where that is the reason
 * @param issuer the issuer that was named, where there was one
 * @param requestedBy the service that asks
 * @param requestedAt when
 */
public record RefreshRequested(
    String partner,
    Reason reason,
    @Nullable String keyId,
    @Nullable String issuer,
    String requestedBy,
    Instant requestedAt)
    implements Event {

  /** What can make a document look old. */
  public enum Reason {
    /** A token of this issuer is signed by a key that its document does not have. */
    @JsonProperty("unknown-key")
    UNKNOWN_KEY,
    /** A refusal's challenge names another application identifier, realm or issuer. */
    @JsonProperty("challenge")
    CHALLENGE
  }
}
