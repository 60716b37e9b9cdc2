package dev.concordat.token.oauth;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.concordat.contracts.tokens.Accepted;
import dev.concordat.contracts.tokens.UserClaims;
import dev.concordat.token.validation.Judgement;
import org.jspecify.annotations.Nullable;

/**
 * The answer of RFC 7662 section 2.2. The actor of a server-to-server token is shown as {@code act}
 * (RFC 8693 section 4.1) where it acts for a user.
 *
 * @param active whether the token holds
 * @param issuer who issued it
 * @param audience whom it is for
 * @param subject the user, or the application where it acts as itself
 * @param clientId the application that acts
 * @param expires in seconds since 1970
 * @param notBefore in seconds since 1970
 * @param tokenType {@code Bearer}
 * @param username the user in the form of an address, where the token gives one
 * @param upn the user's UPN
 * @param email the user's SMTP address
 * @param sip the user's SIP address
 * @param act the application that acts for the user
 * @param partner our name for the registration that answers for it; ours
 * @param rule for admins only: the rule that the token breaks; ours
 * @param diagnostics for admins only: why, as {@code x-ms-diagnostics} would say it; ours
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Introspection(
    boolean active,
    @JsonProperty("iss") @Nullable String issuer,
    @JsonProperty("aud") @Nullable String audience,
    @JsonProperty("sub") @Nullable String subject,
    @JsonProperty("client_id") @Nullable String clientId,
    @JsonProperty("exp") @Nullable Long expires,
    @JsonProperty("nbf") @Nullable Long notBefore,
    @JsonProperty("token_type") @Nullable String tokenType,
    @Nullable String username,
    @Nullable String upn,
    @Nullable String email,
    @Nullable String sip,
    @Nullable Actor act,
    @Nullable String partner,
    @Nullable String rule,
    @Nullable String diagnostics) {

  /** The application that acts for the subject. */
  record Actor(@JsonProperty("sub") String subject, @JsonProperty("iss") String issuer) {}

  static Introspection of(Judgement judgement, boolean forAdmins) {
    return switch (judgement) {
      case Judgement.Holds holds -> holding(holds);
      case Judgement.KnownUser user ->
          new Introspection(
              true,
              user.issuer(),
              null,
              user.userKey(),
              null,
              user.until().getEpochSecond(),
              null,
              null,
              null,
              null,
              null,
              null,
              null,
              null,
              null,
              null);
      case Judgement.Refused refused ->
          new Introspection(
              false,
              null,
              null,
              null,
              null,
              null,
              null,
              null,
              null,
              null,
              null,
              null,
              null,
              null,
              forAdmins ? refused.refusal().rule().code() : null,
              forAdmins ? refused.diagnostics() : null);
    };
  }

  private static Introspection holding(Judgement.Holds holds) {
    Accepted accepted = holds.accepted();
    Accepted.Actor actor = accepted.actor();
    String application = actor.application().toString();
    String issuer = actor.issuer().toString();
    UserClaims user = accepted.user();
    return new Introspection(
        true,
        issuer,
        actor.audience().toString(),
        user == null ? application : subject(user),
        application,
        accepted.until().getEpochSecond(),
        null,
        "Bearer",
        user == null ? null : user.addresses().findFirst().orElse(null),
        user == null ? null : user.upn(),
        user == null ? null : user.smtp(),
        user == null ? null : user.sip(),
        user == null ? null : new Actor(application, issuer),
        holds.partner().name(),
        null,
        null);
  }

  private static @Nullable String subject(UserClaims user) {
    String nameId = user.nameId();
    return nameId != null ? nameId : user.addresses().findFirst().orElse(null);
  }
}
