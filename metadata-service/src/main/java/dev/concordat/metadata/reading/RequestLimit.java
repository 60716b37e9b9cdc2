package dev.concordat.metadata.reading;

import dev.concordat.contracts.events.MetadataRefreshed;
import dev.concordat.contracts.events.RefreshRequested;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Decides what becomes of a request to read a partner's document that a service's traffic caused. A
 * stranger can cause as many as he likes, by tokens with made-up keys: a partner is read for them
 * once per pause, and what comes in between waits for its end, so that a key that was published
 * meanwhile is found all the same. Not for use by several threads.
 */
final class RequestLimit {

  /** Of how many partners the last time is remembered; the oldest are forgotten. */
  private static final int REMEMBERED = 100_000;

  private final Duration pause;

  /** When each was last read for a request, or will be. */
  private final Map<String, Instant> granted =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Instant> eldest) {
          return size() > REMEMBERED;
        }
      };

  RequestLimit(Duration pause) {
    this.pause = pause;
  }

  /**
   * When the partner is to be read for this request; empty where the key that was asked for is
   * known by now.
   *
   * @param last the last reading
   */
  Optional<Instant> due(RefreshRequested request, Optional<MetadataRefreshed> last, Instant now) {
    if (last.filter(it -> answers(it, request)).isPresent()) {
      return Optional.empty();
    }
    String partner = request.partner();
    Instant before = granted.remove(partner);
    Instant at;
    if (before == null || !before.plus(pause).isAfter(now)) {
      at = now;
    } else if (before.isAfter(now)) {
      at = before;
    } else {
      at = before.plus(pause);
    }
    granted.put(partner, at);
    return Optional.of(at);
  }

  private static boolean answers(MetadataRefreshed last, RefreshRequested request) {
    String keyId = request.keyId();
    var document = last.document();
    return keyId != null
        && document != null
        && document.keys().stream().anyMatch(it -> it.x5t().equals(keyId));
  }
}
