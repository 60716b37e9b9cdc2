package dev.concordat.token.rules;

import dev.concordat.contracts.names.AudienceName;
import dev.concordat.contracts.names.PrincipalName;
import dev.concordat.contracts.tokens.TimeForm;
import org.jspecify.annotations.Nullable;

/**
 * What an actor token says, apart from its times.
 *
 * @param issuer who signs
 * @param application who acts: the issuer itself where the token is self-issued
 * @param audience who is called
 * @param trustedForDelegation whether its holder may nest it in a user token; absent where the
 *     claim is left out
 * @param times how times are written: self-issued tokens have strings, the token server's numbers
 */
public record ActorTokenContent(
    PrincipalName issuer,
    PrincipalName application,
    AudienceName audience,
    @Nullable Boolean trustedForDelegation,
    TimeForm times) {

  /** The content of a token that we issue for ourselves; without delegation the claim is absent. */
  public static ActorTokenContent selfIssued(
      PrincipalName ours, AudienceName audience, boolean trustedForDelegation) {
    return new ActorTokenContent(
        ours, ours, audience, trustedForDelegation ? true : null, TimeForm.STRING);
  }

  /** Whether a token server vouches for the application, which it then names as such. */
  public boolean vouched() {
    return !issuer.equals(application);
  }
}
