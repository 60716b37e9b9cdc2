/** Tests of the package of this name. */
@NullMarked
package dev.concordat.token.rollover;

import org.jspecify.annotations.NullMarked;
