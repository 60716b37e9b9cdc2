@NullMarked
package dev.concordat.benchmarks.report;

import org.jspecify.annotations.NullMarked;
