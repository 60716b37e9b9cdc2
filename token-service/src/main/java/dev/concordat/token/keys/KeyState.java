package dev.concordat.token.keys;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The slots that a signing key passes through, in this order; the last two are for emergencies. */
public enum KeyState {
  /** In the ring, and nobody was told of it yet. */
  @JsonProperty("prepared")
  PREPARED,
  /** In our document, so that partners can learn it; signs nothing but rehearsals. */
  @JsonProperty("published")
  PUBLISHED,
  /** Signs. Exactly one key does. */
  @JsonProperty("active")
  ACTIVE,
  /** Signs no more; stays in our document until the last token that it signed has expired. */
  @JsonProperty("retiring")
  RETIRING,
  /** Out of our document: no token that it signed is valid any more. */
  @JsonProperty("pruned")
  PRUNED,
  /** Suspected: signs nothing more, although what it signed still counts. */
  @JsonProperty("tainted")
  TAINTED,
  /** Lost: out of our document, and every token that it signed is refused. */
  @JsonProperty("revoked")
  REVOKED
}
