/** Probes over HTTP, for machines: {@code /v1/probes}. */
@NullMarked
package dev.concordat.probe.http;

import org.jspecify.annotations.NullMarked;
