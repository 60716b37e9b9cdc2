package dev.concordat.messaging;

import java.util.Set;

/**
 * The share of a replica in work that is divided by key: the partitions that a consumer group gave
 * it. It keeps its share while Kafka is away, and loses it when another replica was given it.
 */
public interface WorkShare extends AutoCloseable {

  /** Whether the work of this key is this replica's now. */
  boolean owns(String key);

  /** The partitions that are this replica's now. */
  Set<Integer> partitions();

  /** Calls back after the share has changed. */
  void onChange(Runnable listener);

  /** Gives the share up. */
  @Override
  void close();
}
