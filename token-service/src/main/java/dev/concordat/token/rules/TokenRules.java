package dev.concordat.token.rules;

import dev.concordat.contracts.events.MayRequest;
import dev.concordat.contracts.events.MetadataRefreshed;
import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.Trust;
import dev.concordat.contracts.events.TrustLevel;
import dev.concordat.contracts.names.AudienceName;
import dev.concordat.contracts.names.MalformedName;
import dev.concordat.contracts.names.PrincipalName;
import dev.concordat.contracts.names.SipAddress;
import dev.concordat.token.rules.TokenRequest.RequestedUser;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a token may be signed, and what it says.
 *
 * <p>The order of the rules is part of the decision: what a client may ask for comes before
 * anything that would tell it about a partner.
 */
public final class TokenRules {

  /** An address of the form that SMTP addresses and UPNs have; at most 254 characters. */
  private static final Pattern ADDRESS =
      Pattern.compile(
          "(?=.{3,254}$)[a-z0-9!#$%&'*+/=?^_`{|}~.-]+@[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?");

  private TokenRules() {}

  /**
   * Decides one request.
   *
   * @param request what is asked for
   * @param client who asks
   * @param partner the registration under the requested name; absent where there is none, or it was
   *     removed
   * @param reading the latest reading of the partner's metadata document, if any
   * @param ours the name that we sign under
   */
  public static Verdict decide(
      TokenRequest request,
      Client client,
      @Nullable PartnerRegistered partner,
      @Nullable MetadataRefreshed reading,
      PrincipalName ours) {
    try {
      User user = request.user() == null ? null : wellFormed(request.user());
      requireAllowed(client, request.partner(), user);
      PartnerRegistered known = requireUsable(request.partner(), partner);
      requireTrust(client, known, user);
      if (request.signingKey() != null) {
        requireMayChooseKey(client, known.name());
      }
      if (user != null && known.kind() == PartnerKind.SHAREPOINT) {
        throw new Refusal(
            RefusalReason.USER_NOT_NAMEABLE,
            "'%s' is a SharePoint: it knows users by their SID, which can't be asked for by a SIP address."
                .formatted(known.name()));
      }
      PrincipalName theirs = identity(known, reading);
      AudienceName audience = audience(theirs, known, request.resource());
      boolean delegation = user != null || carriesDelegation(client, known);
      return new Verdict.Granted(known, new ActorTokenContent(ours, audience, delegation), user);
    } catch (Refusal refusal) {
      return new Verdict.Refused(refusal.reason, refusal.detail);
    }
  }

  /**
   * Who the partner is: what was registered, and for what was not, its last good metadata document.
   */
  static PrincipalName identity(PartnerRegistered partner, @Nullable MetadataRefreshed reading)
      throws Refusal {
    var document = reading == null ? null : reading.document();
    Optional<PrincipalName> issuer =
        document == null ? Optional.empty() : PrincipalName.tryParse(document.issuer());
    if (document == null
        && reading != null
        && reading.outcome() == MetadataRefreshed.Outcome.CONFLICT) {
      throw new Refusal(
          RefusalReason.IDENTITY_CONFLICT,
          "The metadata document of '%1$s' has another identity than what was registered. Compare both, then accept it (concordat partner accept %1$s) or mend the registration."
              .formatted(partner.name()));
    }
    String applicationIdentifier =
        known(partner.applicationIdentifier(), issuer.map(PrincipalName::applicationIdentifier));
    String realm =
        known(partner.realm(), issuer.filter(found -> !found.anyRealm()).map(PrincipalName::realm));
    if (applicationIdentifier == null || realm == null) {
      throw new Refusal(RefusalReason.IDENTITY_UNKNOWN, whyUnknown(partner, reading));
    }
    try {
      return new PrincipalName(applicationIdentifier, realm).lowerCase();
    } catch (MalformedName e) {
      throw new Refusal(
          RefusalReason.NO_PRINCIPAL_NAME,
          "The application identifier or realm of '%s' can't stand in a server-to-server token: %s."
              .formatted(partner.name(), e.getMessage()));
    }
  }

  private static @Nullable String known(@Nullable String registered, Optional<String> read) {
    return registered != null && !registered.isBlank() ? registered : read.orElse(null);
  }

  private static String whyUnknown(PartnerRegistered partner, @Nullable MetadataRefreshed reading) {
    if (!(partner.trust() instanceof Trust.ByMetadata)) {
      return "The registration of '%s' names no application identifier or no realm, and has no metadata document to tell them. Set both."
          .formatted(partner.name());
    }
    if (reading == null) {
      return "The metadata document of '%s' has not been read yet. Ask again in a few seconds; if this stays, see whether the metadata-service runs."
          .formatted(partner.name());
    }
    if (reading.document() != null) {
      return "The metadata document of '%s' names no realm of its own. Set the realm in the registration."
          .formatted(partner.name());
    }
    var problem = reading.problem();
    return "The metadata document of '%1$s' could not be read%2$s. Mend that, then refresh it (concordat partner refresh %1$s)."
        .formatted(
            partner.name(),
            problem == null ? "" : " (" + problem.code() + ", " + problem.title() + ")");
  }

  private static void requireAllowed(Client client, String partner, @Nullable User user)
      throws Refusal {
    if (!(client instanceof Client.Workload workload)) {
      return;
    }
    List<MayRequest> matching = rulesFor(workload, partner);
    if (matching.isEmpty()) {
      throw new Refusal(
          RefusalReason.NOT_ALLOWED,
          "'%s' may not get tokens for '%s'; mayRequest in its registration says for which partners it may."
              .formatted(workload.name(), partner));
    }
    if (user != null && matching.stream().noneMatch(rule -> allows(rule.as(), user.sip()))) {
      throw new Refusal(
          RefusalReason.NOT_ALLOWED,
          "'%s' may not act for %s at '%s'; mayRequest in its registration says for whom it may."
              .formatted(workload.name(), user.sip().uri(), partner));
    }
  }

  private static List<MayRequest> rulesFor(Client.Workload workload, String partner) {
    return workload.registration().mayRequest().stream()
        .filter(
            rule ->
                rule.partner().equals(MayRequest.EVERY_PARTNER) || rule.partner().equals(partner))
        .toList();
  }

  private static boolean allows(MayRequest.@Nullable ActingAs as, SipAddress user) {
    if (as == null) {
      return false;
    }
    List<String> users = as.users();
    return Boolean.TRUE.equals(as.anyone())
        || (as.domain() != null && as.domain().equalsIgnoreCase(user.domain()))
        || (users != null
            && users.stream()
                .flatMap(one -> SipAddress.tryParse(one).stream())
                .anyMatch(user::equals));
  }

  private static PartnerRegistered requireUsable(String name, @Nullable PartnerRegistered partner)
      throws Refusal {
    if (partner == null) {
      throw new Refusal(
          RefusalReason.UNKNOWN_PARTNER,
          "No partner application of the name '%s' is registered, or it was removed. See concordat partner list."
              .formatted(name));
    }
    if (!partner.enabled()) {
      throw new Refusal(
          RefusalReason.PARTNER_DISABLED,
          "The partner application '%s' is disabled; no token is issued for it until it is enabled."
              .formatted(name));
    }
    return partner;
  }

  private static void requireTrust(Client client, PartnerRegistered partner, @Nullable User user)
      throws Refusal {
    requireTrust(partner, user);
    if (client instanceof Client.Workload workload) {
      requireTrust(workload.registration(), user);
    }
  }

  /**
   * Everything here is signed by us alone. So {@code application} gives tokens for the application
   * itself, and {@code user} gives none: it wants a token server's consent ({@link TrustLevel}).
   */
  private static void requireTrust(PartnerRegistered trusted, @Nullable User user) throws Refusal {
    if (trusted.trustLevel().permits(user != null, false)) {
      return;
    }
    throw new Refusal(
        RefusalReason.TRUST_LEVEL,
        (trusted.trustLevel() == TrustLevel.USER
                ? "'%s' has the trust level user: it takes only tokens that a token server consented to, none that we sign alone. Full would allow them."
                : "'%s' has the trust level application: no token may be signed that acts for a user. Full would allow it.")
            .formatted(trusted.name()));
  }

  /** A key that not every partner knows yet is for those who try it out, not for callers. */
  private static void requireMayChooseKey(Client client, String partner) throws Refusal {
    if (client instanceof Client.Workload workload && !mayActForAnyone(workload, partner)) {
      throw new Refusal(
          RefusalReason.NOT_ALLOWED,
          "'%s' may not choose the signing key; only an admin may, and a workload that may act for anyone at '%s'."
              .formatted(workload.name(), partner));
    }
  }

  /**
   * Whether an actor token that was asked for by itself may carry delegation. Whoever holds one
   * that does can name any user in the unsigned token around it, so only a client that may act for
   * anyone gets one. SharePoint wants the claim absent from app-only tokens.
   */
  private static boolean carriesDelegation(Client client, PartnerRegistered partner) {
    if (partner.kind() == PartnerKind.SHAREPOINT || partner.trustLevel() != TrustLevel.FULL) {
      return false;
    }
    return switch (client) {
      case Client.Administrator admin -> true;
      case Client.Workload workload ->
          workload.registration().trustLevel() == TrustLevel.FULL
              && mayActForAnyone(workload, partner.name());
    };
  }

  private static boolean mayActForAnyone(Client.Workload workload, String partner) {
    return rulesFor(workload, partner).stream()
        .map(MayRequest::as)
        .anyMatch(as -> as != null && Boolean.TRUE.equals(as.anyone()));
  }

  private static AudienceName audience(
      PrincipalName theirs, PartnerRegistered partner, @Nullable String resource) throws Refusal {
    if (resource == null) {
      if (partner.trust() instanceof Trust.ByMetadata byMetadata) {
        return called(theirs, byMetadata.metadataUrl(), List.of("https", "http"));
      }
      throw new Refusal(
          RefusalReason.RESOURCE_MISSING,
          "'%s' has no metadata URL that would tell a host: give the URL that is about to be called as resource."
              .formatted(partner.name()));
    }
    if (resource.contains("://")) {
      return called(theirs, resource, List.of("https"));
    }
    AudienceName named =
        AudienceName.tryParse(resource)
            .map(AudienceName::lowerCase)
            .orElseThrow(
                () ->
                    malformedResource(
                        "is neither a URL nor <application identifier>/<host>@<realm>"));
    if (!named.principal().matches(theirs)) {
      throw new Refusal(
          RefusalReason.FOREIGN_RESOURCE,
          "resource names another application or realm than '%s', which is %s."
              .formatted(partner.name(), theirs));
    }
    return named;
  }

  /** The audience of a call to this URL (RFC 8707 section 2: absolute, without a fragment). */
  private static AudienceName called(PrincipalName theirs, String url, List<String> schemes)
      throws Refusal {
    try {
      var uri = new URI(url);
      String scheme = uri.getScheme();
      if (scheme == null || !schemes.contains(scheme.toLowerCase(Locale.ROOT))) {
        throw malformedResource("is no https URL");
      }
      if (uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
        throw malformedResource("has a user name or a fragment");
      }
      return AudienceName.ofCall(theirs.applicationIdentifier(), uri, theirs.realm());
    } catch (URISyntaxException e) {
      throw malformedResource("is no URL");
    } catch (MalformedName e) {
      throw malformedResource("has no usable host: " + e.getMessage());
    }
  }

  private static Refusal malformedResource(String what) {
    return new Refusal(
        RefusalReason.MALFORMED_RESOURCE,
        "resource %s; it should be the URL that is about to be called, like https://atl-exchange-001.litwareinc.com/EWS/Exchange.asmx."
            .formatted(what));
  }

  private static User wellFormed(RequestedUser requested) throws Refusal {
    SipAddress sip =
        SipAddress.tryParse(requested.sipAddress())
            .orElseThrow(
                () ->
                    new Refusal(
                        RefusalReason.MALFORMED_USER,
                        "subject_token is no SIP address; it should look like sip:kenmyer@litwareinc.com."));
    return new User(
        sip,
        address("user_smtp", requested.smtpAddress()),
        address("user_upn", requested.userPrincipalName()));
  }

  private static @Nullable String address(String parameter, @Nullable String value) throws Refusal {
    if (value == null) {
      return null;
    }
    String lowerCase = value.toLowerCase(Locale.ROOT);
    if (!ADDRESS.matcher(lowerCase).matches()) {
      throw new Refusal(
          RefusalReason.MALFORMED_USER,
          "%s is no address; it should look like kenmyer@litwareinc.com.".formatted(parameter));
    }
    return lowerCase;
  }

  /** Ends the decision; never leaves this package. */
  static final class Refusal extends Exception {
    private final RefusalReason reason;
    private final String detail;

    Refusal(RefusalReason reason, String detail) {
      super(detail, null, false, false);
      this.reason = reason;
      this.detail = detail;
    }
  }
}
