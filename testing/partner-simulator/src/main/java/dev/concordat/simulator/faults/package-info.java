/**
 * Faults on demand: which requests meet one ({@link dev.concordat.simulator.faults.Fault}), what it
 * does ({@link dev.concordat.simulator.faults.Effect}), and which fault brings about which cause of
 * the diagnosis ({@link dev.concordat.simulator.faults.Causes}). The products and the HTTPS front
 * carry the effects out.
 */
@NullMarked
package dev.concordat.simulator.faults;

import org.jspecify.annotations.NullMarked;
