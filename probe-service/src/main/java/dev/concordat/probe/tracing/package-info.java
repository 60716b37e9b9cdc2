/**
 * Probes as OpenTelemetry traces: a span a probe, and one a stage. Off unless {@code
 * concordat.tracing.endpoint} says where they go.
 */
@NullMarked
package dev.concordat.probe.tracing;

import org.jspecify.annotations.NullMarked;
