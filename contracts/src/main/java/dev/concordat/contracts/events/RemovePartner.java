package dev.concordat.contracts.events;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The command to remove a partner application.
 *
 * @param commandId unique; its decision carries the same
 * @param name the partner's name
 * @param expectation what must hold of the current state; absent means nothing
 * @param takeOver whether to remove what a file declares, though another asks
 * @param declaredIn the file that declared the partner, where it declares it no more; absent where
 *     a person asks
 * @param idempotency what makes a repetition of the command the same command, where the client said
 * @param requestedBy who asked
 * @param requestedAt when
 */
public record RemovePartner(
    String commandId,
    String name,
    @Nullable Expectation expectation,
    @Nullable Boolean takeOver,
    @Nullable String declaredIn,
    @Nullable Idempotency idempotency,
    String requestedBy,
    Instant requestedAt)
    implements Event {}
