package dev.concordat.token.oauth;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.concordat.contracts.tokens.Accepted;
import dev.concordat.contracts.tokens.AccessTokenClaims;
import dev.concordat.contracts.tokens.CertificateBinding;
import dev.concordat.contracts.tokens.UserClaims;
import dev.concordat.token.validation.Judgement;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The answer of RFC 7662 section 2.2: whether the token holds ({@code active}) and, where it does,
 * the standard's members as far as the token tells them, the user's names ({@code username}, {@code
 * upn}, {@code email}, {@code sip}), the acting application as {@code act} (RFC 8693 section 4.1)
 * where it acts for a user, and {@code partner}, our name for the registration that answers for it.
 * Where it does not, admins are told {@code rule} and {@code diagnostics}, nobody else anything.
 */
final class Introspection {

  private final Map<String, Object> members = new LinkedHashMap<>();

  private Introspection(boolean active) {
    members.put("active", active);
  }

  static Introspection of(Judgement judgement, boolean forAdmins) {
    return switch (judgement) {
      case Judgement.Holds holds -> serverToServer(holds);
      case Judgement.HoldsForService(AccessTokenClaims claims, Instant until) ->
          access(claims, until);
      case Judgement.KnownUser user ->
          new Introspection(true)
              .with("iss", user.issuer())
              .with("aud", user.audience())
              .with("sub", user.userKey())
              .times(user.from(), user.until());
      case Judgement.Refused refused when forAdmins ->
          new Introspection(false)
              .with("rule", refused.refusal().rule().code())
              .with("diagnostics", refused.diagnostics());
      case Judgement.Refused _ -> new Introspection(false);
    };
  }

  private static Introspection serverToServer(Judgement.Holds holds) {
    Accepted accepted = holds.accepted();
    Accepted.Actor actor = accepted.actor();
    String application = actor.application().toString();
    String issuer = actor.issuer().toString();
    UserClaims user = accepted.user();
    return new Introspection(true)
        .with("iss", issuer)
        .with("aud", actor.audience().toString())
        .with("sub", user == null ? application : subject(user))
        .with("client_id", application)
        .times(accepted.from(), accepted.until())
        .with("token_type", "Bearer")
        .actingFor(user, Map.of("sub", application, "iss", issuer))
        .with("partner", holds.partner().name());
  }

  private static Introspection access(AccessTokenClaims claims, Instant until) {
    CertificateBinding bound = claims.binding();
    return new Introspection(true)
        .with("iss", claims.issuer())
        .with("aud", claims.audience())
        .with("sub", claims.subject())
        .with("client_id", claims.clientId())
        .times(claims.notBefore(), until)
        .with("iat", claims.issuedAt().getEpochSecond())
        .with("jti", claims.id())
        .with("scope", claims.scopes().isEmpty() ? null : String.join(" ", claims.scopes()))
        .with("roles", claims.roles().isEmpty() ? null : claims.roles())
        .with("cnf", bound == null ? null : Map.of(CertificateBinding.MEMBER, bound.thumbprint()))
        .with("token_type", "Bearer")
        .actingFor(claims.user(), Map.of("sub", claims.clientId()));
  }

  private static @Nullable String subject(UserClaims user) {
    String nameId = user.nameId();
    return nameId != null ? nameId : user.addresses().findFirst().orElse(null);
  }

  private Introspection times(Instant from, Instant until) {
    return with("nbf", from.getEpochSecond()).with("exp", until.getEpochSecond());
  }

  private Introspection actingFor(@Nullable UserClaims user, Map<String, String> actor) {
    if (user == null) {
      return this;
    }
    return with("username", user.addresses().findFirst().orElse(null))
        .with("upn", user.upn())
        .with("email", user.smtp())
        .with("sip", user.sip())
        .with("act", actor);
  }

  private Introspection with(String name, @Nullable Object value) {
    if (value != null) {
      members.put(name, value);
    }
    return this;
  }

  /** As it is sent. */
  @JsonValue
  Map<String, Object> members() {
    return members;
  }
}
