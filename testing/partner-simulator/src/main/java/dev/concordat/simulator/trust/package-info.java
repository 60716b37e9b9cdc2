/**
 * Trust as the products keep it: who a simulated server is and what it publishes, whom it knows and
 * with which rights, how it judges a token, and how Exchange words its refusals. What was assumed
 * is a switch in {@link dev.concordat.simulator.trust.Assumptions} or says so where it stands.
 */
@NullMarked
package dev.concordat.simulator.trust;

import org.jspecify.annotations.NullMarked;
