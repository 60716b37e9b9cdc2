package dev.concordat.contracts.tokens;

import dev.concordat.contracts.names.AudienceName;
import dev.concordat.contracts.names.PrincipalName;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The claims of an actor token, or of an app-only token, that we issue. Names are written in lower
 * case, times in whole seconds.
 *
 * @param audience the receiver, by the host of the URL that is called
 * @param issuer who signs
 * @param notBefore when it becomes valid
 * @param expiry when it ends
 * @param application who acts: the issuer itself where it is self-issued
 * @param trustedForDelegation whether it may act for users; absent in app-only tokens for
 *     SharePoint ("high-trust" add-ins)
 * @param identityProvider who vouches, where a token server issues it; absent where it is
 *     self-issued
 */
public record ActorTokenClaims(
    AudienceName audience,
    PrincipalName issuer,
    Instant notBefore,
    Instant expiry,
    PrincipalName application,
    @Nullable Boolean trustedForDelegation,
    @Nullable PrincipalName identityProvider) {

  private static final int USUAL_LENGTH = 400;

  /** The claims of a self-issued token that may act for users, as Exchange wants it. */
  public static ActorTokenClaims selfIssued(
      AudienceName audience, PrincipalName issuer, Instant notBefore, Instant expiry) {
    return new ActorTokenClaims(audience, issuer, notBefore, expiry, issuer, true, null);
  }

  /** The claims as JSON, byte for byte in the order of the samples, times as strings. */
  public String json() {
    return json(TimeForm.STRING);
  }

  /** The claims as JSON, byte for byte in the order of the samples. */
  public String json(TimeForm times) {
    return ClaimsJson.frame(audience, issuer, notBefore, expiry, times, USUAL_LENGTH)
        .put("nameid", application.lowerCase().toString())
        .put(
            "trustedfordelegation",
            trustedForDelegation == null ? null : trustedForDelegation.toString())
        .put(
            "identityprovider",
            identityProvider == null ? null : identityProvider.lowerCase().toString())
        .toString();
  }

  /**
   * The first two parts of the token: what is signed, in ASCII.
   *
   * @param x5t names the key that signs
   */
  public String signingInput(String x5t, TimeForm times) {
    return ClaimsJson.part(TokenHeader.signed(x5t)) + "." + ClaimsJson.part(json(times));
  }

  /** As {@link #signingInput(String, TimeForm)}, times as strings. */
  public String signingInput(String x5t) {
    return signingInput(x5t, TimeForm.STRING);
  }
}
