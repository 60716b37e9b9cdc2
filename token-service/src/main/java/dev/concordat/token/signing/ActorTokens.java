package dev.concordat.token.signing;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.concordat.contracts.tokens.ActorTokenClaims;
import dev.concordat.token.keys.ActiveKeyRing;
import dev.concordat.token.keys.SigningKey;
import dev.concordat.token.rules.ActorTokenContent;
import dev.concordat.token.rules.TokenTimes;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Actor tokens, signed once and reused until shortly before they end. However many ask for the same
 * one at the same time, one of them signs and the others wait for it.
 */
@Singleton
public class ActorTokens {

  /**
   * What tells one token from another. The content without times is in it, so that a partner whose
   * identity changes never gets a token that says the old one.
   */
  private record Key(String partner, ActorTokenContent content, String keyId) {}

  /**
   * A token, and whether it was signed for this request.
   *
   * @param signed the token
   * @param fresh whether it was signed just now
   */
  public record Obtained(SignedActorToken signed, boolean fresh) {}

  private final ActiveKeyRing keys;
  private final InstantSource clock;
  private final Duration lifetime;
  private final Cache<Key, SignedActorToken> cache;
  private final Timer signing;
  private final Set<Key> renewing = ConcurrentHashMap.newKeySet();

  @Inject
  ActorTokens(ActiveKeyRing keys, TokenConfig config, InstantSource clock, MeterRegistry metrics) {
    this.keys = keys;
    this.clock = clock;
    this.lifetime = config.effectiveLifetime();
    this.cache =
        Caffeine.newBuilder()
            .maximumSize(config.cacheSize())
            .expireAfterWrite(TokenTimes.LONGEST)
            .build();
    this.signing =
        Timer.builder("concordat.signing")
            .description("Signing one token")
            .publishPercentileHistogram()
            .register(metrics);
  }

  /**
   * An actor token that has at least five minutes left, or as much as a new one has.
   *
   * @param partner the partner's name, by which {@link #forget} finds it
   * @param content what it says
   * @param afresh whether to sign even though a token is there; what was signed is kept for reuse
   */
  public Obtained get(String partner, ActorTokenContent content, boolean afresh) {
    SigningKey current = keys.ring().current();
    var key = new Key(partner, content, current.id());
    Instant now = clock.instant();
    if (afresh) {
      SignedActorToken signed = sign(current, content, now);
      cache.put(key, signed);
      return new Obtained(signed, true);
    }
    SignedActorToken present = cache.getIfPresent(key);
    if (present != null && present.times().reusableAt(now)) {
      if (present.times().renewableAt(now)) {
        renew(key, current);
      }
      return new Obtained(present, false);
    }
    var ours = new AtomicReference<@Nullable SignedActorToken>();
    SignedActorToken held =
        cache
            .asMap()
            .compute(
                key,
                (_, found) -> {
                  if (found != null && found.times().reusableAt(now)) {
                    return found;
                  }
                  SignedActorToken signed = sign(current, content, now);
                  ours.set(signed);
                  return signed;
                });
    return new Obtained(held, ours.get() != null);
  }

  /**
   * An actor token by the key of this id, signed for this request and kept for no other.
   *
   * @return empty where there is no such key, or it must not sign
   */
  public Optional<Obtained> signedBy(String keyId, ActorTokenContent content) {
    return keys.ring()
        .usable(keyId)
        .map(key -> new Obtained(sign(key, content, clock.instant()), true));
  }

  /**
   * Signs the next token in the background while the present one is handed out, so that nobody
   * waits when it ends.
   */
  private void renew(Key key, SigningKey current) {
    if (!renewing.add(key)) {
      return;
    }
    Thread.ofVirtual()
        .name("actor-token-renewal")
        .start(
            () -> {
              try {
                cache
                    .asMap()
                    .computeIfPresent(key, (_, _) -> sign(current, key.content(), clock.instant()));
              } finally {
                renewing.remove(key);
              }
            });
  }

  /** Drops every token for a partner, because its registration changed or ended. */
  public void forget(String partner) {
    cache.asMap().keySet().removeIf(key -> key.partner().equals(partner));
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
    long start = System.nanoTime();
    String token = key.sign(json);
    signing.record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
    return new SignedActorToken(token, claims, key.id());
  }
}
