/**
 * Why server-to-server authentication fails, and what mends it. {@link
 * dev.concordat.diagnosis.ProbeDiagnosis} is a pure function from what was seen ({@link
 * dev.concordat.diagnosis.Observation}) and what is known of this deployment ({@link
 * dev.concordat.diagnosis.Deployment}) to a cause of the catalogue ({@link
 * dev.concordat.diagnosis.Cause}, one entry each in {@code docs/diagnose.md}), the evidence and the
 * remedies. Nothing here does input or output, and nothing here knows who looked.
 */
@NullMarked
package dev.concordat.diagnosis;

import org.jspecify.annotations.NullMarked;
