/** What is counted of probes. */
@NullMarked
package dev.concordat.probe.metrics;

import org.jspecify.annotations.NullMarked;
