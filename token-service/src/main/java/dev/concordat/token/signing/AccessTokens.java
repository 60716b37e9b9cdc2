package dev.concordat.token.signing;

import dev.concordat.contracts.tokens.AccessTokenClaims;
import dev.concordat.contracts.tokens.UserClaims;
import dev.concordat.token.keys.ActiveKeyRing;
import dev.concordat.token.keys.SigningKey;
import dev.concordat.token.rules.AccessTokenContent;
import dev.concordat.token.rules.TokenTimes;
import dev.concordat.token.rules.User;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Access tokens for services of our own (RFC 9068), each signed once and reused until shortly
 * before it ends. Unlike a user token around an actor token, each is signed as a whole.
 */
@Singleton
public class AccessTokens {

  private static final int ID_BYTES = 16;

  private final String issuer;
  private final Duration lifetime;
  private final SigningLatency latency;
  private final SignedOnce<AccessTokenContent, SignedAccessToken> tokens;
  private final SecureRandom random = new SecureRandom();

  @Inject
  AccessTokens(
      ActiveKeyRing keys,
      TokenConfig config,
      InstantSource clock,
      MeterRegistry metrics,
      SigningTime signingTime) {
    issuer = config.effectiveIssuer();
    lifetime = config.effectiveAccessTokenLifetime();
    latency = new SigningLatency(metrics, signingTime, "access");
    tokens = new SignedOnce<>(keys, clock, config.cacheSize(), this::sign);
  }

  /** As {@link ActorTokens#get}. */
  public Obtained<SignedAccessToken> get(
      String partner, AccessTokenContent content, boolean afresh) {
    return tokens.get(partner, content, afresh);
  }

  /** As {@link ActorTokens#signedBy}. */
  public Optional<Obtained<SignedAccessToken>> signedBy(String keyId, AccessTokenContent content) {
    return tokens.signedBy(keyId, content);
  }

  /** Drops every token for a partner, because its registration changed or ended. */
  public void forget(String partner) {
    tokens.forget(partner);
  }

  private SignedAccessToken sign(SigningKey key, AccessTokenContent content, Instant now) {
    var times = TokenTimes.from(now, lifetime);
    byte[] id = new byte[ID_BYTES];
    random.nextBytes(id);
    var claims =
        new AccessTokenClaims(
            issuer,
            content.audience(),
            content.subject(),
            content.clientId(),
            Base64.getUrlEncoder().withoutPadding().encodeToString(id),
            times.notBefore(),
            now.truncatedTo(ChronoUnit.SECONDS),
            times.expires(),
            content.scopes(),
            content.roles(),
            names(content.user()),
            content.binding());
    byte[] json = claims.json().getBytes(StandardCharsets.UTF_8);
    return new SignedAccessToken(latency.of(() -> key.signAccessToken(json)), claims, key.id());
  }

  private static @Nullable UserClaims names(@Nullable User user) {
    if (user == null) {
      return null;
    }
    var sip = user.sip();
    return new UserClaims(
        null,
        null,
        user.userPrincipalName(),
        user.smtpAddress(),
        sip == null ? null : sip.address());
  }
}
