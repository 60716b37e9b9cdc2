package dev.concordat.token.signing;

import dev.concordat.contracts.tokens.UserClaims;
import dev.concordat.contracts.tokens.UserTokenClaims;

/** User tokens: an unsigned token that names the user, around the actor token that vouches. */
public final class UserTokens {

  private UserTokens() {}

  /**
   * The token for a user.
   *
   * @param actor the actor token, trusted for delegation
   * @param user the claims by which the partner is told of the user
   */
  public static String around(SignedActorToken actor, UserClaims user) {
    return UserTokenClaims.around(actor.claims(), user, actor.token()).token();
  }
}
