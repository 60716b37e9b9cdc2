package dev.concordat.messaging;

import dev.concordat.contracts.Topic;
import dev.concordat.contracts.events.Event;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The events of a topic from the moment on at which it was opened, on every replica, and before
 * them as many of the last ones as are asked for. The listener is called on the tail's own thread
 * and must be quick.
 */
public final class TopicTail<T extends Event> implements AutoCloseable {

  private static final Logger LOG = Logger.getLogger(TopicTail.class);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration RETRY_PAUSE = Duration.ofMillis(500);
  private static final Duration STOP = Duration.ofSeconds(3);

  private final Topic topic;
  private final Class<T> dataType;
  private final KafkaClients clients;
  private final DeadLetters deadLetters;
  private final int replayed;
  private final Consumer<T> listener;
  private final List<TopicPartition> partitions;
  private final Map<TopicPartition, Long> next = new HashMap<>();
  private final Thread thread;
  private volatile boolean closed;
  private volatile @Nullable KafkaConsumer<byte[], byte[]> consumer;

  /**
   * A tail that reads nothing before it is started.
   *
   * @param replayed of each partition, how many of the last records from before are read too
   */
  public TopicTail(
      Topic topic,
      Class<T> dataType,
      KafkaClients clients,
      DeadLetters deadLetters,
      int replayed,
      Consumer<T> listener) {
    this.topic = topic;
    this.dataType = dataType;
    this.clients = clients;
    this.deadLetters = deadLetters;
    this.replayed = replayed;
    this.listener = listener;
    partitions =
        IntStream.range(0, topic.partitions())
            .mapToObj(it -> new TopicPartition(topic.topicName(), it))
            .toList();
    thread = Thread.ofPlatform().daemon().name("tail-" + topic.topicName()).unstarted(this::follow);
  }

  /** Opens one that reads nothing from before; it follows in the background from now on. */
  public static <T extends Event> TopicTail<T> open(
      Topic topic,
      Class<T> dataType,
      KafkaClients clients,
      DeadLetters deadLetters,
      Consumer<T> listener) {
    var tail = new TopicTail<>(topic, dataType, clients, deadLetters, 0, listener);
    tail.start();
    return tail;
  }

  /** Follows in the background from now on. */
  public void start() {
    thread.start();
  }

  private void follow() {
    boolean said = false;
    while (!closed) {
      try (var reading = clients.reader()) {
        consumer = reading;
        seek(reading);
        said = false;
        while (!closed) {
          reading.poll(POLL).forEach(this::read);
        }
      } catch (WakeupException | InterruptException e) {
        LOG.debugf("the tail of %s was woken", topic.topicName());
      } catch (OffsetOutOfRangeException e) {
        // The topic was made anew, or has lost what was not read.
        next.clear();
      } catch (KafkaException e) {
        if (!said) {
          LOG.warnf(
              "%s can't be followed on Kafka at %s (%s); trying on",
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

  private void seek(KafkaConsumer<byte[], byte[]> reading) {
    reading.assign(partitions);
    Map<TopicPartition, Long> begins = reading.beginningOffsets(partitions);
    Map<TopicPartition, Long> ends = reading.endOffsets(partitions);
    for (TopicPartition partition : partitions) {
      long begin = begins.getOrDefault(partition, 0L);
      long end = ends.getOrDefault(partition, begin);
      long from = Math.clamp(next.getOrDefault(partition, end - replayed), begin, end);
      next.put(partition, from);
      reading.seek(partition, from);
    }
  }

  private void read(ConsumerRecord<byte[], byte[]> record) {
    next.put(new TopicPartition(record.topic(), record.partition()), record.offset() + 1);
    try {
      T data = CloudEvents.read(record, dataType).data();
      if (data != null) {
        listener.accept(data);
      }
    } catch (UnreadableRecord e) {
      deadLetters.send(record, e.reason());
    }
  }

  @Override
  public void close() {
    closed = true;
    if (thread.getState() == Thread.State.NEW) {
      // A service that did not get so far: what it says of that is not to be drowned out.
      return;
    }
    var reading = consumer;
    if (reading != null) {
      reading.wakeup();
    }
    try {
      thread.join(STOP);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
