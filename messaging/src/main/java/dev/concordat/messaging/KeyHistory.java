package dev.concordat.messaging;

import dev.concordat.contracts.Topic;
import dev.concordat.contracts.events.Event;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * Everything that a topic still has of one key: read from Kafka anew each time that it is asked.
 */
public final class KeyHistory {

  private static final Logger LOG = Logger.getLogger(KeyHistory.class);
  private static final Duration POLL = Duration.ofMillis(300);

  /** Each reads a whole topic, so few may at once. */
  private final Semaphore places = new Semaphore(2);

  private final KafkaClients clients;

  public KeyHistory(KafkaClients clients) {
    this.clients = clients;
  }

  /**
   * The records of a key, the oldest first.
   *
   * @param sameKey which keys are meant
   * @param most how many at most; the newest are kept
   * @throws TimeoutException if Kafka does not answer, or others read so long that there was no
   *     turn
   */
  public <T extends Event> List<Received<T>> of(
      Topic topic, Class<T> dataType, Predicate<String> sameKey, int most, Duration atMost)
      throws TimeoutException, InterruptedException {
    long until = System.nanoTime() + atMost.toNanos();
    if (!places.tryAcquire(atMost.toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS)) {
      throw new TimeoutException("others are reading " + topic.topicName());
    }
    try (var reading = clients.reader()) {
      var partitions =
          IntStream.range(0, topic.partitions())
              .mapToObj(it -> new TopicPartition(topic.topicName(), it))
              .toList();
      reading.assign(partitions);
      var ends = reading.endOffsets(partitions);
      reading.seekToBeginning(partitions);
      var found = new ArrayDeque<Received<T>>();
      var last = new LastKey(sameKey);
      while (partitions.stream().anyMatch(it -> reading.position(it) < ends.getOrDefault(it, 0L))) {
        if (System.nanoTime() > until) {
          throw new TimeoutException("reading " + topic.topicName() + " took too long");
        }
        for (ConsumerRecord<byte[], byte[]> record : reading.poll(POLL)) {
          if (record.key() == null || !last.isSame(record.key())) {
            continue;
          }
          try {
            found.add(CloudEvents.read(record, dataType));
          } catch (UnreadableRecord e) {
            LOG.debugf("left out of a history: %s", e.reason());
          }
          if (found.size() > most) {
            found.removeFirst();
          }
        }
      }
      return List.copyOf(found);
    } catch (KafkaException e) {
      throw new TimeoutException(String.valueOf(e.getMessage()));
    } finally {
      places.release();
    }
  }

  /** Records of one key often follow each other. */
  private static final class LastKey {
    private final Predicate<String> sameKey;
    private byte[] key = {};
    private boolean same;

    LastKey(Predicate<String> sameKey) {
      this.sameKey = sameKey;
    }

    boolean isSame(byte[] other) {
      if (!Arrays.equals(key, other)) {
        key = other;
        same = sameKey.test(new String(other, StandardCharsets.UTF_8));
      }
      return same;
    }
  }
}
