package dev.concordat.simulator.trust;

import dev.concordat.contracts.names.AudienceName;
import dev.concordat.contracts.names.PrincipalName;
import dev.concordat.contracts.tokens.Accepted;
import dev.concordat.contracts.tokens.ParsedToken;
import dev.concordat.contracts.tokens.Refusal;
import dev.concordat.contracts.tokens.Rule;
import dev.concordat.contracts.tokens.S2SToken;
import dev.concordat.contracts.tokens.TokenValidation;
import dev.concordat.contracts.tokens.UserClaims;
import dev.concordat.simulator.mailboxes.Mailbox;
import dev.concordat.simulator.mailboxes.Mailboxes;
import dev.concordat.simulator.trust.Admission.Diagnostics;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Lets callers in by their token, and words its refusals as Exchange does. Where the product's code
 * for a cause isn't known, it answers 2000001 with a text of its own (assumed).
 */
public final class TokenGate {

  private final ExchangeIdentity identity;
  private final PartnerApplications applications;
  private final Mailboxes mailboxes;
  private final InstantSource clock;
  private final TokenValidation validation = TokenValidation.withDefaults();

  public TokenGate(
      ExchangeIdentity identity,
      PartnerApplications applications,
      Mailboxes mailboxes,
      InstantSource clock) {
    this.identity = identity;
    this.applications = applications;
    this.mailboxes = mailboxes;
    this.clock = clock;
  }

  /**
   * @param authorization the request's {@code Authorization} header
   * @param hostCalled its {@code Host}, with a port off 443
   */
  public Admission admit(@Nullable String authorization, String hostCalled) {
    if (authorization == null || !authorization.regionMatches(true, 0, "Bearer", 0, 6)) {
      return new Admission.Refused(null);
    }
    String token = authorization.substring(6).strip();
    if (token.isEmpty()) {
      return new Admission.Refused(null);
    }
    return admitToken(token, hostCalled, clock.instant());
  }

  Admission admitToken(String token, String hostCalled, Instant now) {
    ParsedToken parsed = S2SToken.parse(token);
    var verdict =
        switch (parsed) {
          case Refusal refusal -> refusal;
          case S2SToken it ->
              validation.validate(it, identity.receiver(hostCalled), applications.trusted(), now);
        };
    return switch (verdict) {
      case Refusal refusal -> new Admission.Refused(diagnostics(refusal, parsed, hostCalled));
      case Accepted accepted -> admit(accepted);
    };
  }

  private Admission admit(Accepted accepted) {
    Optional<PartnerApplication> application = applications.of(accepted.actor().issuer());
    if (application.isEmpty()) {
      return new Admission.Refused(unknownIssuer(accepted.actor().issuer().toString()));
    }
    UserClaims user = accepted.user();
    if (user == null) {
      return new Admission.AppOnly(application.get());
    }
    if (!application.get().type().has("UserApplication")) {
      return new Admission.Refused(noPermission(accepted.actor().application()));
    }
    List<Mailbox> named =
        user.addresses()
            .map(mailboxes::find)
            .map(found -> found.orElse(null))
            .filter(Objects::nonNull)
            .distinct()
            .toList();
    long unknown = user.addresses().filter(it -> mailboxes.find(it).isEmpty()).count();
    if (named.size() == 1 && unknown == 0) {
      return new Admission.ForUser(application.get(), named.getFirst());
    }
    return new Admission.Refused(
        new Diagnostics(
            2000005,
            "The user specified by the user-context in the token "
                + (named.size() > 1 ? "is ambiguous." : "does not exist."),
            "invalid_user"));
  }

  /** The challenge of an answer 401 (MS-XOAUTH 3.2.5.4; shape as captured). */
  public List<String> challenges(boolean tokenRefused, boolean oauthOffered) {
    String issuers =
        applications.all().stream()
            .filter(PartnerApplication::enabled)
            .map(it -> it.issuer().toString())
            .sorted()
            .collect(Collectors.joining(","));
    String bearer =
        "Bearer client_id=\""
            + ExchangeIdentity.APPLICATION_IDENTIFIER
            + "\""
            + (issuers.isEmpty() ? "" : ", trusted_issuers=\"" + issuers + "\"")
            + ", token_types=\"app_asserted_user_v1 service_asserted_app_v1\""
            + (tokenRefused ? ", error=\"invalid_token\"" : "");
    var others =
        List.of("Negotiate", "NTLM", "Basic realm=\"" + identity.autodiscoverHost() + "\"");
    return oauthOffered ? List.of(bearer, others.get(0), others.get(1), others.get(2)) : others;
  }

  private Diagnostics diagnostics(Refusal refusal, ParsedToken parsed, String hostCalled) {
    Rule rule = refusal.rule();
    return switch (rule.code()) {
      case "parse", "actor-missing", "outer-alg" ->
          new Diagnostics(
              2000001,
              "OAuth token submitted with the request can not be parsed.",
              "invalid_token");
      case "alg", "key", "signature" ->
          new Diagnostics(2000000, "The token has an invalid signature.", "invalid_signature");
      case "iss" -> unknownIssuer(issuer(parsed));
      case "aud" -> audience(parsed, hostCalled);
      case "nameid" -> unknownApplication(parsed);
      case "user" ->
          new Diagnostics(
              2000001, "The token contains no applicable user context claims.", "invalid_token");
      default ->
          new Diagnostics(2000001, "The token is not valid: " + rule.code() + ".", "invalid_token");
    };
  }

  private Diagnostics audience(ParsedToken parsed, String hostCalled) {
    Optional<AudienceName> audience =
        signed(parsed).flatMap(it -> it.claims().audience()).flatMap(AudienceName::tryParse);
    if (audience.isPresent() && !audience.get().realm().equals(identity.domain())) {
      return new Diagnostics(
          2000004,
          "The tenant for tenant guid '%s' does not exist.".formatted(audience.get().realm()),
          "invalid_tenant");
    }
    if (audience.isPresent()
        && audience.get().applicationIdentifier().equals(ExchangeIdentity.APPLICATION_IDENTIFIER)) {
      return new Diagnostics(
          2000003,
          "The hostname component of the audience claim value is invalid. Expected 'https://%s'. Actual 'https://%s'."
              .formatted(hostCalled, audience.get().host()),
          "invalid_resource");
    }
    return new Diagnostics(
        2000003, "The audience claim value is invalid 'aud'.", "invalid_resource");
  }

  private static Diagnostics unknownApplication(ParsedToken parsed) {
    Optional<PrincipalName> application =
        signed(parsed).flatMap(it -> it.claims().nameId()).flatMap(PrincipalName::tryParse);
    return application
        .map(TokenGate::noPermission)
        .orElseGet(
            () -> new Diagnostics(2000001, "The token contains no application.", "invalid_token"));
  }

  private static Diagnostics noPermission(PrincipalName application) {
    return new Diagnostics(
        2000008,
        "The token should have valid permissions or linked account associated with partner application '%s'."
            .formatted(application.applicationIdentifier()),
        "invalid_grant");
  }

  private static Diagnostics unknownIssuer(String issuer) {
    return new Diagnostics(
        2000009,
        "The issuer of the token is unknown. Issuer was '%s'.".formatted(issuer),
        "invalid_issuer");
  }

  private static String issuer(ParsedToken parsed) {
    return signed(parsed)
        .flatMap(it -> it.claims().issuer())
        .map(it -> it.replaceAll("[^\\x20-\\x7e]|\"", "?"))
        .orElse("");
  }

  private static Optional<S2SToken> signed(ParsedToken parsed) {
    return parsed instanceof S2SToken token ? Optional.of(token.signedToken()) : Optional.empty();
  }
}
