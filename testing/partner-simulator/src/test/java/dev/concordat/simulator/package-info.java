/** Tests of the simulated Exchange. */
@NullMarked
package dev.concordat.simulator;

import org.jspecify.annotations.NullMarked;
