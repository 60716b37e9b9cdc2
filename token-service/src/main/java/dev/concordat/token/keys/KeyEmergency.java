package dev.concordat.token.keys;

import dev.concordat.contracts.events.SigningKeyPublished;
import dev.concordat.contracts.events.SigningKeyPublished.Phase;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.function.BiFunction;

/**
 * What an admin does with a key that may be in other hands. Whichever way, the key signs nothing
 * more from the moment on at which replicas read it, and another one signs instead; without another
 * one nothing is done.
 */
@Singleton
public class KeyEmergency {

  private final ActiveKeyRing keys;
  private final AnnouncedKeys announced;
  private final InstantSource clock;

  @Inject
  KeyEmergency(ActiveKeyRing keys, AnnouncedKeys announced, InstantSource clock) {
    this.keys = keys;
    this.announced = announced;
    this.clock = clock;
  }

  /** No key of this id is announced. */
  static final class UnknownKey extends Exception {
    UnknownKey(String keyId) {
      super("No key of ours has the id %s; concordat key list shows them.".formatted(keyId));
    }
  }

  /** It is the only key that can sign. */
  static final class NoOtherKey extends Exception {
    NoOtherKey(String keyId) {
      super(
          "%s signs, and there is no other sound key that could sign instead. Put one into the place of the next (next.crt and next.key) first."
              .formatted(keyId));
    }
  }

  /** It signs nothing more; what it signed still counts, and it stays in our document. */
  public SigningKeyPublished taint(String keyId, String by)
      throws UnknownKey, NoOtherKey, NotAnnounced, InterruptedException {
    return change(
        keyId,
        by,
        "it is suspected",
        (key, now) -> key.taintedAt() == null ? key.tainted(now) : key);
  }

  /** It signs nothing more, leaves our document, and every token that it signed is refused. */
  public SigningKeyPublished revoke(String keyId, String by)
      throws UnknownKey, NoOtherKey, NotAnnounced, InterruptedException {
    return change(
        keyId,
        by,
        "it is lost",
        (key, now) -> key.phase() == Phase.REVOKED ? key : key.in(Phase.REVOKED, now));
  }

  private SigningKeyPublished change(
      String keyId,
      String by,
      String why,
      BiFunction<SigningKeyPublished, Instant, SigningKeyPublished> change)
      throws UnknownKey, NoOtherKey, NotAnnounced, InterruptedException {
    SigningKeyPublished key = announced.of(keyId).orElseThrow(() -> new UnknownKey(keyId));
    Instant now = clock.instant();
    SigningKeyPublished changed = change.apply(key, now);
    var then = new HashMap<>(announced.all());
    then.put(keyId, changed);
    boolean another =
        new KeySlots(keys.held(), then, now)
            .active()
            .filter(active -> !active.id().equals(keyId))
            .filter(active -> active.certificate().validAt(now))
            .isPresent();
    if (!another) {
      KeyAudit.refused(keyId, by, "no other key could sign");
      throw new NoOtherKey(keyId);
    }
    announced.announce(changed);
    KeyAudit.announced(changed, by, why);
    return changed;
  }
}
