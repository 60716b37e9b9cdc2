package dev.concordat.token.signing;

import dev.concordat.contracts.tokens.AccessTokenClaims;
import dev.concordat.token.rules.TokenTimes;
import java.util.List;

/**
 * An access token for a service of our own.
 *
 * @param token the JWT, which says all the rest: two with the same one are equal
 * @param claims what it says
 * @param keyId the key that signed it
 */
public record SignedAccessToken(String token, AccessTokenClaims claims, String keyId)
    implements SignedToken {

  @Override
  public TokenTimes times() {
    return new TokenTimes(claims.notBefore(), claims.expiry());
  }

  @Override
  public String audience() {
    return claims.audience();
  }

  /** What it permits. */
  public List<String> scopes() {
    return claims.scopes();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SignedAccessToken that && token.equals(that.token);
  }

  @Override
  public int hashCode() {
    return token.hashCode();
  }

  @Override
  public String toString() {
    return "SignedAccessToken[%s, keyId=%s]".formatted(claims, keyId);
  }
}
