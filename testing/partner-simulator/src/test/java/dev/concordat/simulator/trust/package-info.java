/** Tests of who is let in. */
@NullMarked
package dev.concordat.simulator.trust;

import org.jspecify.annotations.NullMarked;
