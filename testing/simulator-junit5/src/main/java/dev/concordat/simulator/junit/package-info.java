/**
 * A JUnit extension around the partner simulator: it starts and stops it, makes its host names
 * known to the test's JVM, and gives tests one object to set it up and look into it.
 */
@NullMarked
package dev.concordat.simulator.junit;

import org.jspecify.annotations.NullMarked;
