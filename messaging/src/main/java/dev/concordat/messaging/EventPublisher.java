package dev.concordat.messaging;

import dev.concordat.contracts.Topic;
import dev.concordat.contracts.events.Event;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Writes events to their topics in the order given, without ever making the caller wait.
 *
 * <p>While Kafka is away they wait in memory, bounded: then the oldest is dropped, counted, and its
 * stage fails with {@link EventDropped}. After a failure in between, an event may stand on the
 * topic twice with the same id, but none overtakes another of the same key.
 */
public final class EventPublisher implements AutoCloseable {

  private static final Logger LOG = Logger.getLogger(EventPublisher.class);
  private static final int BATCH = 500;
  private static final Duration RETRY_PAUSE = Duration.ofMillis(500);

  private record Pending(ProducerRecord<byte[], byte[]> record, CompletableFuture<Long> done) {}

  private final CloudEvents cloudEvents;
  private final KafkaClients clients;
  private final int capacity;
  private final Duration flushTimeout;
  private final Counter published;
  private final Counter dropped;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<Pending> waiting = new ArrayDeque<>();
  private int underWay;
  private long crowdedOut;
  private boolean closing;
  private final Thread sender;

  /**
   * @param capacity how many events may wait
   * @param flushTimeout how long {@link #close()} waits for them
   */
  public EventPublisher(
      CloudEvents cloudEvents,
      KafkaClients clients,
      int capacity,
      Duration flushTimeout,
      MeterRegistry metrics) {
    this.cloudEvents = cloudEvents;
    this.clients = clients;
    this.capacity = capacity;
    this.flushTimeout = flushTimeout;
    published =
        Counter.builder("concordat.events.published")
            .description("Events that are on Kafka")
            .register(metrics);
    dropped =
        Counter.builder("concordat.events.dropped")
            .description("Events that never reached Kafka")
            .register(metrics);
    Gauge.builder("concordat.events.waiting", this, EventPublisher::size)
        .description("Events that wait for Kafka")
        .register(metrics);
    // A platform thread: the Kafka client blocks in native selects.
    sender = Thread.ofPlatform().daemon().name("event-publisher").start(this::send);
  }

  /** Writes an event; the stage completes with its offset. */
  public CompletionStage<Long> publish(String subject, Event data) {
    return publish(subject, data, null);
  }

  /** Writes an event that belongs to a trace; the stage completes with its offset. */
  public CompletionStage<Long> publish(String subject, Event data, @Nullable String traceparent) {
    return publish(cloudEvents.record(subject, data, traceparent));
  }

  /** Removes a key from a compacted topic; the stage completes with the tombstone's offset. */
  public CompletionStage<Long> remove(Topic topic, String subject, String type) {
    return publish(cloudEvents.tombstone(topic, subject, type, null, Map.of()));
  }

  private CompletionStage<Long> publish(ProducerRecord<String, byte[]> record) {
    return publishRaw(
        new ProducerRecord<>(
            record.topic(),
            null,
            null,
            record.key().getBytes(StandardCharsets.UTF_8),
            record.value(),
            record.headers()));
  }

  CompletionStage<Long> publishRaw(ProducerRecord<byte[], byte[]> record) {
    var pending = new Pending(record, new CompletableFuture<>());
    Pending oldest = null;
    boolean first = false;
    lock.lock();
    try {
      if (closing) {
        pending.done.completeExceptionally(new EventDropped("the service is stopping"));
        return pending.done;
      }
      if (waiting.size() >= capacity) {
        oldest = waiting.removeFirst();
        first = crowdedOut++ == 0;
      }
      waiting.addLast(pending);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (oldest != null) {
      String why = "the buffer of " + capacity + " events is full while Kafka is away";
      if (first) {
        LOG.errorf("The oldest events are dropped from now on: %s", why);
      }
      drop(oldest, why);
    }
    return pending.done;
  }

  /** How many events are not on Kafka yet. */
  public int size() {
    lock.lock();
    try {
      return waiting.size() + underWay;
    } finally {
      lock.unlock();
    }
  }

  /** Gives the events that still wait their last chance, and ends. */
  @Override
  public void close() {
    lock.lock();
    try {
      closing = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    try {
      if (!sender.join(flushTimeout)) {
        sender.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    int lost = size();
    if (lost > 0) {
      LOG.warnf("%d events did not reach Kafka before the service stopped", lost);
    }
  }

  private void send() {
    try (KafkaProducer<byte[], byte[]> producer = madeProducer()) {
      List<Pending> batch = next();
      while (!batch.isEmpty()) {
        sendUntilDone(producer, batch);
        batch = next();
      }
    } catch (InterruptedException | InterruptException e) {
      LOG.debug("the sender was interrupted", e);
    }
  }

  /** A producer, as soon as one can be made: what it needs to reach Kafka may come later. */
  private KafkaProducer<byte[], byte[]> madeProducer() throws InterruptedException {
    while (true) {
      try {
        return clients.producer();
      } catch (KafkaException e) {
        LOG.debugf("no producer can be made: %s", e.getMessage());
        Thread.sleep(RETRY_PAUSE);
      }
    }
  }

  /** Waits for events; an empty list means that there will be no more. */
  private List<Pending> next() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (waiting.isEmpty() && !closing) {
        changed.await();
      }
      var batch = new ArrayList<Pending>(Math.min(BATCH, waiting.size()));
      while (!waiting.isEmpty() && batch.size() < BATCH) {
        batch.add(waiting.removeFirst());
      }
      underWay = batch.size();
      return batch;
    } finally {
      lock.unlock();
    }
  }

  private void sendUntilDone(KafkaProducer<byte[], byte[]> producer, List<Pending> batch)
      throws InterruptedException {
    boolean said = false;
    List<Pending> left = batch;
    while (!left.isEmpty()) {
      left = sendOnce(producer, left);
      lock.lock();
      try {
        underWay = left.size();
      } finally {
        lock.unlock();
      }
      if (!left.isEmpty()) {
        if (!said) {
          LOG.warnf(
              "Kafka at %s does not take events; they wait in memory", clients.bootstrapServers());
          said = true;
        }
        Thread.sleep(RETRY_PAUSE);
      }
    }
    if (said) {
      LOG.infof("Kafka takes events again; %d were dropped meanwhile", takeCrowdedOut());
    }
  }

  private long takeCrowdedOut() {
    lock.lock();
    try {
      long count = crowdedOut;
      crowdedOut = 0;
      return count;
    } finally {
      lock.unlock();
    }
  }

  /** Sends these, and returns the first that could not be sent yet with all behind it. */
  private List<Pending> sendOnce(KafkaProducer<byte[], byte[]> producer, List<Pending> batch) {
    var sent = new ArrayList<@Nullable Future<RecordMetadata>>(batch.size());
    var refused = new ArrayList<@Nullable KafkaException>(batch.size());
    for (Pending pending : batch) {
      try {
        sent.add(producer.send(pending.record));
        refused.add(null);
      } catch (InterruptException e) {
        throw e;
      } catch (KafkaException e) {
        sent.add(null);
        refused.add(e);
        if (e instanceof RetriableException) {
          break;
        }
      }
    }
    for (int i = 0; i < batch.size(); i++) {
      Pending pending = batch.get(i);
      Throwable failure;
      var future = i < sent.size() ? sent.get(i) : null;
      if (future == null) {
        failure = i < refused.size() ? refused.get(i) : null;
      } else {
        try {
          pending.done.complete(future.get().offset());
          published.increment();
          continue;
        } catch (ExecutionException e) {
          failure = e.getCause();
        } catch (InterruptedException e) {
          throw new InterruptException(e);
        }
      }
      if (failure == null || failure instanceof RetriableException) {
        return List.copyOf(batch.subList(i, batch.size()));
      }
      String why =
          "Kafka refuses events on %s for good: %s"
              .formatted(pending.record.topic(), failure.getMessage());
      LOG.errorf("An event was dropped: %s", why);
      drop(pending, why);
    }
    return List.of();
  }

  private void drop(Pending pending, String why) {
    dropped.increment();
    pending.done.completeExceptionally(new EventDropped(why));
  }
}
