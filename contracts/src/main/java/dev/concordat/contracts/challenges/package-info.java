/**
 * What a server says when it refuses: the challenges of {@code WWW-Authenticate} and the codes of
 * {@code x-ms-diagnostics}. Both are read as the products really send them, broken ones too:
 * reading never throws, it answers with what was found. What a refusal means and what mends it is
 * said elsewhere.
 */
@NullMarked
package dev.concordat.contracts.challenges;

import org.jspecify.annotations.NullMarked;
