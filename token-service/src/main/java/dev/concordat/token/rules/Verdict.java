package dev.concordat.token.rules;

import dev.concordat.contracts.events.PartnerRegistered;
import org.jspecify.annotations.Nullable;

/** What {@link TokenRules} decides. */
public sealed interface Verdict {

  /**
   * The token may be signed.
   *
   * @param partner whom it is for
   * @param actor what the actor token says
   * @param user whom a user token is to name; absent where the actor token itself was asked for
   */
  record Granted(PartnerRegistered partner, ActorTokenContent actor, @Nullable User user)
      implements Verdict {}

  /**
   * No token.
   *
   * @param reason which rule refuses
   * @param detail a sentence for who asked: what is wrong, and what to do
   */
  record Refused(RefusalReason reason, String detail) implements Verdict {}
}
