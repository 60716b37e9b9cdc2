package dev.concordat.contracts.tokens;

import dev.concordat.contracts.names.AudienceName;
import dev.concordat.contracts.names.PrincipalName;
import dev.concordat.contracts.names.SipAddress;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The claims of the unsigned outer token with which an actor acts for a user. Everything is written
 * in lower case; a claim that isn't known is left out.
 *
 * @param audience the actor token's
 * @param issuer the application that the actor token names in {@code nameid}
 * @param notBefore the actor token's
 * @param expiry the actor token's
 * @param user whom it acts for
 * @param actorToken the signed token inside
 */
public record UserTokenClaims(
    AudienceName audience,
    PrincipalName issuer,
    Instant notBefore,
    Instant expiry,
    UserClaims user,
    String actorToken) {

  /** The first part with its dot: the same in every one. */
  private static final String HEADER = ClaimsJson.part(TokenHeader.unsigned()) + ".";

  /** What there is usually beside the actor token, in characters. */
  private static final int LENGTH_AROUND = 480;

  /** The {@code nii} of a SID in Active Directory. */
  public static final String ACTIVE_DIRECTORY = "urn:office:idp:activedirectory";

  /** What the nested token is called. */
  public enum ActorClaim {
    /** As the products write it: the default. */
    ACTORTOKEN,
    /** As MS-XOAUTH writes it. */
    ACTORT;

    String claim() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The user token around an actor token: same audience, same times, issued by the application. */
  public static UserTokenClaims around(ActorTokenClaims actor, UserClaims user, String actorToken) {
    return new UserTokenClaims(
        actor.audience(), actor.application(), actor.notBefore(), actor.expiry(), user, actorToken);
  }

  /**
   * The claims that Exchange is sent by default: {@code nameid} the UPN, {@code smtp} and {@code
   * sip} (MS-XOAUTH 3.2.5.6 and 4.4).
   */
  public static UserClaims forExchange(
      @Nullable String upn, @Nullable String smtp, @Nullable SipAddress sip) {
    return new UserClaims(upn, null, null, smtp, sip == null ? null : sip.address());
  }

  /** The claims that SharePoint is sent: the SID, in the name of Active Directory. */
  public static UserClaims bySid(String sid) {
    return new UserClaims(sid, ACTIVE_DIRECTORY, null, null, null);
  }

  /** The claims as JSON, byte for byte in the order of the samples, times as strings. */
  public String json() {
    return json(ActorClaim.ACTORTOKEN);
  }

  /** As {@link #json()}, with this name for the nested token. */
  public String json(ActorClaim actorClaim) {
    return ClaimsJson.frame(
            audience,
            issuer,
            notBefore,
            expiry,
            TimeForm.STRING,
            LENGTH_AROUND + actorToken.length())
        .put("nameid", lowerCase(user.nameId()))
        .put("nii", lowerCase(user.nii()))
        .put("upn", lowerCase(user.upn()))
        .put("smtp", lowerCase(user.smtp()))
        .put("sip", lowerCase(user.sip()))
        .put(actorClaim.claim(), actorToken)
        .toString();
  }

  /** The whole token: unsigned, so it ends with a dot. */
  public String token() {
    return token(ActorClaim.ACTORTOKEN);
  }

  /** As {@link #token()}, with this name for the nested token. */
  public String token(ActorClaim actorClaim) {
    return HEADER + ClaimsJson.part(json(actorClaim)) + ".";
  }

  /** Who and for which receiver; neither the user nor the token inside. */
  @Override
  public String toString() {
    return "UserTokenClaims[%s for %s]".formatted(issuer, audience);
  }

  private static @Nullable String lowerCase(@Nullable String value) {
    return value == null ? null : value.toLowerCase(Locale.ROOT);
  }
}
