package dev.concordat.probe.results;

import dev.concordat.contracts.Topic;
import dev.concordat.contracts.events.ProbeCompleted;
import dev.concordat.messaging.CloudEvents;
import dev.concordat.messaging.DeadLetters;
import dev.concordat.messaging.KafkaClients;
import dev.concordat.messaging.UnreadableRecord;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

/** Follows {@code concordat.probes} from a little before its end, and adds what it reads. */
public final class ResultsTail implements AutoCloseable {

  private static final Logger LOG = Logger.getLogger(ResultsTail.class);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration RETRY_PAUSE = Duration.ofMillis(500);
  private static final Duration STOP = Duration.ofSeconds(3);

  private final KafkaClients clients;
  private final DeadLetters deadLetters;
  private final RecentResults results;
  private final int replayed;
  private final List<TopicPartition> partitions =
      IntStream.range(0, Topic.PROBES.partitions())
          .mapToObj(it -> new TopicPartition(Topic.PROBES.topicName(), it))
          .toList();
  private final Map<TopicPartition, Long> next = new HashMap<>();
  private final Thread thread =
      Thread.ofPlatform().daemon().name("probe-results").unstarted(this::follow);
  private volatile boolean closed;
  private volatile @Nullable KafkaConsumer<byte[], byte[]> consumer;

  /**
   * @param kept how many results are worth reading from the past
   */
  public ResultsTail(
      KafkaClients clients, DeadLetters deadLetters, RecentResults results, int kept) {
    this.clients = clients;
    this.deadLetters = deadLetters;
    this.results = results;
    replayed = Math.max(1, kept / partitions.size());
  }

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
          for (ConsumerRecord<byte[], byte[]> record : reading.poll(POLL)) {
            read(record);
          }
        }
      } catch (WakeupException | InterruptException e) {
        LOG.debug("the tail of results was woken");
      } catch (OffsetOutOfRangeException e) {
        // The topic was made anew, or has lost what we had not read.
        next.clear();
      } catch (KafkaException e) {
        if (!said) {
          LOG.warnf(
              "Results of other replicas can't be read from Kafka at %s (%s); trying on",
              clients.bootstrapServers(), e.getMessage());
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
      long from = next.getOrDefault(partition, Math.max(begin, end - replayed));
      reading.seek(partition, Math.clamp(from, begin, end));
    }
  }

  private void read(ConsumerRecord<byte[], byte[]> record) {
    next.put(new TopicPartition(record.topic(), record.partition()), record.offset() + 1);
    try {
      ProbeCompleted result = CloudEvents.read(record, ProbeCompleted.class).data();
      if (result != null) {
        results.add(result);
      }
    } catch (UnreadableRecord e) {
      deadLetters.send(record, e.reason());
    }
  }

  @Override
  public void close() {
    closed = true;
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
