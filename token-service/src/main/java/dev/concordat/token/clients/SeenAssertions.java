package dev.concordat.token.clients;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The assertions that were used already and haven't expired, so that none is used twice at this
 * replica. Bounded: when it is full of assertions that are still valid, new ones are refused rather
 * than old ones forgotten.
 */
@Singleton
public class SeenAssertions {

  /** How many assertions are remembered. */
  static final int CAPACITY = 100_000;

  private record Key(String client, String id) {}

  private final ConcurrentMap<Key, Instant> seen = new ConcurrentHashMap<>();
  private final InstantSource clock;

  @Inject
  SeenAssertions(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * Notes an assertion that was proved.
   *
   * @return whether this is its first use
   */
  boolean firstUse(String client, ClientAssertion.Identifier identifier) {
    Instant now = clock.instant();
    if (seen.size() >= CAPACITY) {
      seen.values().removeIf(expires -> !expires.isAfter(now));
      if (seen.size() >= CAPACITY) {
        return false;
      }
    }
    Instant before = seen.putIfAbsent(new Key(client, identifier.id()), identifier.expires());
    return before == null;
  }
}
