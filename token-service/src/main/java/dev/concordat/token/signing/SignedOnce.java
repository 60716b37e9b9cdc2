package dev.concordat.token.signing;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.concordat.token.keys.ActiveKeyRing;
import dev.concordat.token.keys.SigningKey;
import dev.concordat.token.rules.TokenTimes;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Tokens of one kind, signed once and reused until shortly before they end. However many ask for
 * the same one at the same time, one of them signs and the others wait for it.
 *
 * @param <C> what such a token says, apart from its times
 * @param <T> such a token
 */
final class SignedOnce<C, T extends SignedToken> {

  /**
   * What tells one token from another. The content without times is in it, so that a partner whose
   * identity changes never gets a token that says the old one.
   */
  private record Key<C>(String partner, C content, String keyId) {}

  /** Signs a token that begins now. */
  interface Signing<C, T> {
    T sign(SigningKey key, C content, Instant now);
  }

  private final ActiveKeyRing keys;
  private final InstantSource clock;
  private final Signing<C, T> signing;
  private final Cache<Key<C>, T> cache;
  private final Set<Key<C>> renewing = ConcurrentHashMap.newKeySet();

  SignedOnce(ActiveKeyRing keys, InstantSource clock, int most, Signing<C, T> signing) {
    this.keys = keys;
    this.clock = clock;
    this.signing = signing;
    this.cache =
        Caffeine.newBuilder().maximumSize(most).expireAfterWrite(TokenTimes.LONGEST).build();
  }

  /**
   * A token that has at least five minutes left, or as much as a new one has.
   *
   * @param partner the partner's name, by which {@link #forget} finds it
   * @param content what it says
   * @param afresh whether to sign even though a token is there; what was signed is kept for reuse
   */
  Obtained<T> get(String partner, C content, boolean afresh) {
    SigningKey current = keys.ring().current();
    var key = new Key<>(partner, content, current.id());
    Instant now = clock.instant();
    if (afresh) {
      T signed = signing.sign(current, content, now);
      cache.put(key, signed);
      return new Obtained<>(signed, true);
    }
    T present = present(key, current, now);
    if (present != null) {
      return new Obtained<>(present, false);
    }
    var ours = new AtomicReference<@Nullable T>();
    T held =
        cache
            .asMap()
            .compute(
                key,
                (_, found) -> {
                  if (found != null && found.times().reusableAt(now)) {
                    return found;
                  }
                  T signed = signing.sign(current, content, now);
                  ours.set(signed);
                  return signed;
                });
    return new Obtained<>(held, ours.get() != null);
  }

  /** A token that is there already and may be handed out: told without waiting. */
  Optional<Obtained<T>> atOnce(String partner, C content) {
    SigningKey current = keys.ring().current();
    return Optional.ofNullable(
            present(new Key<>(partner, content, current.id()), current, clock.instant()))
        .map(present -> new Obtained<>(present, false));
  }

  private @Nullable T present(Key<C> key, SigningKey current, Instant now) {
    T present = cache.getIfPresent(key);
    if (present == null || !present.times().reusableAt(now)) {
      return null;
    }
    if (present.times().renewableAt(now)) {
      renew(key, current);
    }
    return present;
  }

  /**
   * A token by the key of this id, signed for this request and kept for no other.
   *
   * @return empty where there is no such key, or it must not sign
   */
  Optional<Obtained<T>> signedBy(String keyId, C content) {
    return keys.ring()
        .usable(keyId)
        .map(key -> new Obtained<>(signing.sign(key, content, clock.instant()), true));
  }

  /**
   * Signs the next token in the background while the present one is handed out, so that nobody
   * waits when it ends.
   */
  private void renew(Key<C> key, SigningKey current) {
    if (!renewing.add(key)) {
      return;
    }
    Thread.ofVirtual()
        .name("token-renewal")
        .start(
            () -> {
              try {
                cache
                    .asMap()
                    .computeIfPresent(
                        key, (_, _) -> signing.sign(current, key.content(), clock.instant()));
              } finally {
                renewing.remove(key);
              }
            });
  }

  /** Drops every token for a partner, because its registration changed or ended. */
  void forget(String partner) {
    cache.asMap().keySet().removeIf(key -> key.partner().equals(partner));
  }
}
