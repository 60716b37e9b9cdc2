package dev.concordat.token.rollover;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.concordat.contracts.events.KeyRollover;
import dev.concordat.contracts.events.SigningKeyPublished;
import dev.concordat.contracts.events.SigningKeyPublished.Phase;
import dev.concordat.token.keys.HeldKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How far a rollover is; derived from what every replica knows.
 *
 * @param state how far
 * @param activeKey the key that signs; absent where every key was revoked
 * @param nextKey the key that is to sign; absent where there is none
 * @param startedAt when it began
 * @param startedBy who began it
 * @param askedAt when somebody asked last whether it can be done
 * @param notBefore before which the key signs nothing
 * @param abortedAt when it was aborted
 * @param doneAt since when the key signs that the last rollover was to
 * @param nextWantedBy from when on a next key should be there
 * @param retiring the keys that sign no more, and until when each stays published
 * @param partners each partner that has to accept the next key
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record RolloverReport(
    State state,
    @Nullable String activeKey,
    @Nullable String nextKey,
    @Nullable Instant startedAt,
    @Nullable String startedBy,
    @Nullable Instant askedAt,
    @Nullable Instant notBefore,
    @Nullable Instant abortedAt,
    @Nullable Instant doneAt,
    @Nullable Instant nextWantedBy,
    List<Retiring> retiring,
    List<PartnerStanding> partners) {

  /** How far a rollover can be. */
  enum State {
    /** There is no next key, and no rollover was done to the key that signs. */
    @JsonProperty("none")
    NONE,
    /** There is a next key that is published, and nobody has begun a rollover to it. */
    @JsonProperty("published")
    PUBLISHED,
    /** It waits for partners. */
    @JsonProperty("waiting")
    WAITING,
    /** Every partner has accepted the key; it signs in a moment, or at its date. */
    @JsonProperty("ready")
    READY,
    /** Somebody ended it. */
    @JsonProperty("aborted")
    ABORTED,
    /** The key signs. */
    @JsonProperty("done")
    DONE
  }

  /**
   * A key that signs no more.
   *
   * @param keyId which
   * @param until when the last token that it signed has expired for everybody
   */
  record Retiring(String keyId, Instant until) {}

  /** The report on what is known. */
  static RolloverReport of(Situation situation) {
    var slots = situation.slots();
    String active = slots.active().map(HeldKey::id).orElse(null);
    String next = slots.successor().map(HeldKey::id).orElse(null);
    SigningKeyPublished record = situation.next().orElse(null);
    KeyRollover rollover = record == null ? null : record.rollover();
    SigningKeyPublished signs = active == null ? null : situation.announced().get(active);
    Optional<KeyRollover> done =
        Optional.ofNullable(signs)
            .filter(key -> key.phase() == Phase.CURRENT && next == null)
            .map(SigningKeyPublished::rollover);
    List<PartnerStanding> partners = record == null ? List.of() : situation.standings(record);
    KeyRollover told = rollover == null ? done.orElse(null) : rollover;
    return new RolloverReport(
        state(next, rollover, done.isPresent(), partners),
        active,
        next,
        told == null ? null : told.startedAt(),
        told == null ? null : told.startedBy(),
        told == null ? null : told.askedAt(),
        told == null ? null : told.notBefore(),
        told == null ? null : told.abortedAt(),
        done.isPresent() && signs != null ? signs.publishedAt() : null,
        slots.active().map(key -> situation.schedule().prepareBy(key.certificate())).orElse(null),
        retiring(situation),
        partners);
  }

  private static State state(
      @Nullable String next,
      @Nullable KeyRollover rollover,
      boolean done,
      List<PartnerStanding> partners) {
    if (next == null) {
      return done ? State.DONE : State.NONE;
    }
    if (rollover == null) {
      return State.PUBLISHED;
    }
    if (!rollover.running()) {
      return State.ABORTED;
    }
    return partners.stream().allMatch(PartnerStanding::accepted) ? State.READY : State.WAITING;
  }

  private static List<Retiring> retiring(Situation situation) {
    return situation.announced().values().stream()
        .filter(key -> key.phase() == Phase.PREVIOUS)
        .map(key -> new Retiring(key.keyId(), situation.schedule().pruneAt(key.publishedAt())))
        .toList();
  }

  /** Whether there is no next key, although there should be by now. */
  boolean nextIsMissing(Instant now) {
    return nextKey == null && nextWantedBy != null && !now.isBefore(nextWantedBy);
  }
}
