package dev.concordat.messaging;

import org.jspecify.annotations.Nullable;

/**
 * A change of one key of a view. Both sides are absent where a tombstone met no state: the event
 * may still tell something.
 *
 * @param key whose state changed
 * @param before its state before; absent where it had none
 * @param after its state now; absent where it was removed
 * @param envelope the event that changed it
 * @param replayed whether the view was still catching up, so that this is history
 */
public record Change<T>(
    String key, @Nullable T before, @Nullable T after, Envelope envelope, boolean replayed) {}
