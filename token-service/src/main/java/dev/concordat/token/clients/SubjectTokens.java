package dev.concordat.token.clients;

import dev.concordat.token.rules.TokenRequest.RequestedUser;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jspecify.annotations.Nullable;

/**
 * Users who prove themselves: their tokens of the OIDC issuer, exchanged for tokens that a partner
 * takes (RFC 8693). A user is named by the claims {@code upn} and {@code email}.
 */
@Singleton
public class SubjectTokens {

  private final OidcTokens oidcTokens;

  @Inject
  SubjectTokens(OidcTokens oidcTokens) {
    this.oidcTokens = oidcTokens;
  }

  /** Whose token this is. */
  public RequestedUser user(String token) throws UnprovedClient, UnverifiableClient {
    SecurityIdentity identity = oidcTokens.verify(token);
    if (identity.getPrincipal() instanceof JsonWebToken jwt) {
      String upn = text(jwt, "upn");
      String email = text(jwt, "email");
      if (upn != null || email != null) {
        return new RequestedUser(null, email, upn);
      }
    }
    throw new UnprovedClient("the subject token has neither upn nor email to name a user by");
  }

  private static @Nullable String text(JsonWebToken jwt, String claim) {
    return jwt.getClaim(claim) instanceof String value && !value.isBlank() ? value : null;
  }
}
