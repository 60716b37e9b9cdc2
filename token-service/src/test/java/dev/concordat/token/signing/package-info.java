/** Tests of the package of this name. */
@NullMarked
package dev.concordat.token.signing;

import org.jspecify.annotations.NullMarked;
