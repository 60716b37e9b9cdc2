/** Tests of the package of this name. */
@NullMarked
package dev.concordat.token.clients;

import org.jspecify.annotations.NullMarked;
