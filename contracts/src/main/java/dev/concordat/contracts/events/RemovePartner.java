package dev.concordat.contracts.events;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The command to remove a partner application.
 *
 * @param commandId unique; its decision carries the same
 * @param name the partner's name
 * @param expectation what must hold of the current state; absent means nothing
 * @param requestedBy who asked
 * @param requestedAt when
 */
public record RemovePartner(
    String commandId,
    String name,
    @Nullable Expectation expectation,
    String requestedBy,
    Instant requestedAt)
    implements Event {}
