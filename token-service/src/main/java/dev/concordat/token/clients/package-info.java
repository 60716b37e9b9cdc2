/**
 * Who asks for a token: the proofs that {@code POST /oauth2/token} takes. Every failed proof looks
 * the same to the client; why it failed goes to the audit log.
 */
@NullMarked
package dev.concordat.token.clients;

import org.jspecify.annotations.NullMarked;
