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
import java.util.Objects;
import java.util.function.Function;
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

  private static final Pattern SID = Pattern.compile("[sS]-1-[0-9]{1,14}(-[0-9]{1,10}){1,15}");

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
   * @param naming by which claims each partner is told of users
   */
  public static Verdict decide(
      TokenRequest request,
      Client client,
      @Nullable PartnerRegistered partner,
      @Nullable MetadataRefreshed reading,
      PrincipalName ours,
      UserNaming naming) {
    try {
      User user = request.user() == null ? null : wellFormed(request.user());
      requireAllowed(client, request.partner(), user);
      PartnerRegistered known = requireUsable(request.partner(), partner);
      requireTrust(client, known, user);
      if (request.signingKey() != null) {
        requireMayChooseKey(client, known.name());
      }
      String service = OwnService.identifier(known).orElse(null);
      if (service != null) {
        return new Verdict.GrantedAccess(known, access(service, request, client, user));
      }
      Verdict.Acting acting =
          user == null ? null : new Verdict.Acting(user, naming.claims(known, user));
      PrincipalName theirs = PartnerIdentity.of(known, reading).lowerCase();
      AudienceName audience = audience(theirs, known, request.resource());
      boolean delegation = user != null || carriesDelegation(client, known);
      return new Verdict.Granted(
          known, ActorTokenContent.selfIssued(ours, audience, delegation), acting);
    } catch (Refusal refusal) {
      return new Verdict.Refused(refusal.reason, refusal.detail);
    }
  }

  private static AccessTokenContent access(
      String service, TokenRequest request, Client client, @Nullable User user) throws Refusal {
    String resource = request.resource();
    if (resource != null && !OwnService.covers(service, resource)) {
      throw new Refusal(
          RefusalReason.FOREIGN_RESOURCE,
          "resource is not at '%s', whose application identifier is %s."
              .formatted(request.partner(), service));
    }
    var workload = client instanceof Client.Workload it ? it : null;
    // What a workload is says nothing of a user: no token that is about one has its roles.
    return new AccessTokenContent(
        service,
        client.clientId(),
        user,
        scopes(request, client),
        workload == null || user != null
            ? List.of()
            : given(workload, request.partner(), MayRequest::roles),
        workload == null ? null : workload.certificate());
  }

  private static List<String> given(
      Client.Workload workload,
      String service,
      Function<MayRequest, @Nullable List<String>> permissions) {
    return rulesFor(workload, service).stream()
        .map(permissions)
        .filter(Objects::nonNull)
        .flatMap(List::stream)
        .distinct()
        .toList();
  }

  private static List<String> scopes(TokenRequest request, Client client) throws Refusal {
    if (!(client instanceof Client.Workload workload)) {
      return request.scopes().stream().distinct().toList();
    }
    List<String> allowed = given(workload, request.partner(), MayRequest::scopes);
    if (!allowed.containsAll(request.scopes())) {
      throw new Refusal(
          RefusalReason.SCOPE_NOT_ALLOWED,
          "'%s' may not ask for that scope at '%s'; mayRequest in its registration gives it %s."
              .formatted(workload.name(), request.partner(), allowed));
    }
    return request.scopes().isEmpty() ? allowed : request.scopes().stream().distinct().toList();
  }

  /** Whether a registration still lets a workload have tokens for this partner. */
  public static boolean mayRequest(PartnerRegistered workload, String partner) {
    return !rulesFor(new Client.Workload(workload), partner).isEmpty();
  }

  static void requireAllowed(Client client, String partner, @Nullable User user) throws Refusal {
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
    if (user != null && matching.stream().noneMatch(rule -> allows(rule.as(), user))) {
      throw new Refusal(
          RefusalReason.NOT_ALLOWED,
          "'%s' may not act for %s at '%s'; mayRequest in its registration says for whom it may."
              .formatted(workload.name(), user.shown(), partner));
    }
  }

  private static List<MayRequest> rulesFor(Client.Workload workload, String partner) {
    return workload.registration().mayRequest().stream()
        .filter(
            rule ->
                rule.partner().equals(MayRequest.EVERY_PARTNER) || rule.partner().equals(partner))
        .toList();
  }

  /**
   * Whether this lets a workload act for the user. A domain must be that of every name that is
   * given, a single user is known by the SIP address; a SID tells neither.
   */
  private static boolean allows(MayRequest.@Nullable ActingAs as, User user) {
    if (as == null) {
      return false;
    }
    if (Boolean.TRUE.equals(as.anyone())) {
      return true;
    }
    if (user.sid() != null) {
      return false;
    }
    String domain = as.domain();
    List<String> users = as.users();
    SipAddress sip = user.sip();
    return (domain != null && user.addresses().allMatch(address -> in(domain, address)))
        || (users != null
            && sip != null
            && users.stream()
                .flatMap(one -> SipAddress.tryParse(one).stream())
                .anyMatch(sip::equals));
  }

  private static boolean in(String domain, String address) {
    return address.substring(address.lastIndexOf('@') + 1).equalsIgnoreCase(domain);
  }

  static PartnerRegistered requireUsable(String name, @Nullable PartnerRegistered partner)
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
    boolean consented = partner.trust() instanceof Trust.ByTokenServer;
    requireTrust(partner, user, consented);
    if (client instanceof Client.Workload workload) {
      requireTrust(workload.registration(), user, consented);
    }
  }

  /**
   * What we sign alone has nobody's consent: {@code application} then gives tokens for the
   * application itself, and {@code user} gives none. A partner that is reached through its token
   * server has that one's ({@link TrustLevel}).
   */
  private static void requireTrust(
      PartnerRegistered trusted, @Nullable User user, boolean consented) throws Refusal {
    if (trusted.trustLevel().permits(user != null, consented)) {
      return;
    }
    throw new Refusal(
        RefusalReason.TRUST_LEVEL,
        (trusted.trustLevel() == TrustLevel.USER
                ? "'%s' has the trust level user: it takes only tokens for a user that a token server consented to. Full would allow others."
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

  static boolean mayActForAnyone(Client.Workload workload, String partner) {
    return rulesFor(workload, partner).stream()
        .map(MayRequest::as)
        .anyMatch(as -> as != null && Boolean.TRUE.equals(as.anyone()));
  }

  static AudienceName audience(
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
    String sipAddress = requested.sipAddress();
    SipAddress sip =
        sipAddress == null
            ? null
            : SipAddress.tryParse(sipAddress)
                .orElseThrow(
                    () ->
                        malformedUser(
                            "the SIP address is none; it should look like sip:kenmyer@litwareinc.com."));
    String sid = requested.sid();
    if (sid != null && !SID.matcher(sid).matches()) {
      throw malformedUser(
          "the SID is none; it should look like S-1-5-21-2127521184-1604012920-1887927527-1149.");
    }
    String smtp = address("the SMTP address", requested.smtpAddress());
    String upn = address("the UPN", requested.userPrincipalName());
    if (sip == null && smtp == null && upn == null && sid == null) {
      throw malformedUser("no name of the user is given.");
    }
    return new User(sip, smtp, upn, sid == null ? null : sid.toLowerCase(Locale.ROOT));
  }

  private static Refusal malformedUser(String what) {
    return new Refusal(RefusalReason.MALFORMED_USER, "The user can't be told: " + what);
  }

  private static @Nullable String address(String parameter, @Nullable String value) throws Refusal {
    if (value == null) {
      return null;
    }
    String lowerCase = value.toLowerCase(Locale.ROOT);
    if (!ADDRESS.matcher(lowerCase).matches()) {
      throw new Refusal(
          RefusalReason.MALFORMED_USER,
          "%s is none; it should look like kenmyer@litwareinc.com.".formatted(parameter));
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

    RefusalReason reason() {
      return reason;
    }

    String detail() {
      return detail;
    }
  }
}
