/**
 * From a decision to the token on the wire: actor tokens signed once and reused, user tokens
 * wrapped around them. Whether a token may be given at all is decided in {@code rules}, every time,
 * also before a token from the cache.
 */
@NullMarked
package dev.concordat.token.signing;

import org.jspecify.annotations.NullMarked;
