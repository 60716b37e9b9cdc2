/**
 * Tokens from partners' token servers, for partners that trust nothing else: asked for through the
 * guard for outbound requests, and reused until shortly before they end.
 */
@NullMarked
package dev.concordat.token.tokenservers;

import org.jspecify.annotations.NullMarked;
