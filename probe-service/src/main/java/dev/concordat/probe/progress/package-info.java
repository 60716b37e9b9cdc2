/**
 * What is known of a probe while it runs: its stages as they begin and end, and its requests. In
 * memory, bounded, and only on the replica that runs it.
 */
@NullMarked
package dev.concordat.probe.progress;

import org.jspecify.annotations.NullMarked;
