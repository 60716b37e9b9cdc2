/**
 * Figures that a stranger can repeat, each beside a reference that was measured in the same run on
 * the same machine. No test: nothing here passes or fails.
 */
@NullMarked
package dev.concordat.benchmarks;

import org.jspecify.annotations.NullMarked;
