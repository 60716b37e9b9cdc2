package dev.concordat.contracts.events;

import java.time.Instant;

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
 */
public record ProbeRequested(
    String id,
    String partner,
    String sipAddress,
    ProbeKind kind,
    boolean deleteItem,
    ProbeTrigger trigger,
    String requestedBy,
    Instant requestedAt)
    implements Event {}
