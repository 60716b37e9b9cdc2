package dev.concordat.contracts.events;

import org.jspecify.annotations.Nullable;

/**
 * What a command expects of the current state: HTTP's {@code If-Match} and {@code If-None-Match:
 * *}.
 *
 * @param revision the revision that the partner must have
 * @param absent that no partner of this name may exist
 */
public record Expectation(@Nullable Long revision, boolean absent) {}
