package dev.concordat.token.keys;

import dev.concordat.contracts.events.SigningKeyPublished;
import dev.concordat.contracts.events.SigningKeyPublished.Phase;
import dev.concordat.token.keys.HeldKey.Place;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which of our keys signs, which is to follow, and what each is: a pure function of the keys that
 * this process holds, what the signing-keys topic says of them, and the time.
 *
 * <p>The topic is what replicas agree by. Whoever holds the key that it calls current signs with
 * that one. A replica that does not hold it yet goes on with the key before, which stays published
 * long enough; so a Secret may reach replicas at different times.
 */
public final class KeySlots {

  private final List<HeldKey> held;
  private final Map<String, SigningKeyPublished> announced;
  private final Instant now;

  /**
   * @param held the keys that this process can sign with
   * @param announced what the topic says of each key id
   * @param now the time
   */
  public KeySlots(
      Collection<HeldKey> held, Map<String, SigningKeyPublished> announced, Instant now) {
    this.held = List.copyOf(held);
    this.announced = Map.copyOf(announced);
    this.now = now;
  }

  /**
   * The one key that signs. Empty only where every key that is held was revoked.
   *
   * <p>A key that is valid now and not tainted comes before one that isn't; but rather than none, a
   * tainted or an expired one signs, so that a clock that jumped stops nothing. Among equals: what
   * the topic calls current, then the one that was current last, then the one that partners were
   * told of, then the source's own order.
   */
  public Optional<HeldKey> active() {
    return held.stream()
        .filter(key -> phase(key) != Phase.REVOKED)
        .min(
            Comparator.comparingInt(this::soundness)
                .thenComparingInt(this::standing)
                .thenComparing(this::announcedAt, Comparator.reverseOrder())
                .thenComparing(HeldKey::place)
                .thenComparing(HeldKey::id));
  }

  /**
   * The key that is to follow the active one, if the source has one.
   *
   * <p>Usually that is the one in the place of the next. Where the active one is in neither place,
   * the source's current was replaced (a Secret that was renewed): then it is that one, if it ends
   * later. Where the active one is in the place of the next, a rollover is over and the files have
   * not moved up yet: the one in the place of the current has had its time.
   */
  public Optional<HeldKey> successor() {
    HeldKey active = active().orElse(null);
    if (active == null) {
      return Optional.empty();
    }
    return held.stream()
        .filter(key -> !key.id().equals(active.id()))
        .filter(this::maySucceed)
        .filter(
            key ->
                key.place() == Place.NEXT
                    || (key.place() == Place.CURRENT
                        && active.place() == Place.REMEMBERED
                        && key.certificate().notAfter().isAfter(active.certificate().notAfter())))
        .min(Comparator.comparing(HeldKey::place).thenComparing(HeldKey::id));
  }

  /** Whether the source has replaced the active key, which only this process still holds. */
  public boolean renewed() {
    return active().filter(key -> key.place() == Place.REMEMBERED).isPresent();
  }

  /** Whether the key of this id may sign a rehearsal. */
  public boolean usable(String keyId) {
    return held.stream()
        .filter(key -> key.id().equals(keyId))
        .anyMatch(
            key -> {
              SigningKeyPublished known = announced.get(key.id());
              return known != null
                  ? known.phase() != Phase.REVOKED && known.taintedAt() == null
                  : isActive(key.id()) || isSuccessor(key.id());
            });
  }

  /**
   * Whether other replicas sign with a key that has not come here yet, so that this one goes on
   * with the key before.
   */
  public boolean behind() {
    return othersKey().isPresent();
  }

  /** What a key is; exactly one key is active. */
  public KeyState state(String keyId) {
    SigningKeyPublished known = announced.get(keyId);
    if (known != null && known.phase() == Phase.REVOKED) {
      return KeyState.REVOKED;
    }
    if (signsEverywhere(keyId)) {
      return KeyState.ACTIVE;
    }
    if (known == null) {
      return isSuccessor(keyId) ? KeyState.PREPARED : KeyState.PRUNED;
    }
    if (known.taintedAt() != null) {
      return KeyState.TAINTED;
    }
    return switch (known.phase()) {
      case NEXT -> KeyState.PUBLISHED;
      case CURRENT, PREVIOUS -> KeyState.RETIRING;
      case REVOKED -> KeyState.REVOKED;
    };
  }

  private boolean signsEverywhere(String keyId) {
    return othersKey().map(keyId::equals).orElseGet(() -> isActive(keyId));
  }

  private Optional<String> othersKey() {
    boolean before = active().filter(key -> phase(key) == Phase.PREVIOUS).isPresent();
    return before
        ? announced.values().stream()
            .filter(key -> key.phase() == Phase.CURRENT && key.taintedAt() == null)
            .map(SigningKeyPublished::keyId)
            .filter(id -> held.stream().noneMatch(key -> key.id().equals(id)))
            .min(Comparator.naturalOrder())
        : Optional.empty();
  }

  private boolean isActive(String keyId) {
    return active().filter(key -> key.id().equals(keyId)).isPresent();
  }

  private boolean isSuccessor(String keyId) {
    return successor().filter(key -> key.id().equals(keyId)).isPresent();
  }

  private boolean maySucceed(HeldKey key) {
    SigningKeyPublished known = announced.get(key.id());
    return (known == null || (known.phase() == Phase.NEXT && known.taintedAt() == null))
        && !now.isAfter(key.certificate().notAfter());
  }

  private int soundness(HeldKey key) {
    SigningKeyPublished known = announced.get(key.id());
    if (!key.certificate().validAt(now)) {
      return 2;
    }
    return known != null && known.taintedAt() != null ? 1 : 0;
  }

  private int standing(HeldKey key) {
    Phase phase = phase(key);
    if (phase == null) {
      return 3;
    }
    return switch (phase) {
      case CURRENT -> 0;
      case PREVIOUS -> 1;
      case NEXT -> 2;
      case REVOKED -> 4;
    };
  }

  private Instant announcedAt(HeldKey key) {
    SigningKeyPublished known = announced.get(key.id());
    return known == null ? Instant.EPOCH : known.publishedAt();
  }

  private @Nullable Phase phase(HeldKey key) {
    SigningKeyPublished known = announced.get(key.id());
    return known == null ? null : known.phase();
  }
}
