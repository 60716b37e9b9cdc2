/**
 * Whether a token may be signed, and what is in it: {@link dev.concordat.token.rules.TokenRules}
 * and the records that go in and come out. Pure: no clock, no Kafka, no HTTP, no key; a test holds
 * the imports to that.
 */
@NullMarked
package dev.concordat.token.rules;

import org.jspecify.annotations.NullMarked;
