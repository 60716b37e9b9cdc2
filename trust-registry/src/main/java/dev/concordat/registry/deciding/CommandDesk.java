package dev.concordat.registry.deciding;

import dev.concordat.contracts.Problem;
import dev.concordat.contracts.Topic;
import dev.concordat.contracts.events.Event;
import dev.concordat.contracts.events.PartnerCommandDecided;
import dev.concordat.messaging.CloudEvents;
import dev.concordat.messaging.KafkaClients;
import dev.concordat.messaging.UnreadableRecord;
import dev.concordat.registry.PartnerDirectory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Where a command is handed in and its decision waited for, on any replica. It reads the decisions
 * as they are written, and answers only when this replica has read the state that came of them.
 */
public final class CommandDesk implements AutoCloseable {

  private static final Logger LOG = Logger.getLogger(CommandDesk.class);
  private static final TopicPartition COMMANDS =
      new TopicPartition(Topic.PARTNER_COMMANDS.topicName(), 0);
  private static final Duration POLL = Duration.ofMillis(500);

  /** Kafka is asked whether it is there when it has been silent for longer. */
  private static final Duration FRESH = Duration.ofSeconds(1);

  private final PartnerDirectory directory;
  private final CloudEvents cloudEvents;
  private final KafkaClients clients;
  private final RegistrySettings settings;
  private final Map<String, CompletableFuture<PartnerCommandDecided>> waiting =
      new ConcurrentHashMap<>();
  private final KafkaProducer<byte[], byte[]> producer;
  private final Thread thread;
  private final ReentrantLock asking = new ReentrantLock();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition listeningChanged = lock.newCondition();
  private boolean listening;
  private volatile long lastContact = System.nanoTime() - FRESH.toNanos();
  private volatile boolean closed;
  private volatile @Nullable KafkaConsumer<byte[], byte[]> consumer;

  public CommandDesk(
      PartnerDirectory directory,
      CloudEvents cloudEvents,
      KafkaClients clients,
      RegistrySettings settings) {
    this.directory = directory;
    this.cloudEvents = cloudEvents;
    this.clients = clients;
    this.settings = settings;
    producer = clients.producer();
    // A platform thread: the Kafka client blocks in native selects.
    thread = Thread.ofPlatform().daemon().name("decisions").unstarted(this::listen);
  }

  /** Begins to listen for decisions. */
  public void start() {
    thread.start();
  }

  /** Whether decisions are heard, so that commands can be taken. */
  public boolean isListening() {
    lock.lock();
    try {
      return listening;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Hands a command in and waits for what becomes of it.
   *
   * @return what was decided; where it made a state, this replica has read it
   * @throws NotDecided if nothing was decided, or nobody can say
   */
  public PartnerCommandDecided submit(
      String commandId, String name, Event command, @Nullable String traceparent)
      throws NotDecided, InterruptedException {
    requireKafka();
    var decision = new CompletableFuture<PartnerCommandDecided>();
    waiting.put(commandId, decision);
    try {
      append(commandId, name, cloudEvents.record(name, command, traceparent));
      PartnerCommandDecided decided =
          decision.get(settings.decisionTimeout().toMillis(), TimeUnit.MILLISECONDS);
      Long revision = decided.revision();
      if (revision != null) {
        directory.awaitRevision(revision, settings.decisionTimeout());
      }
      return decided;
    } catch (TimeoutException e) {
      throw unknown(commandId, name);
    } catch (ExecutionException e) {
      throw unknown(commandId, name);
    } finally {
      waiting.remove(commandId);
    }
  }

  /** Refuses while it is certain that nothing was written. */
  private void requireKafka() throws NotDecided, InterruptedException {
    if (!isListening()) {
      throw unavailable();
    }
    if (System.nanoTime() - lastContact < FRESH.toNanos()) {
      return;
    }
    // One asks for all who came meanwhile.
    if (!asking.tryLock(settings.appendTimeout().toMillis(), TimeUnit.MILLISECONDS)) {
      throw unavailable();
    }
    try (var admin = clients.admin()) {
      if (System.nanoTime() - lastContact >= FRESH.toNanos()) {
        admin
            .describeCluster()
            .nodes()
            .get(settings.appendTimeout().toMillis(), TimeUnit.MILLISECONDS);
        lastContact = System.nanoTime();
      }
    } catch (ExecutionException | TimeoutException | KafkaException e) {
      throw unavailable();
    } finally {
      asking.unlock();
    }
  }

  private void append(String commandId, String name, ProducerRecord<String, byte[]> record)
      throws NotDecided, InterruptedException {
    var raw =
        new ProducerRecord<>(
            record.topic(),
            null,
            null,
            record.key().getBytes(StandardCharsets.UTF_8),
            record.value(),
            record.headers());
    try {
      producer.send(raw).get();
      lastContact = System.nanoTime();
    } catch (KafkaException e) {
      // It was never handed to the network.
      throw unavailable();
    } catch (ExecutionException e) {
      LOG.warnf("A command was not acknowledged: %s", e.getMessage());
      throw unknown(commandId, name);
    }
  }

  private static NotDecided unavailable() {
    return new NotDecided(
        Problem.of(
            "registry-unavailable",
            "Registrations can't be taken now",
            503,
            "Kafka does not answer, so nothing was written. Partners can still be read. Try again in"
                + " a few seconds."));
  }

  private static NotDecided unknown(String commandId, String name) {
    return new NotDecided(
        Problem.of(
                "outcome-unknown",
                "It is not known whether this was done",
                503,
                "The command was handed to Kafka, but its decision was not heard in time; it may"
                    + " still be carried out. Read the partner "
                    + name
                    + " again: if it is as asked for, it was done; repeating the same request is"
                    + " safe.")
            .with("commandId", commandId));
  }

  private void listen() {
    while (!closed) {
      try (var reading = clients.reader()) {
        consumer = reading;
        reading.assign(List.of(COMMANDS));
        long end = reading.endOffsets(List.of(COMMANDS)).getOrDefault(COMMANDS, 0L);
        reading.seek(COMMANDS, end);
        hear(true);
        while (!closed) {
          for (ConsumerRecord<byte[], byte[]> record : reading.poll(POLL)) {
            lastContact = System.nanoTime();
            take(record);
          }
        }
      } catch (WakeupException | InterruptException e) {
        LOG.debug("the decisions' reader was woken");
      } catch (KafkaException e) {
        LOG.debugf("decisions can't be read: %s", e.getMessage());
        pause();
      } finally {
        hear(false);
        consumer = null;
      }
    }
  }

  private void hear(boolean now) {
    lock.lock();
    try {
      listening = now;
      listeningChanged.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
    try {
      if (CloudEvents.readAny(record).data() instanceof PartnerCommandDecided decided) {
        var whoWaits = waiting.get(decided.commandId());
        if (whoWaits != null) {
          whoWaits.complete(decided);
        }
      }
    } catch (UnreadableRecord e) {
      LOG.debugf("left to the one who decides: %s", e.reason());
    }
  }

  private static void pause() {
    try {
      Thread.sleep(Duration.ofMillis(300));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closed = true;
    var reading = consumer;
    if (reading != null) {
      reading.wakeup();
    }
    producer.close(Duration.ofSeconds(1));
  }
}
