/**
 * The whole suite on one machine: a real Kafka broker, the four services as their packaged programs
 * and the partner simulator, each a process of its own. {@code ./concordat up}, the end-to-end
 * tests and the benchmarks start it through {@link dev.concordat.suite.LocalSuite}. It makes what a
 * cluster would bring along: a certificate authority, keys, an issuer of tokens, host names.
 * Nothing of it is for production.
 */
@NullMarked
package dev.concordat.suite;

import org.jspecify.annotations.NullMarked;
