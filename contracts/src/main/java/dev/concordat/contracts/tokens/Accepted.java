package dev.concordat.contracts.tokens;

import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.contracts.names.AudienceName;
import dev.concordat.contracts.names.PrincipalName;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A token held. Whether its actor is allowed what it asks for, by trust level or by user, is the
 * receiver's next question.
 *
 * @param actor who calls
 * @param user for whom; absent where the application acts as itself
 * @param key the certificate whose key signed
 * @param until when this verdict ends: the earliest of both expiries and the certificate's end,
 *     without any skew; a removed key or a changed registration ends it earlier
 */
public record Accepted(
    Actor actor, @Nullable UserClaims user, SigningCertificate key, Instant until)
    implements Verdict {

  /** The user, where there is one. */
  public Optional<UserClaims> onBehalfOf() {
    return Optional.ofNullable(user);
  }

  /**
   * The application that calls.
   *
   * @param application who acts
   * @param issuer who says so; the same where the token is self-issued
   * @param issuerKind what the issuer is to the receiver
   * @param audience as whom the receiver was addressed
   * @param trustedForDelegation whether it may act for users
   */
  public record Actor(
      PrincipalName application,
      PrincipalName issuer,
      TrustedIssuer.Kind issuerKind,
      AudienceName audience,
      boolean trustedForDelegation) {}
}
