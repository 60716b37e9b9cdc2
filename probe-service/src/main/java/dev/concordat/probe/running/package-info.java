/**
 * A probe as it runs: {@link dev.concordat.probe.running.ProbeRun} is its stages, sequential and
 * blocking on a virtual thread, and notes what it sees; {@link dev.concordat.probe.running.Prober}
 * starts runs, never two at once for the same mailbox, and announces their results. Whoever asks
 * for a probe, and when, is not known here; what a failure means is {@code diagnosis}.
 */
@NullMarked
package dev.concordat.probe.running;

import org.jspecify.annotations.NullMarked;
