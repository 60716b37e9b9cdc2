/**
 * The results of probes that this replica remembers: bounded, in memory, filled by its own probes
 * and from {@code concordat.probes}, where all replicas announce theirs.
 */
@NullMarked
package dev.concordat.probe.results;

import org.jspecify.annotations.NullMarked;
