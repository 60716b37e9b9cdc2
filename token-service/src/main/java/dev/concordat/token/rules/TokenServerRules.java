package dev.concordat.token.rules;

import dev.concordat.contracts.events.MetadataRefreshed;
import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.TrustLevel;
import dev.concordat.contracts.names.AudienceName;
import dev.concordat.contracts.names.PrincipalName;
import dev.concordat.contracts.tokens.TimeForm;
import dev.concordat.token.rules.TokenRules.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether our token server vouches for an application to a partner, and what the token says
 * (trust reference, section 6). Unlike in {@link TokenRules}, the token names the application that
 * asked, and what it may do for users is the partner's to say: the token server's word is the
 * consent that the trust levels {@code application} and {@code user} ask for.
 */
public final class TokenServerRules {

  private TokenServerRules() {}

  /**
   * Decides one request.
   *
   * @param request what is asked for; never for a user
   * @param client the application that asks
   * @param application its name
   * @param partner the registration under the requested name; absent where there is none
   * @param reading the latest reading of the partner's metadata document, if any
   * @param tokenServer the name that the token server issues under
   */
  public static Verdict decide(
      TokenRequest request,
      Client.Workload client,
      PrincipalName application,
      @Nullable PartnerRegistered partner,
      @Nullable MetadataRefreshed reading,
      PrincipalName tokenServer) {
    try {
      TokenRules.requireAllowed(client, request.partner(), null);
      PartnerRegistered known = TokenRules.requireUsable(request.partner(), partner);
      if (client.registration().trustLevel() == TrustLevel.USER) {
        throw new Refusal(
            RefusalReason.TRUST_LEVEL,
            "'%s' has the trust level user: it may act for users only, never as itself."
                .formatted(client.name()));
      }
      PrincipalName theirs = PartnerIdentity.of(known, reading).lowerCase();
      AudienceName audience = TokenRules.audience(theirs, known, request.resource());
      boolean delegation =
          known.kind() != PartnerKind.SHAREPOINT
              && TokenRules.mayActForAnyone(client, known.name());
      return new Verdict.Granted(
          known,
          new ActorTokenContent(
              tokenServer, application.lowerCase(), audience, delegation, TimeForm.NUMBER),
          null);
    } catch (Refusal refusal) {
      return new Verdict.Refused(refusal.reason(), refusal.detail());
    }
  }
}
