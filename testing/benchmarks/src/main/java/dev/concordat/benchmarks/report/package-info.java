/**
 * What benchmarks came to: figures under names that stay the same, their spread over repetitions,
 * and how they differ from a baseline. Nothing here measures.
 */
@NullMarked
package dev.concordat.benchmarks.report;

import org.jspecify.annotations.NullMarked;
