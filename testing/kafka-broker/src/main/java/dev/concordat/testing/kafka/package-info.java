/**
 * A real Kafka broker (KRaft, combined nodes) from Maven artifacts: in the VM for tests, or as a
 * process of its own for the local suite. No container, no installation. It knows how our topics
 * are shaped, and nothing else of Concordat.
 */
@NullMarked
package dev.concordat.testing.kafka;

import org.jspecify.annotations.NullMarked;
