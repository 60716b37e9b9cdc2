package dev.concordat.token.validation;

import dev.concordat.contracts.events.RefreshRequested;
import dev.concordat.messaging.EventPublisher;
import dev.concordat.token.partners.KnownPartner;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Asks for a partner's metadata document to be read anew when a token names a key that it doesn't
 * have: the partner may have rolled over a moment ago. Anyone can send such a token, so a partner
 * is asked for once in half a minute at most.
 */
@Singleton
public class RefreshRequests {

  /** How long a partner isn't asked for again. */
  static final Duration PAUSE = Duration.ofSeconds(30);

  private static final String SERVICE = "token-service";
  private static final int LONGEST = 256;

  private final EventPublisher publisher;
  private final InstantSource clock;
  private final ConcurrentMap<String, Instant> asked = new ConcurrentHashMap<>();

  @Inject
  RefreshRequests(EventPublisher publisher, InstantSource clock) {
    this.publisher = publisher;
    this.clock = clock;
  }

  /**
   * A token of this partner names a key that isn't known.
   *
   * @param keyId as the token has it
   */
  void unknownKey(KnownPartner partner, String keyId) {
    String name = partner.registration().name();
    Instant now = clock.instant();
    var due = new AtomicBoolean();
    asked.compute(
        name,
        (_, last) -> {
          if (last != null && now.isBefore(last.plus(PAUSE)) && !now.isBefore(last)) {
            return last;
          }
          due.set(true);
          return now;
        });
    if (due.get()) {
      var _ =
          publisher.publish(
              name,
              new RefreshRequested(
                  name,
                  RefreshRequested.Reason.UNKNOWN_KEY,
                  keyId.length() > LONGEST ? null : keyId,
                  partner.principal().map(Object::toString).orElse(null),
                  SERVICE,
                  now));
    }
  }
}
