/**
 * The decision of this service: why a probe failed and what mends it. {@link
 * dev.concordat.probe.diagnosis.ProbeDiagnosis} is a pure function from what the probe saw ({@link
 * dev.concordat.probe.diagnosis.Observation}) and what is known of this deployment ({@link
 * dev.concordat.probe.diagnosis.Deployment}) to a cause of the catalogue ({@link
 * dev.concordat.probe.diagnosis.Cause}, one entry each in {@code docs/diagnose.md}), the evidence
 * and the remedies. Nothing here does input or output.
 */
@NullMarked
package dev.concordat.probe.diagnosis;

import org.jspecify.annotations.NullMarked;
