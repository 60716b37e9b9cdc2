package dev.concordat.messaging;

import dev.concordat.contracts.Topic;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.BackPressureStrategy;
import io.smallrye.mutiny.subscription.MultiEmitter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Events of topics as a stream, from the first that the topic still has or from behind a position,
 * in the structured JSON format of CloudEvents: what the {@code …/events} endpoints serve as
 * server-sent events.
 */
public final class EventFeed {

  private static final Logger LOG = Logger.getLogger(EventFeed.class);
  private static final Duration POLL = Duration.ofMillis(300);
  private static final int MAX_POSITION_LENGTH = 4096;

  private final KafkaClients clients;
  private final int most;
  private final Semaphore places;

  /**
   * @param most how many feeds may be open at once
   */
  public EventFeed(KafkaClients clients, int most) {
    this.clients = clients;
    this.most = most;
    places = new Semaphore(most);
  }

  /**
   * The events of these topics.
   *
   * @param lastEventId the position behind which to go on; absent for all that there are
   * @param follow whether to go on with what is written later, rather than to end with what was
   *     there
   * @throws FeedRefused if too many feeds are open, or the position is none
   */
  public Multi<FeedItem> replay(Set<Topic> topics, @Nullable String lastEventId, boolean follow) {
    var partitions =
        topics.stream()
            .sorted()
            .flatMap(
                topic ->
                    IntStream.range(0, topic.partitions())
                        .mapToObj(it -> new TopicPartition(topic.topicName(), it)))
            .toList();
    var from = parse(lastEventId, Set.copyOf(partitions));
    if (!places.tryAcquire()) {
      throw new FeedRefused(
          FeedRefused.Reason.TOO_MANY,
          "all " + most + " feeds of events are taken; close one, or try again later");
    }
    return Multi.createFrom()
        .<FeedItem>emitter(
            emitter -> new Feed(partitions, from, follow, emitter).start(),
            BackPressureStrategy.IGNORE)
        .onTermination()
        .invoke(places::release);
  }

  /** Positions as {@code topic-partition:next offset}, joined by commas. */
  static String position(Map<TopicPartition, Long> next) {
    return next.entrySet().stream()
        .map(it -> it.getKey() + ":" + it.getValue())
        .sorted()
        .collect(Collectors.joining(","));
  }

  static Map<TopicPartition, Long> parse(
      @Nullable String position, Set<TopicPartition> partitions) {
    if (position == null || position.isBlank()) {
      return Map.of();
    }
    var from = new HashMap<TopicPartition, Long>();
    if (position.length() <= MAX_POSITION_LENGTH) {
      for (String part : position.split(",", -1)) {
        int colon = part.lastIndexOf(':');
        int dash = part.lastIndexOf('-', Math.max(colon, 0));
        if (colon > 0 && dash > 0) {
          try {
            var partition =
                new TopicPartition(
                    part.substring(0, dash), Integer.parseInt(part.substring(dash + 1, colon)));
            long offset = Long.parseLong(part.substring(colon + 1));
            if (partitions.contains(partition) && offset >= 0) {
              from.put(partition, offset);
              continue;
            }
          } catch (NumberFormatException e) {
            LOG.debugf("no position: %s", e.getMessage());
          }
        }
        throw badPosition();
      }
      return from;
    }
    throw badPosition();
  }

  private static FeedRefused badPosition() {
    return new FeedRefused(
        FeedRefused.Reason.BAD_POSITION,
        "the Last-Event-ID is no position of this feed; leave it out to begin at the beginning");
  }

  /** One feed: a consumer on a thread of its own, which waits for the listener's demand. */
  private final class Feed {

    private final List<TopicPartition> partitions;
    private final Map<TopicPartition, Long> next;
    private final boolean follow;
    private final MultiEmitter<? super FeedItem> emitter;
    private final Semaphore demand = new Semaphore(0);
    private volatile boolean ended;
    private volatile @Nullable KafkaConsumer<byte[], byte[]> consumer;

    Feed(
        List<TopicPartition> partitions,
        Map<TopicPartition, Long> from,
        boolean follow,
        MultiEmitter<? super FeedItem> emitter) {
      this.partitions = partitions;
      this.next = new HashMap<>(from);
      this.follow = follow;
      this.emitter = emitter;
    }

    void start() {
      Thread thread = Thread.ofPlatform().daemon().name("event-feed").unstarted(this::run);
      emitter.onRequest(
          wanted -> {
            // Demand beyond this is as good as none at all.
            int free = 1_000_000 - demand.availablePermits();
            demand.release((int) Math.min(wanted, Math.max(free, 0)));
          });
      emitter.onTermination(
          () -> {
            ended = true;
            demand.release();
            var reading = consumer;
            if (reading != null) {
              reading.wakeup();
            }
          });
      long already = emitter.requested();
      if (already > 0 && demand.availablePermits() == 0) {
        demand.release((int) Math.min(already, 1_000_000));
      }
      thread.start();
    }

    private void run() {
      try (var reading =
          clients.consumer(
              Map.of(
                  ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false",
                  ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest"))) {
        consumer = reading;
        read(reading);
        emitter.complete();
      } catch (WakeupException | InterruptException | InterruptedException e) {
        emitter.complete();
      } catch (KafkaException e) {
        LOG.warnf("A feed of events ended: %s", e.getMessage());
        emitter.fail(e);
      }
    }

    private void read(KafkaConsumer<byte[], byte[]> reading) throws InterruptedException {
      reading.assign(partitions);
      var begins = reading.beginningOffsets(partitions);
      var ends = reading.endOffsets(partitions);
      for (TopicPartition partition : partitions) {
        long begin = begins.getOrDefault(partition, 0L);
        long from = Math.max(next.getOrDefault(partition, begin), begin);
        next.put(partition, from);
        reading.seek(partition, from);
      }
      while (!ended) {
        for (ConsumerRecord<byte[], byte[]> record : inOrder(reading)) {
          if (follow || record.offset() < ends.getOrDefault(partitionOf(record), 0L)) {
            emit(record);
          }
        }
        if (!follow
            && partitions.stream()
                .allMatch(it -> reading.position(it) >= ends.getOrDefault(it, 0L))) {
          return;
        }
      }
    }

    private List<ConsumerRecord<byte[], byte[]>> inOrder(KafkaConsumer<byte[], byte[]> reading) {
      var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
      reading.poll(POLL).forEach(records::add);
      return records;
    }

    private void emit(ConsumerRecord<byte[], byte[]> record) throws InterruptedException {
      next.put(partitionOf(record), record.offset() + 1);
      FeedItem item;
      try {
        item =
            new FeedItem(
                position(next),
                CloudEvents.envelope(record).type(),
                CloudEvents.structured(record));
      } catch (UnreadableRecord e) {
        // It is on the dead letters already, or will be: a view reads it too.
        LOG.debugf(
            "a feed leaves out %s-%d@%d", record.topic(), record.partition(), record.offset());
        return;
      }
      demand.acquire();
      if (!ended) {
        emitter.emit(item);
      }
    }

    private static TopicPartition partitionOf(ConsumerRecord<?, ?> record) {
      return new TopicPartition(record.topic(), record.partition());
    }
  }
}
