package dev.concordat.messaging;

import dev.concordat.contracts.Topic;
import dev.concordat.contracts.events.Event;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * The events of a topic from the moment on at which it was opened, on every replica, and before
 * them as many of the last ones as are asked for. The listener is called on the tail's own thread
 * and must be quick.
 */
public final class TopicTail<T extends Event> implements AutoCloseable {

  private final Class<T> dataType;
  private final DeadLetters deadLetters;
  private final int replayed;
  private final Consumer<T> listener;
  private final List<TopicPartition> partitions;
  private final Map<TopicPartition, Long> next = new HashMap<>();
  private final TopicReader reader;

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
    this.dataType = dataType;
    this.deadLetters = deadLetters;
    this.replayed = replayed;
    this.listener = listener;
    partitions = TopicReader.partitionsOf(topic);
    reader =
        new TopicReader(
            "tail",
            topic,
            clients,
            new TopicReader.Work() {
              @Override
              public void begin(KafkaConsumer<byte[], byte[]> consumer) {
                seek(consumer);
              }

              @Override
              public void read(KafkaConsumer<byte[], byte[]> consumer) {
                consumer.poll(TopicReader.POLL).forEach(TopicTail.this::read);
              }

              @Override
              public void outOfRange() {
                next.clear();
              }
            });
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
    reader.start();
  }

  private void seek(KafkaConsumer<byte[], byte[]> consumer) {
    Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    for (TopicPartition partition : partitions) {
      long begin = begins.getOrDefault(partition, 0L);
      long end = ends.getOrDefault(partition, begin);
      long from = Math.clamp(next.getOrDefault(partition, end - replayed), begin, end);
      next.put(partition, from);
      consumer.seek(partition, from);
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
    reader.close();
  }
}
