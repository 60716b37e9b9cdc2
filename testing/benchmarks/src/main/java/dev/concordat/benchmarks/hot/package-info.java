/**
 * The functions that every request or reading goes through, measured one by one with JMH: time and
 * bytes allocated for each call. What they call lives in {@code contracts}.
 */
@NullMarked
package dev.concordat.benchmarks.hot;

import org.jspecify.annotations.NullMarked;
