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
 * @param requestedBy who asked
 * @param requestedAt when
 */
public record RegisterPartner(
    String commandId,
    PartnerApplication partner,
    @Nullable Expectation expectation,
    boolean acceptIdentityChange,
    String requestedBy,
    Instant requestedAt)
    implements Event {}
