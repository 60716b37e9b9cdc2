/**
 * Who is let in: the product's own identity, its partner applications, and the refusals as the
 * product words them.
 */
@NullMarked
package dev.concordat.simulator.trust;

import org.jspecify.annotations.NullMarked;
