package dev.concordat.token.signing;

import dev.concordat.contracts.tokens.UserTokenClaims;
import dev.concordat.token.rules.User;

/** User tokens: an unsigned token that names the user, around the actor token that vouches. */
public final class UserTokens {

  private UserTokens() {}

  /**
   * The token for a user, by the claims that Exchange resolves a user by. Skype for Business takes
   * the same ones (assumed).
   *
   * @param actor the actor token, trusted for delegation
   * @param user whom it is to name
   */
  public static String around(SignedActorToken actor, User user) {
    var claims =
        UserTokenClaims.forExchange(user.userPrincipalName(), user.smtpAddress(), user.sip());
    return UserTokenClaims.around(actor.claims(), claims, actor.token()).token();
  }
}
