/** A service that answers the same whatever it is asked: a reference for benchmarks. */
@NullMarked
package dev.concordat.constant;

import org.jspecify.annotations.NullMarked;
