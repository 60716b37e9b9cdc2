package dev.concordat.contracts;

import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The topics of the suite, each with the shape that it must have on the broker. */
public enum Topic {
  PARTNER_COMMANDS("concordat.partner-commands", 1, Duration.ofDays(1)),
  PARTNERS("concordat.partners", 1, null),
  METADATA("concordat.metadata", 6, null),
  SIGNING_KEYS("concordat.signing-keys", 1, null),
  DOCUMENT_READS("concordat.document-reads", 1, null),
  REFRESH_REQUESTS("concordat.refresh-requests", 6, Duration.ofHours(1)),
  PROBE_REQUESTS("concordat.probe-requests", 12, Duration.ofHours(1)),
  PROBES("concordat.probes", 12, Duration.ofDays(7)),
  DEAD_LETTERS("concordat.dead-letters", 1, Duration.ofDays(14));

  private final String topicName;
  private final int partitions;
  private final @Nullable Duration retention;

  Topic(String topicName, int partitions, @Nullable Duration retention) {
    this.topicName = topicName;
    this.partitions = partitions;
    this.retention = retention;
  }

  /** The name on the broker. */
  public String topicName() {
    return topicName;
  }

  /** How many partitions it has. */
  public int partitions() {
    return partitions;
  }

  /** Whether the broker keeps the last record of each key for good. */
  public boolean compacted() {
    return retention == null;
  }

  /** How long records are kept; empty where the topic is compacted. */
  public Optional<Duration> retention() {
    return Optional.ofNullable(retention);
  }

  /** The effective {@code cleanup.policy} that the topic must have. */
  public String cleanupPolicy() {
    return compacted() ? "compact" : "delete";
  }

  /** The broker's settings for a topic that is made anew. */
  public Map<String, String> settings() {
    Duration kept = retention;
    return kept == null
        ? Map.of("cleanup.policy", "compact")
        : Map.of("cleanup.policy", "delete", "retention.ms", Long.toString(kept.toMillis()));
  }

  /** The topic with this name, if it is one of ours. */
  public static Optional<Topic> named(String topicName) {
    return Arrays.stream(values()).filter(topic -> topic.topicName.equals(topicName)).findFirst();
  }
}
