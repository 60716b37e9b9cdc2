/**
 * Validation of server-to-server tokens, and of the suite's own access tokens, for services on the
 * JVM: the rules of {@code contracts} over keys that are read from auth metadata documents. No
 * framework, no Kafka.
 */
@NullMarked
package dev.concordat.validation;

import org.jspecify.annotations.NullMarked;
