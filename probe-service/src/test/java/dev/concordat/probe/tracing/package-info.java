/** Tests of probes as traces. */
@NullMarked
package dev.concordat.probe.tracing;

import org.jspecify.annotations.NullMarked;
