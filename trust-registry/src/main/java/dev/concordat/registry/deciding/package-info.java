/**
 * How a command becomes an event exactly once: any replica appends it and waits, the one that owns
 * the commands partition decides it in a Kafka transaction together with its place in the queue.
 */
@NullMarked
package dev.concordat.registry.deciding;

import org.jspecify.annotations.NullMarked;
