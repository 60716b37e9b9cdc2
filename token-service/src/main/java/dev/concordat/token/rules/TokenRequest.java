package dev.concordat.token.rules;

import org.jspecify.annotations.Nullable;

/**
 * What a client asks for, as it was sent.
 *
 * @param partner the name of the partner that the token is for
 * @param resource the https URL about to be called, or {@code <application
 *     identifier>/<host>@<realm>}; absent means the host of the partner's metadata URL
 * @param user whom to act for; absent means the acting application itself
 */
public record TokenRequest(
    String partner, @Nullable String resource, @Nullable RequestedUser user) {

  /**
   * A user by every name that the client knows.
   *
   * @param sipAddress with or without {@code sip:}
   * @param smtpAddress the primary SMTP address
   * @param userPrincipalName the UPN
   */
  public record RequestedUser(
      String sipAddress, @Nullable String smtpAddress, @Nullable String userPrincipalName) {}
}
