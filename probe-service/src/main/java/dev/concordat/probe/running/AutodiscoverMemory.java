package dev.concordat.probe.running;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Where Autodiscover said that a domain's EWS is, for a while. What fails there is forgotten at
 * once, so that the next probe asks again.
 */
public final class AutodiscoverMemory {

  private static final int MOST_DOMAINS = 10_000;

  private record Key(String partner, String domain) {}

  private record Told(URI ewsUrl, Instant since) {}

  private final Duration lifetime;
  private final InstantSource clock;
  private final Map<Key, Told> entries =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Told> eldest) {
          return size() > MOST_DOMAINS;
        }
      };

  /**
   * @param lifetime how long an answer is believed; nothing is remembered where it is zero
   */
  public AutodiscoverMemory(Duration lifetime, InstantSource clock) {
    this.lifetime = lifetime;
    this.clock = clock;
  }

  /**
   * What is known of a domain.
   *
   * @param age since when
   */
  record Known(URI ewsUrl, Duration age) {}

  synchronized Optional<Known> get(String partner, String domain) {
    Key key = key(partner, domain);
    Told entry = entries.get(key);
    if (entry == null) {
      return Optional.empty();
    }
    Duration age = Duration.between(entry.since, clock.instant());
    if (age.compareTo(lifetime) >= 0) {
      entries.remove(key);
      return Optional.empty();
    }
    return Optional.of(new Known(entry.ewsUrl, age));
  }

  synchronized void put(String partner, String domain, URI ewsUrl) {
    if (lifetime.isPositive()) {
      entries.put(key(partner, domain), new Told(ewsUrl, clock.instant()));
    }
  }

  synchronized void forget(String partner, String domain) {
    entries.remove(key(partner, domain));
  }

  private static Key key(String partner, String domain) {
    return new Key(partner, domain.toLowerCase(Locale.ROOT));
  }
}
