package dev.concordat.token.rules;

import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.tokens.UserClaims;
import org.jspecify.annotations.Nullable;

/** What {@link TokenRules} and {@link TokenServerRules} decide. */
public sealed interface Verdict {

  /**
   * The token may be signed.
   *
   * @param partner whom it is for
   * @param actor what the actor token says
   * @param acting whom a user token is to name; absent where the actor token itself was asked for
   */
  record Granted(PartnerRegistered partner, ActorTokenContent actor, @Nullable Acting acting)
      implements Verdict {}

  /**
   * The access token for a service of our own may be signed.
   *
   * @param partner the service
   * @param content what the token says
   */
  record GrantedAccess(PartnerRegistered partner, AccessTokenContent content) implements Verdict {}

  /**
   * The user of a user token.
   *
   * @param user whom it acts for
   * @param claims by which the partner is told
   */
  record Acting(User user, UserClaims claims) {}

  /**
   * No token.
   *
   * @param reason which rule refuses
   * @param detail a sentence for who asked: what is wrong, and what to do
   */
  record Refused(RefusalReason reason, String detail) implements Verdict {}
}
