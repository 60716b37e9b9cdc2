package dev.concordat.contracts.events;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Somebody wants a mailbox probed now.
 *
 * @param id the probe's id; its result carries the same
 * @param partner the partner's name
 * @param sipAddress the mailbox, with {@code sip:}
 * @param kind what to probe
 * @param deleteItem whether the probe removes its item
 * @param trigger why
 * @param requestedBy who asked
 * @param requestedAt when
 * @param signingKey the key id that must sign the probe's tokens; absent means the key that signs
 *     now
 * @param token whether its tokens may come from the token-service's cache; absent means what the
 *     partner's {@code probe} settings say
 */
public record ProbeRequested(
    String id,
    String partner,
    String sipAddress,
    ProbeKind kind,
    boolean deleteItem,
    ProbeTrigger trigger,
    String requestedBy,
    Instant requestedAt,
    @Nullable String signingKey,
    ProbeCompleted.@Nullable TokenSource token)
    implements Event {

  /** A request whose tokens come from where the partner's settings say. */
  public ProbeRequested(
      String id,
      String partner,
      String sipAddress,
      ProbeKind kind,
      boolean deleteItem,
      ProbeTrigger trigger,
      String requestedBy,
      Instant requestedAt,
      @Nullable String signingKey) {
    this(
        id,
        partner,
        sipAddress,
        kind,
        deleteItem,
        trigger,
        requestedBy,
        requestedAt,
        signingKey,
        null);
  }

  /** A request whose tokens are signed by the key that signs now. */
  public ProbeRequested(
      String id,
      String partner,
      String sipAddress,
      ProbeKind kind,
      boolean deleteItem,
      ProbeTrigger trigger,
      String requestedBy,
      Instant requestedAt) {
    this(id, partner, sipAddress, kind, deleteItem, trigger, requestedBy, requestedAt, null, null);
  }
}
