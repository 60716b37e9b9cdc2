/** Tests of the package of this name. */
@NullMarked
package dev.concordat.token.oauth;

import org.jspecify.annotations.NullMarked;
