/**
 * {@code /probe}, for a Prometheus that scrapes targets through exporters, as it does with
 * blackbox_exporter: each scrape is a probe, and the answer is what it came to.
 */
@NullMarked
package dev.concordat.probe.exporter;

import org.jspecify.annotations.NullMarked;
