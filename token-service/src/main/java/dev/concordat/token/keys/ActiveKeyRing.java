package dev.concordat.token.keys;

import dev.concordat.contracts.events.SigningKeyPublished;
import dev.concordat.contracts.events.SigningKeyPublished.Phase;
import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.token.keys.HeldKey.Place;
import io.quarkus.runtime.Startup;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The key ring in use: what the source offers, what is remembered of what it offered before, and
 * what the signing-keys topic says. Made at start; without a usable key the service does not start.
 * Later on a source that can't be read leaves everything as it was, and says what is wrong.
 */
@Startup
@Singleton
public class ActiveKeyRing {

  private static final Logger LOG = Logger.getLogger(ActiveKeyRing.class);

  private final KeySource source;
  private final SigningConfig config;
  private final InstantSource clock;

  private OfferedKeys offered;
  private Object fingerprint;
  private final Map<String, SigningKey> known = new LinkedHashMap<>();
  private Map<String, SigningKeyPublished> announced = Map.of();
  private volatile @Nullable KeyRing ring;
  private volatile @Nullable String fault;

  @Inject
  ActiveKeyRing(SigningConfig config, InstantSource clock) {
    this.clock = clock;
    this.config = config;
    this.source = KeySources.of(config, clock);
    fingerprint = source.fingerprint();
    try {
      offered = source.read(clock.instant());
    } catch (UnusableKey e) {
      // Without its cause: Quarkus prints a stack trace for any other root cause.
      throw new ConfigurationException(e.getMessage() + " " + KeySources.named(config));
    }
    arrange();
  }

  /**
   * The ring at this moment. Take it once for one piece of work.
   *
   * @throws NoSigningKey where every key was revoked
   */
  public KeyRing ring() {
    KeyRing now = ring;
    if (now == null) {
      throw new NoSigningKey();
    }
    return now;
  }

  /** What is wrong with the source of our keys; empty while it can be read. */
  public Optional<String> fault() {
    return Optional.ofNullable(fault);
  }

  /** The keys that this process can sign with. */
  public synchronized List<HeldKey> held() {
    return known.values().stream()
        .map(key -> new HeldKey(key.certificate(), place(key.id())))
        .toList();
  }

  /** The certificate that the source has in the place of the previous key. */
  public synchronized Optional<SigningCertificate> previous() {
    return Optional.ofNullable(offered.previous());
  }

  /** Before when the next key must sign nothing, as the source says. */
  public synchronized Optional<Instant> nextNotBefore() {
    return Optional.ofNullable(offered.nextNotBefore());
  }

  /** The slots of the keys at this moment. */
  public synchronized KeySlots slots() {
    return new KeySlots(held(), announced, clock.instant());
  }

  /** Takes in what the topic says of each key id now. */
  public synchronized void heed(Map<String, SigningKeyPublished> said) {
    announced = Map.copyOf(said);
    arrange();
  }

  /** Looks at the source again, and at the clock. */
  public synchronized void look() {
    Object seen = source.fingerprint();
    if (fault != null || !seen.equals(fingerprint)) {
      try {
        offered = source.read(clock.instant());
        fingerprint = seen;
        if (fault != null) {
          LOG.info("The source of the signing keys can be read again");
        }
        fault = null;
      } catch (UnusableKey e) {
        if (!String.valueOf(e.getMessage()).equals(fault)) {
          LOG.errorf("%s The keys that were read before stay in use.", e.getMessage());
        }
        fault = e.getMessage();
      }
    }
    arrange();
  }

  /**
   * Makes a next key, where that is allowed.
   *
   * @return whether it was
   */
  public synchronized boolean makeNext() throws IOException {
    Path folder = config.folder().orElse(null);
    if (folder == null || !config.generate()) {
      return false;
    }
    boolean nextSigns = slots().active().filter(key -> key.place() == Place.NEXT).isPresent();
    new NextKeyFiles(folder).make(clock.instant(), nextSigns);
    look();
    return true;
  }

  KeySource source() {
    return source;
  }

  /** Decides anew which key signs. */
  private void arrange() {
    remember();
    KeySlots slots = slots();
    HeldKey active = slots.active().orElse(null);
    SigningKey signs = active == null ? null : known.get(active.id());
    KeyRing before = ring;
    if (signs == null) {
      ring = null;
      if (before != null) {
        LOG.error(new NoSigningKey().getMessage());
      }
      return;
    }
    ring =
        new KeyRing(
            signs,
            known.values().stream()
                .filter(key -> !key.id().equals(signs.id()) && slots.usable(key.id()))
                .toList(),
            published(signs, slots));
    if (before == null || !before.current().id().equals(signs.id())) {
      LOG.infof(
          "Signing with key %s, valid until %s, by %s",
          signs, signs.certificate().notAfter(), signs.implementation());
    }
  }

  /**
   * Keeps a key that the source has no more while it signs or its tokens are about: a Secret that
   * was renewed must not end the key that partners know.
   */
  private void remember() {
    known.keySet().removeIf(id -> place(id) == Place.REMEMBERED && !stillOfUse(id));
    known.putIfAbsent(offered.current().id(), offered.current());
    SigningKey next = offered.next();
    if (next != null) {
      known.putIfAbsent(next.id(), next);
    }
  }

  private boolean stillOfUse(String id) {
    SigningKeyPublished said = announced.get(id);
    KeyRing now = ring;
    return said == null
        ? now != null && now.current().id().equals(id)
        : said.phase() == Phase.CURRENT || said.phase() == Phase.PREVIOUS;
  }

  private Place place(String id) {
    SigningKey next = offered.next();
    if (offered.current().id().equals(id)) {
      return Place.CURRENT;
    }
    return next != null && next.id().equals(id) ? Place.NEXT : Place.REMEMBERED;
  }

  private List<KeyRing.Published> published(SigningKey signs, KeySlots slots) {
    var keys = new ArrayList<KeyRing.Published>();
    keys.add(new KeyRing.Published(signs.certificate(), Phase.CURRENT));
    announced.values().stream()
        .filter(key -> key.phase() != Phase.REVOKED && !key.keyId().equals(signs.id()))
        .sorted(
            Comparator.comparing(SigningKeyPublished::phase)
                .thenComparing(SigningKeyPublished::keyId))
        .forEach(
            key ->
                keys.add(
                    new KeyRing.Published(
                        SigningCertificate.parse(key.certificate()),
                        key.phase() == Phase.NEXT ? Phase.NEXT : Phase.PREVIOUS)));
    slots
        .successor()
        .filter(key -> !announced.containsKey(key.id()))
        .ifPresent(key -> keys.add(new KeyRing.Published(key.certificate(), Phase.NEXT)));
    SigningCertificate previous = offered.previous();
    if (previous != null
        && !previous.x5t().equals(signs.id())
        && !announced.containsKey(previous.x5t())) {
      keys.add(new KeyRing.Published(previous, Phase.PREVIOUS));
    }
    return keys;
  }
}
