/** Tests of the package of this name. */
@NullMarked
package dev.concordat.token.shedding;

import org.jspecify.annotations.NullMarked;
