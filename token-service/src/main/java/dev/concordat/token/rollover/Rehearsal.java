package dev.concordat.token.rollover;

import dev.concordat.contracts.events.ProbeCompleted;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The rehearsal of the next key at a partner.
 *
 * @param askedAt when this replica asked for it last; absent where it never did
 * @param result how the last one went; absent while none has ended
 * @param endedAt when that was known
 */
record Rehearsal(
    @Nullable Instant askedAt, @Nullable ProbeCompleted result, @Nullable Instant endedAt) {

  static final Rehearsal NONE = new Rehearsal(null, null, null);

  boolean passed() {
    return result != null && result.outcome() == ProbeCompleted.Outcome.PASSED;
  }

  /** Whether a result is there that came after this moment. */
  boolean endedSince(Instant moment) {
    return endedAt != null && !endedAt.isBefore(moment);
  }
}
