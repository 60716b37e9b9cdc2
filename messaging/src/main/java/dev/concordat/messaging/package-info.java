/**
 * How a service reads and writes topics: CloudEvents over Kafka, views of compacted topics that
 * catch up before the service says it is ready, the check of the topics at start, dead letters,
 * shares of work by partition, and feeds of events for whoever listens over HTTP.
 *
 * <p>What an event means is not known here; the events are in {@code contracts}, their meaning in
 * the services. Every class takes its settings in its constructor and works without a container.
 */
@NullMarked
package dev.concordat.messaging;

import org.jspecify.annotations.NullMarked;
