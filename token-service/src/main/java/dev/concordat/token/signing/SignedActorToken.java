package dev.concordat.token.signing;

import dev.concordat.contracts.tokens.ActorTokenClaims;
import dev.concordat.token.rules.TokenTimes;

/**
 * An actor token.
 *
 * @param token the JWT, which says all the rest: two with the same one are equal
 * @param claims what it says
 * @param keyId the key that signed it
 */
public record SignedActorToken(String token, ActorTokenClaims claims, String keyId)
    implements SignedToken {

  @Override
  public TokenTimes times() {
    return new TokenTimes(claims.notBefore(), claims.expiry());
  }

  @Override
  public String audience() {
    return claims.audience().toString();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SignedActorToken that && token.equals(that.token);
  }

  @Override
  public int hashCode() {
    return token.hashCode();
  }

  @Override
  public String toString() {
    return "SignedActorToken[audience=%s, keyId=%s, expires=%s]"
        .formatted(claims.audience(), keyId, claims.expiry());
  }
}
