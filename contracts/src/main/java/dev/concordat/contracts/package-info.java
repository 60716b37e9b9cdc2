/**
 * What crosses a wire in Concordat and belongs to no single service: topics, the problem shape and
 * the JSON settings that every reader and writer shares.
 *
 * <p>Sub-packages hold the rest by subject: {@code events}, {@code names}, {@code metadata}, {@code
 * tokens}, {@code challenges}. Records, parsers and pure decisions only: no framework, no Kafka
 * client, no HTTP client, no file, no clock; of cryptography, reading certificates and verifying
 * signatures.
 */
@NullMarked
package dev.concordat.contracts;

import org.jspecify.annotations.NullMarked;
