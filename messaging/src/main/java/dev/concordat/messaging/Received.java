package dev.concordat.messaging;

import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * An event that was read from a topic.
 *
 * @param key the record's key
 * @param envelope its attributes
 * @param data what it says; absent in a tombstone
 * @param partition where it was read
 * @param offset where in the partition
 */
public record Received<T>(
    String key, Envelope envelope, @Nullable T data, TopicPartition partition, long offset) {}
