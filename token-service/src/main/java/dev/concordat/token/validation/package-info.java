/**
 * Whether a token that somebody presents to us holds: whom we trust now, what we have judged
 * already, and what is written down of it. The rules themselves are {@code TokenValidation} and
 * {@code IdentityTokenValidation} in {@code contracts}, pure and shared with whoever else
 * validates; how a question comes in over HTTP is not known here.
 */
@NullMarked
package dev.concordat.token.validation;

import org.jspecify.annotations.NullMarked;
