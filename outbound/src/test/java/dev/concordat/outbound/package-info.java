/** Tests of the outbound guard. */
@NullMarked
package dev.concordat.outbound;

import org.jspecify.annotations.NullMarked;
