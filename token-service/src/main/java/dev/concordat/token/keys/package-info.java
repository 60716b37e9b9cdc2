/**
 * The key ring: our signing keys as files give them, which one signs, and what is published of
 * them. A private key lives in {@link dev.concordat.token.keys.SigningKey} and nowhere else; it
 * never leaves the process, and nothing prints it.
 */
@NullMarked
package dev.concordat.token.keys;

import org.jspecify.annotations.NullMarked;
