/**
 * What happens when more is asked than can be answered: requests beyond a bound are told at once to
 * come again, so that those within it are answered as fast as ever.
 */
@NullMarked
package dev.concordat.token.shedding;

import org.jspecify.annotations.NullMarked;
