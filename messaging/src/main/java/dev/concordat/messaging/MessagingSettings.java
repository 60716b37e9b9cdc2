package dev.concordat.messaging;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Settings of how a service reads and writes topics. The connection itself is {@code kafka.*}. */
@ConfigMapping(prefix = "concordat.messaging")
public interface MessagingSettings {

  /**
   * How many events wait in memory while Kafka is away, before the oldest is dropped; at least 1.
   */
  @WithDefault("10000")
  int publishBuffer();

  /** How long an orderly stop waits for events that are not yet on Kafka. */
  @WithDefault("3s")
  Duration flushTimeout();

  /** How often the topics are looked at: do they exist, are they still the same ones. */
  @WithDefault("10s")
  Duration topicWatch();

  /** How long a silent replica keeps its share of the work before others take it. */
  @WithDefault("10s")
  Duration sessionTimeout();

  /** How many feeds of events may be open at once; each is a consumer of its own. At least 1. */
  @WithDefault("32")
  int feeds();
}
