package dev.concordat.messaging;

import dev.concordat.contracts.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.utils.Utils;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** A share by membership in a consumer group, on a thread of its own. */
final class GroupShare implements WorkShare, ConsumerRebalanceListener {

  private static final Logger LOG = Logger.getLogger(GroupShare.class);
  private static final Duration POLL = Duration.ofMillis(250);
  private static final Duration RETRY_PAUSE = Duration.ofMillis(500);

  private final Topic topic;
  private final String group;
  private final Duration sessionTimeout;
  private final KafkaClients clients;
  private final @Nullable Consumer<ConsumerRecord<byte[], byte[]>> handler;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private volatile Set<Integer> owned = Set.of();
  private volatile boolean closed;
  private volatile @Nullable KafkaConsumer<byte[], byte[]> consumer;
  private final Thread thread;

  GroupShare(
      Topic topic,
      String group,
      Duration sessionTimeout,
      KafkaClients clients,
      @Nullable Consumer<ConsumerRecord<byte[], byte[]>> handler) {
    this.topic = topic;
    this.group = group;
    this.sessionTimeout = sessionTimeout;
    this.clients = clients;
    this.handler = handler;
    thread = Thread.ofPlatform().daemon().name("share-" + group).unstarted(this::take);
  }

  void start() {
    thread.start();
  }

  @Override
  public boolean owns(String key) {
    // As Kafka's own partitioner does it, so that a key's work is where its records are.
    int partition =
        Utils.toPositive(Utils.murmur2(key.getBytes(StandardCharsets.UTF_8))) % topic.partitions();
    return owned.contains(partition);
  }

  @Override
  public Set<Integer> partitions() {
    return owned;
  }

  @Override
  public void onChange(Runnable listener) {
    listeners.add(listener);
  }

  @Override
  public void close() {
    closed = true;
    var reading = consumer;
    if (reading != null) {
      reading.wakeup();
    }
    try {
      thread.join(Duration.ofSeconds(3));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
    var now = new TreeSet<>(owned);
    partitions.forEach(partition -> now.add(partition.partition()));
    change(now);
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
    var now = new TreeSet<>(owned);
    partitions.forEach(partition -> now.remove(partition.partition()));
    change(now);
  }

  private void change(Set<Integer> now) {
    if (now.equals(owned)) {
      return;
    }
    owned = Set.copyOf(now);
    LOG.infof("Of %s this replica has the partitions %s", topic.topicName(), now);
    for (Runnable listener : listeners) {
      try {
        listener.run();
      } catch (RuntimeException e) {
        LOG.errorf(e, "A listener of the share of %s failed", topic.topicName());
      }
    }
  }

  private void take() {
    boolean said = false;
    while (!closed) {
      try (var reading =
          clients.consumer(
              Map.of(
                  ConsumerConfig.GROUP_ID_CONFIG,
                  group,
                  ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                  CooperativeStickyAssignor.class.getName(),
                  ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
                  Long.toString(sessionTimeout.toMillis()),
                  ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
                  Long.toString(sessionTimeout.toMillis() / 4),
                  ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                  "latest",
                  ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                  Boolean.toString(handler != null),
                  ConsumerConfig.AUTO_COMMIT_INTERVAL_MS_CONFIG,
                  "1000"))) {
        consumer = reading;
        reading.subscribe(List.of(topic.topicName()), this);
        said = false;
        while (!closed) {
          poll(reading);
        }
      } catch (WakeupException | InterruptException e) {
        LOG.debugf("the share of %s was woken", topic.topicName());
      } catch (KafkaException e) {
        if (!said) {
          LOG.warnf(
              "The share of %s can't be had from Kafka at %s (%s); trying on",
              topic.topicName(), clients.bootstrapServers(), e.getMessage());
          said = true;
        }
        try {
          Thread.sleep(RETRY_PAUSE);
        } catch (InterruptedException interrupted) {
          Thread.currentThread().interrupt();
        }
      } finally {
        consumer = null;
      }
    }
  }

  private void poll(KafkaConsumer<byte[], byte[]> reading) {
    var records = reading.poll(POLL);
    var handle = handler;
    if (handle == null) {
      // Only who has which partition matters here: nothing needs to be fetched.
      reading.pause(reading.assignment());
      return;
    }
    for (ConsumerRecord<byte[], byte[]> record : records) {
      try {
        handle.accept(record);
      } catch (RuntimeException e) {
        LOG.errorf(
            e,
            "The record at %s-%d offset %d could not be handled",
            record.topic(),
            record.partition(),
            record.offset());
      }
    }
  }
}
