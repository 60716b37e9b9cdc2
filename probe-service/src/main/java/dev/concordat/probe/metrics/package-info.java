/**
 * The service's metrics of probes. Labels name partners, kinds, stages and outcomes, never
 * mailboxes: however many of those there are, the number of time series stays the same.
 */
@NullMarked
package dev.concordat.probe.metrics;

import org.jspecify.annotations.NullMarked;
