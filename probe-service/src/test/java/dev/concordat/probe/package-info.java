/**
 * The service as a whole, against a real broker, a simulated Exchange and a token server of its
 * own.
 */
@NullMarked
package dev.concordat.probe;

import org.jspecify.annotations.NullMarked;
