package dev.concordat.token.rules;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a client asks for, as it was sent.
 *
 * @param partner the name of the partner that the token is for
 * @param resource the https URL about to be called, or {@code <application
 *     identifier>/<host>@<realm>}; absent means the host of the partner's metadata URL
 * @param user whom to act for; absent means the acting application itself
 * @param signingKey the id of the key that must sign; absent means the one that signs everything
 * @param scopes what the token is to permit at a service of our own; empty means all that the
 *     client may do there. Partners' server-to-server tokens have none
 */
public record TokenRequest(
    String partner,
    @Nullable String resource,
    @Nullable RequestedUser user,
    @Nullable String signingKey,
    List<String> scopes) {

  public TokenRequest {
    scopes = List.copyOf(scopes);
  }

  /** A request for a token by the key that signs everything. */
  public TokenRequest(String partner, @Nullable String resource, @Nullable RequestedUser user) {
    this(partner, resource, user, null, List.of());
  }

  /**
   * A user by every name that the client knows, at least one.
   *
   * @param sipAddress with or without {@code sip:}
   * @param smtpAddress the primary SMTP address
   * @param userPrincipalName the UPN
   * @param sid the security identifier
   */
  public record RequestedUser(
      @Nullable String sipAddress,
      @Nullable String smtpAddress,
      @Nullable String userPrincipalName,
      @Nullable String sid) {

    /** A user by names of the form of an address. */
    public RequestedUser(
        @Nullable String sipAddress,
        @Nullable String smtpAddress,
        @Nullable String userPrincipalName) {
      this(sipAddress, smtpAddress, userPrincipalName, null);
    }
  }
}
