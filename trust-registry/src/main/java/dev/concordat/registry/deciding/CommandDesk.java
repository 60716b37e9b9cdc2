package dev.concordat.registry.deciding;

import dev.concordat.contracts.Problem;
import dev.concordat.contracts.Topic;
import dev.concordat.contracts.events.Event;
import dev.concordat.contracts.events.EventType;
import dev.concordat.contracts.events.Idempotency;
import dev.concordat.contracts.events.PartnerCommandDecided;
import dev.concordat.messaging.CloudEvents;
import dev.concordat.messaging.KafkaClients;
import dev.concordat.messaging.UnreadableRecord;
import dev.concordat.registry.PartnerDirectory;
import dev.concordat.registry.rules.CommandsDecided;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
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
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
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

  /** The attribute of a decision that tells whose it is, without a look at its data. */
  static final String COMMAND_ID = "commandid";

  /** The attribute of a decision whose command may be repeated. */
  static final String IDEMPOTENCY_KEY = "idempotencykey";

  private static final Duration POLL = Duration.ofMillis(500);

  /** How long a repetition of a command is known as one. */
  private static final Duration REPEATABLE = Duration.ofDays(1);

  /** How many records are read back at most to know repetitions: a command and a decision each. */
  private static final long MOST_READ_BACK = 2L * CommandsDecided.MOST;

  private final PartnerDirectory directory;
  private final CloudEvents cloudEvents;
  private final KafkaClients clients;
  private final InstantSource clock;
  private final RegistrySettings settings;
  private final MeterRegistry metrics;
  private final KafkaPulse kafka;
  private final CommandsDecided decided = new CommandsDecided();
  private final Map<String, CompletableFuture<PartnerCommandDecided>> waiting =
      new ConcurrentHashMap<>();
  private final Thread thread;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition moved = lock.newCondition();
  private @Nullable KafkaProducer<byte[], byte[]> producer;
  private boolean listening;
  private long position = -1;
  private volatile boolean closed;
  private volatile @Nullable KafkaConsumer<byte[], byte[]> consumer;

  /**
   * What became of a command.
   *
   * @param decided the decision; where it made a state, this replica has read it
   * @param repeated whether it was made before, of the same command
   */
  public record Answer(PartnerCommandDecided decided, boolean repeated) {}

  public CommandDesk(
      PartnerDirectory directory,
      CloudEvents cloudEvents,
      KafkaClients clients,
      InstantSource clock,
      RegistrySettings settings,
      MeterRegistry metrics) {
    this.directory = directory;
    this.cloudEvents = cloudEvents;
    this.clients = clients;
    this.clock = clock;
    this.settings = settings;
    this.metrics = metrics;
    kafka = new KafkaPulse(clients);
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

  /** What was decided of repeatable commands, as far as it was heard. */
  CommandsDecided decided() {
    return decided;
  }

  /** Waits until every decision in front of an offset was heard. */
  void awaitHeard(long offset, Duration atMost) throws TimeoutException, InterruptedException {
    long left = atMost.toNanos();
    lock.lockInterruptibly();
    try {
      while (position < offset) {
        if (left <= 0) {
          throw new TimeoutException("the decisions in front of " + offset + " were not read");
        }
        left = moved.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Hands a command in and waits for what becomes of it.
   *
   * @throws NotDecided if nothing was decided, or nobody can say
   */
  public Answer submit(
      String commandId,
      String name,
      Event command,
      @Nullable Idempotency idempotency,
      @Nullable String traceparent)
      throws NotDecided, InterruptedException {
    Optional<PartnerCommandDecided> before =
        idempotency == null ? Optional.empty() : decided.of(idempotency);
    if (before.isPresent()) {
      return new Answer(before.get(), true);
    }
    if (!isListening() || !kafka.beats(settings.silence())) {
      throw unavailable("Kafka does not answer");
    }
    var decision = new CompletableFuture<PartnerCommandDecided>();
    var sample = Timer.start(metrics);
    waiting.put(commandId, decision);
    try {
      append(commandId, name, cloudEvents.record(name, command, traceparent));
      PartnerCommandDecided told = await(decision);
      Long revision = told.revision();
      if (revision != null) {
        directory.awaitRevision(revision, settings.decisionTimeout());
      }
      sample.stop(
          Timer.builder("concordat.registry.decision")
              .description("Time from handing a command in to its decision being readable here")
              .tag("outcome", told.outcome().name().toLowerCase(Locale.ROOT))
              .publishPercentileHistogram()
              .register(metrics));
      return new Answer(told, false);
    } catch (TimeoutException e) {
      throw unknown(commandId, name);
    } finally {
      waiting.remove(commandId);
    }
  }

  /** Waits for as long as Kafka answers, so that another replica may take over meanwhile. */
  private PartnerCommandDecided await(CompletableFuture<PartnerCommandDecided> decision)
      throws TimeoutException, InterruptedException {
    long until = System.nanoTime() + settings.decisionTimeout().toNanos();
    while (true) {
      try {
        return decision.get(1, TimeUnit.SECONDS);
      } catch (TimeoutException e) {
        if (System.nanoTime() > until || !kafka.beats(settings.silence())) {
          throw e;
        }
      } catch (ExecutionException e) {
        throw new IllegalStateException("a decision never fails", e);
      }
    }
  }

  private void append(String commandId, String name, ProducerRecord<String, byte[]> record)
      throws NotDecided, InterruptedException, TimeoutException {
    var raw =
        new ProducerRecord<>(
            record.topic(),
            null,
            null,
            record.key().getBytes(StandardCharsets.UTF_8),
            record.value(),
            record.headers());
    try {
      producer().send(raw).get(settings.silence().toMillis(), TimeUnit.MILLISECONDS);
      kafka.beat();
    } catch (KafkaException e) {
      // It was never handed to the network.
      throw unavailable("Kafka can't be reached");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ApiException refused
          && !(refused instanceof RetriableException)) {
        throw unavailable("Kafka refuses the command (" + refused.getMessage() + ")");
      }
      LOG.warnf("A command was not acknowledged: %s", e.getMessage());
      throw unknown(commandId, name);
    }
  }

  /** Made for the first command: at the start what it needs to reach Kafka may still be missing. */
  private KafkaProducer<byte[], byte[]> producer() {
    lock.lock();
    try {
      KafkaProducer<byte[], byte[]> made = producer == null ? clients.producer() : producer;
      producer = made;
      return made;
    } finally {
      lock.unlock();
    }
  }

  private static NotDecided unavailable(String why) {
    return new NotDecided(
        Problem.of(
            "registry-unavailable",
            "Registrations can't be taken now",
            503,
            why
                + ", so nothing was written. Partners can still be read. Try again in a few"
                + " seconds."));
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
                    + " again: if it is as asked for, it was done. Repeating the same request is"
                    + " safe; with the same Idempotency-Key it gets the first one's answer.")
            .with("commandId", commandId));
  }

  private void listen() {
    while (!closed) {
      try (var reading = clients.reader()) {
        consumer = reading;
        reading.assign(List.of(COMMANDS));
        long end = reading.endOffsets(List.of(COMMANDS)).getOrDefault(COMMANDS, 0L);
        reading.seek(COMMANDS, whereToBegin(reading, end));
        while (!closed) {
          for (ConsumerRecord<byte[], byte[]> record : reading.poll(POLL)) {
            kafka.beat();
            take(record);
          }
          heard(reading.position(COMMANDS), end);
        }
      } catch (WakeupException | InterruptException e) {
        LOG.debug("the decisions' reader was woken");
      } catch (KafkaException e) {
        LOG.debugf("decisions can't be read: %s", e.getMessage());
        pause();
      } finally {
        silent();
        consumer = null;
      }
    }
  }

  /** Where it ended before; at first, so far back that repetitions are known as such. */
  private long whereToBegin(KafkaConsumer<byte[], byte[]> reading, long end) {
    long begin = reading.beginningOffsets(List.of(COMMANDS)).getOrDefault(COMMANDS, 0L);
    long before;
    lock.lock();
    try {
      before = position;
    } finally {
      lock.unlock();
    }
    if (before >= begin && before <= end) {
      return before;
    }
    var sinceThen =
        reading
            .offsetsForTimes(Map.of(COMMANDS, clock.instant().minus(REPEATABLE).toEpochMilli()))
            .get(COMMANDS);
    long recent = sinceThen == null ? end : sinceThen.offset();
    return Math.max(begin, Math.max(recent, end - MOST_READ_BACK));
  }

  private void heard(long next, long end) {
    lock.lock();
    try {
      position = next;
      listening = listening || next >= end;
      moved.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void silent() {
    lock.lock();
    try {
      listening = false;
    } finally {
      lock.unlock();
    }
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
    if (!CloudEvents.says(record, EventType.PARTNER_COMMAND_DECIDED)
        || !concernsThisReplica(record)) {
      return;
    }
    try {
      PartnerCommandDecided told = CloudEvents.read(record, PartnerCommandDecided.class).data();
      if (told == null) {
        return;
      }
      decided.add(told);
      var whoWaits = waiting.get(told.commandId());
      if (whoWaits != null) {
        whoWaits.complete(told);
      }
    } catch (UnreadableRecord e) {
      LOG.debugf("left to the one who decides: %s", e.reason());
    }
  }

  /** Most decisions are another replica's; reading each would cost all of them alike. */
  private boolean concernsThisReplica(ConsumerRecord<byte[], byte[]> record) {
    return CloudEvents.attribute(record, IDEMPOTENCY_KEY).isPresent()
        || CloudEvents.attribute(record, COMMAND_ID).map(waiting::containsKey).orElse(true);
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
    lock.lock();
    try {
      if (producer != null) {
        producer.close(Duration.ofSeconds(1));
      }
    } finally {
      lock.unlock();
    }
    kafka.close();
  }
}
