package dev.concordat.token.rules;

import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.tokens.UserClaims;
import dev.concordat.contracts.tokens.UserTokenClaims;
import dev.concordat.token.rules.TokenRules.Refusal;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * By which claims each partner is told of a user: a switch for each kind and for each partner,
 * because what the products resolve a user by isn't all known (trust reference, section 4).
 *
 * @param byKind for every partner of a kind; a kind that isn't there has the default
 * @param byPartner for single partners, by name; goes before the kind
 */
public record UserNaming(
    Map<PartnerKind, Set<UserClaim>> byKind, Map<String, Set<UserClaim>> byPartner) {

  /** As MS-XOAUTH and SharePoint's documentation have it; Skype for Business' is assumed. */
  public static final UserNaming DEFAULT = new UserNaming(Map.of(), Map.of());

  public UserNaming {
    byKind = Map.copyOf(byKind);
    byPartner = Map.copyOf(byPartner);
  }

  private Set<UserClaim> claimsFor(PartnerRegistered partner) {
    Set<UserClaim> own = byPartner.get(partner.name());
    return own != null ? own : byKind.getOrDefault(partner.kind(), defaultsOf(partner.kind()));
  }

  private static Set<UserClaim> defaultsOf(PartnerKind kind) {
    return switch (kind) {
      case EXCHANGE -> Set.of(UserClaim.NAMEID_UPN, UserClaim.SMTP, UserClaim.SIP);
      case SHAREPOINT -> Set.of(UserClaim.SID);
      case SKYPE, GENERIC, TOKEN_SERVER -> Set.of(UserClaim.SIP, UserClaim.SMTP, UserClaim.UPN);
    };
  }

  /** The claims that tell this partner of the user; one whose value isn't known is left out. */
  UserClaims claims(PartnerRegistered partner, User user) throws Refusal {
    Set<UserClaim> wanted = claimsFor(partner);
    String sid = wanted.contains(UserClaim.SID) ? user.sid() : null;
    String nameId =
        sid != null ? sid : given(wanted, UserClaim.NAMEID_UPN, user.userPrincipalName());
    var sip = user.sip();
    var claims =
        new UserClaims(
            nameId,
            sid == null ? null : UserTokenClaims.ACTIVE_DIRECTORY,
            given(wanted, UserClaim.UPN, user.userPrincipalName()),
            given(wanted, UserClaim.SMTP, user.smtpAddress()),
            given(wanted, UserClaim.SIP, sip == null ? null : sip.address()));
    if (!claims.namesUser()) {
      throw new Refusal(
          RefusalReason.USER_NOT_NAMEABLE,
          "'%s' (%s) is told of users by %s, and the request gives none of that. Give it (user_upn, user_smtp, user_sid), or change concordat.token.user-claims."
              .formatted(
                  partner.name(),
                  partner.kind().name().toLowerCase(Locale.ROOT),
                  wanted.stream()
                      .map(it -> it.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                      .sorted()
                      .toList()));
    }
    return claims;
  }

  private static @Nullable String given(
      Set<UserClaim> wanted, UserClaim claim, @Nullable String value) {
    return wanted.contains(claim) ? value : null;
  }
}
