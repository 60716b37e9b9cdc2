/** Tests of the package of this name. */
@NullMarked
package dev.concordat.token.keys;

import org.jspecify.annotations.NullMarked;
