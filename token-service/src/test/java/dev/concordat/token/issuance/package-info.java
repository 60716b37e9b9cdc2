/** Tests of the package of this name. */
@NullMarked
package dev.concordat.token.issuance;

import org.jspecify.annotations.NullMarked;
