package dev.concordat.contracts.tokens;

import dev.concordat.contracts.events.TrustLevel;
import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.contracts.names.AudienceName;
import dev.concordat.contracts.names.PrincipalName;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A token held. Whether its actor is allowed what it asks for is the receiver's next question:
 * {@link #within} answers it by trust level, and only the receiver itself by user.
 *
 * @param actor who calls
 * @param user for whom; absent where the application acts as itself
 * @param key the certificate whose key signed
 * @param from when the token began: the later of both beginnings, without any skew
 * @param until when this verdict ends: the earliest of both expiries and the certificate's end,
 *     without any skew; a removed key or a changed registration ends it earlier
 */
public record Accepted(
    Actor actor, @Nullable UserClaims user, SigningCertificate key, Instant from, Instant until)
    implements Verdict {

  /**
   * The verdict when the actor's trust level is regarded too (trust.md 5.1, rule 12). What a token
   * server issued counts as its consent.
   */
  public Verdict within(TrustLevel level) {
    boolean consented = actor.issuerKind() == TrustedIssuer.Kind.TOKEN_SERVER;
    if (level.permits(user != null, consented)) {
      return this;
    }
    return new Refusal(
        Rule.TRUST_LEVEL,
        "%s has the trust level %s, which does not permit it to act %s%s"
            .formatted(
                actor.application(),
                level.name().toLowerCase(Locale.ROOT),
                user == null ? "as itself" : "for a user",
                user != null && !consented ? " without a token server's consent" : ""));
  }

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
