/** Probes over HTTP: {@code /v1/probes} for machines, the status page for people. */
@NullMarked
package dev.concordat.probe.http;

import org.jspecify.annotations.NullMarked;
