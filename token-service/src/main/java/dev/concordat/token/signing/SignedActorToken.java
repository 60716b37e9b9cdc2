package dev.concordat.token.signing;

import dev.concordat.contracts.tokens.ActorTokenClaims;
import dev.concordat.token.rules.TokenTimes;

/**
 * An actor token. What it prints is all but the token.
 *
 * @param token the JWT
 * @param claims what it says
 * @param keyId the key that signed it
 */
public record SignedActorToken(String token, ActorTokenClaims claims, String keyId) {

  /** When it is valid. */
  public TokenTimes times() {
    return new TokenTimes(claims.notBefore(), claims.expiry());
  }

  @Override
  public String toString() {
    return "SignedActorToken[audience=%s, keyId=%s, expires=%s]"
        .formatted(claims.audience(), keyId, claims.expiry());
  }
}
