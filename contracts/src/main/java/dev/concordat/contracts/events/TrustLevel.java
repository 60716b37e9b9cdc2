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
  USER;

  /**
   * Whether an application of this level may act so (setup.md 4, "Rights": Skype for Business'
   * levels, which are ours).
   *
   * @param forUser whether it acts for a user rather than as itself
   * @param consented whether a token server says so rather than the application's own signature
   */
  public boolean permits(boolean forUser, boolean consented) {
    return switch (this) {
      case FULL -> true;
      case APPLICATION -> !forUser || consented;
      case USER -> forUser && consented;
    };
  }
}
