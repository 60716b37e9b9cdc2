package dev.concordat.registry.deciding;

import dev.concordat.contracts.Topic;
import dev.concordat.contracts.events.Event;
import dev.concordat.contracts.events.EventType;
import dev.concordat.contracts.events.Idempotency;
import dev.concordat.contracts.events.PartnerCommandDecided;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.RegisterPartner;
import dev.concordat.contracts.events.RemovePartner;
import dev.concordat.messaging.CloudEvents;
import dev.concordat.messaging.DeadLetters;
import dev.concordat.messaging.KafkaClients;
import dev.concordat.messaging.Received;
import dev.concordat.messaging.UnreadableRecord;
import dev.concordat.registry.PartnerDirectory;
import dev.concordat.registry.rules.CommandsDecided;
import dev.concordat.registry.rules.Decision;
import dev.concordat.registry.rules.PartnerRules;
import dev.concordat.registry.rules.Partners;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Decides commands, on the one replica that owns the commands partition.
 *
 * <p>Each batch is one Kafka transaction: the new states, what was decided of each command, and the
 * place in the queue. A replica that lost the partition can't commit: its group generation is over.
 * After any failure it throws clients and state away and begins anew from what is on Kafka, so no
 * failure needs a case of its own.
 */
public final class DecidingLoop implements AutoCloseable {

  private static final Logger LOG = Logger.getLogger(DecidingLoop.class);
  private static final TopicPartition COMMANDS =
      new TopicPartition(Topic.PARTNER_COMMANDS.topicName(), 0);
  private static final TopicPartition PARTNERS = new TopicPartition(Topic.PARTNERS.topicName(), 0);
  private static final String GROUP = "trust-registry";
  private static final String REVISION = "revision=";
  private static final Duration POLL = Duration.ofMillis(250);
  private static final Duration RETRY_PAUSE = Duration.ofMillis(300);

  /** How long an abandoned transaction may hold others up. */
  private static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(10);

  /** How long to wait for what has been decided before. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final PartnerDirectory directory;
  private final CommandDesk desk;
  private final CloudEvents cloudEvents;
  private final KafkaClients clients;
  private final DeadLetters deadLetters;
  private final InstantSource clock;
  private final RegistrySettings settings;
  private final MeterRegistry metrics;
  private final Timer decisionTime;
  private final Thread thread;
  private volatile boolean deciding;
  private volatile boolean closed;
  private volatile @Nullable KafkaConsumer<byte[], byte[]> consumer;

  public DecidingLoop(
      PartnerDirectory directory,
      CommandDesk desk,
      CloudEvents cloudEvents,
      KafkaClients clients,
      DeadLetters deadLetters,
      InstantSource clock,
      RegistrySettings settings,
      MeterRegistry metrics) {
    this.directory = directory;
    this.desk = desk;
    this.cloudEvents = cloudEvents;
    this.clients = clients;
    this.deadLetters = deadLetters;
    this.clock = clock;
    this.settings = settings;
    this.metrics = metrics;
    decisionTime =
        Timer.builder("concordat.registry.transaction")
            .description("Time to decide a batch of commands and commit it")
            .publishPercentileHistogram()
            .register(metrics);
    metrics.gauge("concordat.registry.deciding", this, it -> it.deciding ? 1 : 0);
    // A platform thread: the Kafka client blocks in native selects.
    thread = Thread.ofPlatform().daemon().name("deciding").unstarted(this::run);
  }

  /** Begins to take part in deciding. */
  public void start() {
    thread.start();
  }

  /** Whether this replica decides now. */
  public boolean isDeciding() {
    return deciding;
  }

  @Override
  public void close() {
    closed = true;
    var reading = consumer;
    if (reading != null) {
      reading.wakeup();
    }
    try {
      if (!thread.join(Duration.ofSeconds(5))) {
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    boolean said = false;
    while (!closed) {
      try (var term = new Term()) {
        said = false;
        term.serve();
      } catch (WakeupException | InterruptException e) {
        LOG.debug("the deciding loop was woken");
      } catch (KafkaException | TimeoutException e) {
        if (!said) {
          LOG.warnf("Deciding begins anew (%s: %s)", e.getClass().getSimpleName(), e.getMessage());
          said = true;
        }
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        LOG.error("Deciding begins anew after a fault of its own", e);
      } finally {
        deciding = false;
        consumer = null;
      }
      pause();
    }
  }

  private void pause() {
    try {
      Thread.sleep(RETRY_PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** From joining the group to the first failure. */
  private final class Term implements AutoCloseable, ConsumerRebalanceListener {

    private final KafkaConsumer<byte[], byte[]> commands;
    private @Nullable KafkaProducer<String, byte[]> producer;
    private Partners partners = new Partners();

    /** What this term has decided; what others did, the desk has heard. */
    private final CommandsDecided decided = new CommandsDecided();

    private int replacements;
    private boolean owner;
    private boolean prepared;

    Term() {
      commands =
          clients.consumer(
              Map.of(
                  ConsumerConfig.GROUP_ID_CONFIG,
                  GROUP,
                  ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                  "earliest",
                  ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                  "false",
                  ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
                  Long.toString(settings.takeover().toMillis()),
                  ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
                  Long.toString(settings.takeover().toMillis() / 4),
                  ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                  Integer.toString(settings.batch())));
      consumer = commands;
    }

    void serve() throws InterruptedException, TimeoutException {
      commands.subscribe(List.of(Topic.PARTNER_COMMANDS.topicName()), this);
      while (!closed) {
        var records = commands.poll(POLL);
        if (!owner) {
          continue;
        }
        if (!prepared) {
          prepare();
        }
        if (directory.replacements() != replacements) {
          throw new KafkaException("the partners topic is another one now");
        }
        if (!records.isEmpty()) {
          decide(records.records(COMMANDS));
        }
      }
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      if (partitions.contains(COMMANDS)) {
        owner = true;
        prepared = false;
      }
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      if (partitions.contains(COMMANDS)) {
        owner = false;
        deciding = false;
        LOG.info("Another replica decides from now on");
      }
    }

    /**
     * Ends whatever another replica has begun, then reads what has been decided before. All use one
     * transactional id, so the transaction that a killed replica left open is aborted here and now,
     * rather than after its time-out, and a replica that only slept can't commit any more. Every
     * decision is then in front of the ends as they are.
     */
    private void prepare() throws InterruptedException, TimeoutException {
      var transactional = clients.transactionalProducer(GROUP, TRANSACTION_TIMEOUT);
      producer = transactional;
      transactional.initTransactions();
      commands.position(COMMANDS);
      Map<TopicPartition, Long> ends = commands.endOffsets(List.of(PARTNERS, COMMANDS));
      directory.awaitEnd(ends.getOrDefault(PARTNERS, 0L), PATIENCE);
      desk.awaitHeard(ends.getOrDefault(COMMANDS, 0L), PATIENCE);
      replacements = directory.replacements();
      partners = directory.partners(committedRevision());
      prepared = true;
      deciding = true;
      LOG.infof("This replica decides from now on, behind revision %d", partners.revision());
    }

    /**
     * The revision that was committed with the place in the queue: when the last change was a
     * removal, Kafka may have compacted it away, and no revision is given twice.
     */
    private long committedRevision() {
      OffsetAndMetadata committed = commands.committed(Set.of(COMMANDS)).get(COMMANDS);
      if (committed == null || !committed.metadata().startsWith(REVISION)) {
        return 0;
      }
      try {
        return Long.parseLong(committed.metadata().substring(REVISION.length()));
      } catch (NumberFormatException e) {
        return 0;
      }
    }

    private void decide(List<ConsumerRecord<byte[], byte[]>> records) {
      var transaction = producer;
      if (transaction == null) {
        throw new IllegalStateException("no producer");
      }
      // Its own decisions come back on the same topic; they alone are no reason for a transaction.
      if (records.stream()
          .allMatch(it -> CloudEvents.says(it, EventType.PARTNER_COMMAND_DECIDED))) {
        return;
      }
      var sample = Timer.start(metrics);
      transaction.beginTransaction();
      long next = 0;
      for (ConsumerRecord<byte[], byte[]> record : records) {
        next = record.offset() + 1;
        if (!CloudEvents.says(record, EventType.PARTNER_COMMAND_DECIDED)) {
          decide(transaction, record);
        }
      }
      transaction.sendOffsetsToTransaction(
          Map.of(
              COMMANDS,
              new OffsetAndMetadata(next, Optional.empty(), REVISION + partners.revision())),
          commands.groupMetadata());
      transaction.commitTransaction();
      sample.stop(decisionTime);
    }

    /** Decides what is in a record, if it is a command. */
    private void decide(
        KafkaProducer<String, byte[]> transaction, ConsumerRecord<byte[], byte[]> record) {
      Received<Event> received;
      try {
        received = CloudEvents.readAny(record);
      } catch (UnreadableRecord e) {
        deadLetters.send(record, e.reason());
        return;
      }
      try {
        decide(transaction, record, received);
      } catch (KafkaException e) {
        throw e;
      } catch (RuntimeException e) {
        // Whatever another hand wrote, the commands behind it are decided.
        LOG.errorf(e, "A command can't be decided: %s-%d", record.topic(), record.offset());
        deadLetters.send(record, "it can't be decided: " + e.getClass().getSimpleName());
      }
    }

    private void decide(
        KafkaProducer<String, byte[]> transaction,
        ConsumerRecord<byte[], byte[]> record,
        Received<Event> received) {
      switch (received.data()) {
        case RegisterPartner command -> {
          if (!repeated(transaction, command.commandId(), command.idempotency(), received)) {
            write(
                transaction,
                command.commandId(),
                command.partner().name(),
                PartnerRules.decide(partners, command, clock.instant()),
                command.requestedBy(),
                command.idempotency(),
                received);
          }
        }
        case RemovePartner command -> {
          if (!repeated(transaction, command.commandId(), command.idempotency(), received)) {
            write(
                transaction,
                command.commandId(),
                command.name(),
                PartnerRules.decide(partners, command),
                command.requestedBy(),
                command.idempotency(),
                received);
          }
        }
        case null -> {}
        default -> deadLetters.send(record, received.envelope().type() + " is no command");
      }
    }

    /** Answers a command that was decided before as it was answered then. */
    private boolean repeated(
        KafkaProducer<String, byte[]> transaction,
        String commandId,
        @Nullable Idempotency idempotency,
        Received<Event> command) {
      if (idempotency == null) {
        return false;
      }
      Optional<PartnerCommandDecided> before =
          decided.of(idempotency).or(() -> desk.decided().of(idempotency));
      before.ifPresent(
          first ->
              tell(
                  transaction,
                  new PartnerCommandDecided(
                      commandId,
                      first.name(),
                      first.outcome(),
                      first.revision(),
                      first.problem(),
                      idempotency),
                  command));
      return before.isPresent();
    }

    private void write(
        KafkaProducer<String, byte[]> transaction,
        String commandId,
        String name,
        Decision decision,
        String requestedBy,
        @Nullable Idempotency idempotency,
        Received<Event> command) {
      String trace = command.envelope().traceparent();
      Long revision =
          switch (decision) {
            case Decision.Created(PartnerRegistered partner) -> state(transaction, partner, trace);
            case Decision.Replaced(PartnerRegistered partner) -> state(transaction, partner, trace);
            case Decision.Unchanged(PartnerRegistered partner) -> partner.revision();
            case Decision.Removed(PartnerRegistered partner, long after) -> {
              var _ =
                  transaction.send(
                      cloudEvents.tombstone(
                          Topic.PARTNERS,
                          partner.name(),
                          EventType.PARTNER_REMOVED,
                          trace,
                          Map.of(
                              PartnerDirectory.REVISION,
                              Long.toString(after),
                              PartnerDirectory.CHANGED_BY,
                              requestedBy)));
              yield after;
            }
            case Decision.Refused _ -> null;
          };
      var told =
          new PartnerCommandDecided(
              commandId,
              name,
              decision.outcome(),
              revision,
              decision instanceof Decision.Refused(var problem) ? problem : null,
              idempotency);
      tell(transaction, told, command);
      decided.add(told);
      partners.apply(decision);
      Counter.builder("concordat.registry.commands")
          .description("Commands decided, by outcome")
          .tag("outcome", decision.outcome().name().toLowerCase(Locale.ROOT))
          .register(metrics)
          .increment();
    }

    private void tell(
        KafkaProducer<String, byte[]> transaction,
        PartnerCommandDecided told,
        Received<Event> command) {
      var attributes = new HashMap<String, String>();
      attributes.put(CommandDesk.COMMAND_ID, told.commandId());
      Idempotency idempotency = told.idempotency();
      if (idempotency != null) {
        attributes.put(CommandDesk.IDEMPOTENCY_KEY, idempotency.key());
      }
      var _ =
          transaction.send(
              cloudEvents.record(told.name(), told, command.envelope().traceparent(), attributes));
    }

    private long state(
        KafkaProducer<String, byte[]> transaction,
        PartnerRegistered partner,
        @Nullable String trace) {
      var _ = transaction.send(cloudEvents.record(partner.name(), partner, trace));
      return partner.revision();
    }

    @Override
    public void close() {
      // At once: an open transaction is aborted by the next who decides.
      var transaction = producer;
      if (transaction != null) {
        transaction.close(Duration.ofMillis(500));
      }
      commands.close(org.apache.kafka.clients.consumer.CloseOptions.timeout(Duration.ofSeconds(1)));
    }
  }
}
