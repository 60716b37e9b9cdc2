/**
 * Server-to-server tokens: reading one strictly ({@link dev.concordat.contracts.tokens.S2SToken}),
 * deciding whether it holds ({@link dev.concordat.contracts.tokens.TokenValidation}), and writing
 * the claims of our own.
 *
 * <p>All of it is pure: who is trusted, which keys they publish and what time it is are given. Keys
 * that sign, caches and HTTP live in the token-service. Nothing here shows a token in its {@code
 * toString}.
 */
@NullMarked
package dev.concordat.contracts.tokens;

import org.jspecify.annotations.NullMarked;
