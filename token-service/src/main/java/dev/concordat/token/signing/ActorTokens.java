package dev.concordat.token.signing;

import dev.concordat.contracts.tokens.ActorTokenClaims;
import dev.concordat.token.keys.ActiveKeyRing;
import dev.concordat.token.keys.SigningKey;
import dev.concordat.token.rules.ActorTokenContent;
import dev.concordat.token.rules.TokenTimes;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** Actor tokens, each signed once and reused until shortly before it ends. */
@Singleton
public class ActorTokens {

  private final Duration lifetime;
  private final SigningLatency latency;
  private final SignedOnce<ActorTokenContent, SignedActorToken> tokens;

  @Inject
  ActorTokens(
      ActiveKeyRing keys,
      TokenConfig config,
      InstantSource clock,
      MeterRegistry metrics,
      SigningTime signingTime) {
    lifetime = config.effectiveLifetime();
    latency = new SigningLatency(metrics, signingTime, "actor");
    tokens = new SignedOnce<>(keys, clock, config.cacheSize(), this::sign);
  }

  /**
   * An actor token that has at least five minutes left, or as much as a new one has.
   *
   * @param partner the partner's name, by which {@link #forget} finds it
   * @param content what it says
   * @param afresh whether to sign even though a token is there; what was signed is kept for reuse
   */
  public Obtained<SignedActorToken> get(String partner, ActorTokenContent content, boolean afresh) {
    return tokens.get(partner, content, afresh);
  }

  /** An actor token that is there already and may be handed out: told without waiting. */
  public Optional<Obtained<SignedActorToken>> atOnce(String partner, ActorTokenContent content) {
    return tokens.atOnce(partner, content);
  }

  /**
   * An actor token by the key of this id, signed for this request and kept for no other.
   *
   * @return empty where there is no such key, or it must not sign
   */
  public Optional<Obtained<SignedActorToken>> signedBy(String keyId, ActorTokenContent content) {
    return tokens.signedBy(keyId, content);
  }

  /** Drops every token for a partner, because its registration changed or ended. */
  public void forget(String partner) {
    tokens.forget(partner);
  }

  private SignedActorToken sign(SigningKey key, ActorTokenContent content, Instant now) {
    var times = TokenTimes.from(now, lifetime);
    var claims =
        new ActorTokenClaims(
            content.audience(),
            content.issuer(),
            times.notBefore(),
            times.expires(),
            content.application(),
            content.trustedForDelegation(),
            content.vouched() ? content.issuer() : null);
    byte[] json = claims.json(content.times()).getBytes(StandardCharsets.UTF_8);
    return new SignedActorToken(latency.of(() -> key.sign(json)), claims, key.id());
  }
}
