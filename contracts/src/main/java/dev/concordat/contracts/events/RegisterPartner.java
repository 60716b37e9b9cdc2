package dev.concordat.contracts.events;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The command to register a partner application, or to replace it.
 *
 * @param commandId unique; its decision carries the same
 * @param partner the state that is asked for
 * @param expectation what must hold of the current state; absent means nothing
 * @param acceptIdentityChange whether another application identifier or realm under the same name
 *     is meant
 * @param takeOver whether to change what a file declares, or to have a file declare what was
 *     registered by hand; without it each is refused
 * @param declaredIn the file that declares the partner; absent where a person asks
 * @param idempotency what makes a repetition of the command the same command, where the client said
 * @param requestedBy who asked
 * @param requestedAt when
 */
public record RegisterPartner(
    String commandId,
    PartnerApplication partner,
    @Nullable Expectation expectation,
    boolean acceptIdentityChange,
    @Nullable Boolean takeOver,
    @Nullable String declaredIn,
    @Nullable Idempotency idempotency,
    String requestedBy,
    Instant requestedAt)
    implements Event {}
