package dev.concordat.messaging;

import dev.concordat.contracts.Topic;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Reads all partitions of a topic on a thread of its own, by assignment and without a group, and
 * begins anew with another consumer whenever Kafka was away. Where to begin, and what a record
 * means, its {@link Work} knows.
 */
final class TopicReader implements AutoCloseable {

  private static final Logger LOG = Logger.getLogger(TopicReader.class);
  private static final Duration RETRY_PAUSE = Duration.ofMillis(500);
  private static final Duration STOP = Duration.ofSeconds(3);

  /** How long one poll waits for records. */
  static final Duration POLL = Duration.ofMillis(500);

  /** What is done with a consumer, always on the reader's thread. */
  interface Work {

    /** The consumer is new and has the topic's partitions: seek. */
    void begin(KafkaConsumer<byte[], byte[]> consumer);

    /** Reads once what there is. */
    void read(KafkaConsumer<byte[], byte[]> consumer);

    /** The position is no longer on the topic: it was truncated or made anew. */
    void outOfRange();
  }

  private final Topic topic;
  private final KafkaClients clients;
  private final Work work;
  private final List<TopicPartition> partitions;
  private final Thread thread;
  private volatile boolean closed;
  private volatile @Nullable KafkaConsumer<byte[], byte[]> consumer;

  /**
   * A reader that reads nothing before it is started.
   *
   * @param name of its thread, before the topic's
   */
  TopicReader(String name, Topic topic, KafkaClients clients, Work work) {
    this.topic = topic;
    this.clients = clients;
    this.work = work;
    partitions = partitionsOf(topic);
    // A platform thread: the Kafka client blocks in native selects.
    thread =
        Thread.ofPlatform().daemon().name(name + "-" + topic.topicName()).unstarted(this::follow);
  }

  static List<TopicPartition> partitionsOf(Topic topic) {
    return IntStream.range(0, topic.partitions())
        .mapToObj(partition -> new TopicPartition(topic.topicName(), partition))
        .toList();
  }

  void start() {
    thread.start();
  }

  /** Ends the poll that is under way; the work begins anew. */
  void wake() {
    var reading = consumer;
    if (reading != null) {
      reading.wakeup();
    }
  }

  private void follow() {
    boolean said = false;
    while (!closed) {
      try (var reading = clients.reader()) {
        consumer = reading;
        reading.assign(partitions);
        work.begin(reading);
        said = false;
        while (!closed) {
          work.read(reading);
        }
      } catch (WakeupException | InterruptException e) {
        LOG.debugf("the reader of %s was woken", topic.topicName());
      } catch (OffsetOutOfRangeException e) {
        work.outOfRange();
      } catch (KafkaException e) {
        if (!said) {
          LOG.warnf(
              "%s can't be read from Kafka at %s (%s); trying on",
              topic.topicName(), clients.bootstrapServers(), e.getMessage());
          said = true;
        }
        try {
          Thread.sleep(RETRY_PAUSE);
        } catch (InterruptedException interrupted) {
          return;
        }
      } finally {
        consumer = null;
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    if (thread.getState() == Thread.State.NEW) {
      // A service that did not get so far: what it says of that is not to be drowned out.
      return;
    }
    wake();
    try {
      if (!thread.join(STOP)) {
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
