package dev.concordat.contracts.events;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How far a partner application is trusted: the cmdlets' {@code ApplicationTrustLevel}. */
public enum TrustLevel {
  /** As itself, and for any user of its realm by its own signature. */
  @JsonProperty("full")
  FULL,
  /** As itself; for a user only with a token server's consent. */
  @JsonProperty("application")
  APPLICATION,
  /** For a user with a token server's consent; never as itself. */
  @JsonProperty("user")
  USER
}
