package dev.concordat.registry.deciding;

import static dev.concordat.registry.Registered.byMetadata;
import static dev.concordat.registry.Registered.exchange;
import static dev.concordat.registry.Registered.register;
import static dev.concordat.registry.Registered.remove;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.concordat.contracts.Topic;
import dev.concordat.contracts.events.Expectation;
import dev.concordat.contracts.events.Idempotency;
import dev.concordat.contracts.events.PartnerCommandDecided;
import dev.concordat.contracts.events.PartnerCommandDecided.Outcome;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.RegisterPartner;
import dev.concordat.messaging.CloudEvents;
import dev.concordat.messaging.DeadLetters;
import dev.concordat.messaging.EventPublisher;
import dev.concordat.messaging.KafkaClients;
import dev.concordat.messaging.TopicCheck;
import dev.concordat.messaging.UnreadableRecord;
import dev.concordat.messaging.Views;
import dev.concordat.registry.PartnerDirectory;
import dev.concordat.testing.kafka.KafkaBroker;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Exactly once and in one order, against a real broker. */
class DecidingTest {

  private static final Duration SOON = Duration.ofSeconds(40);

  private final KafkaBroker broker = KafkaBroker.start();
  private final List<Replica> replicas = new ArrayList<>();

  private final class Replica implements AutoCloseable {
    final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    final KafkaClients clients =
        new KafkaClients(Map.of("bootstrap.servers", broker.bootstrapServers()));
    final CloudEvents cloudEvents =
        new CloudEvents(URI.create("/concordat/trust-registry"), InstantSource.system());
    final EventPublisher publisher =
        new EventPublisher(cloudEvents, clients, 100, Duration.ofSeconds(1), metrics);
    final DeadLetters deadLetters = new DeadLetters(publisher, "trust-registry", metrics);
    final TopicCheck topics = new TopicCheck(clients, Duration.ofSeconds(5));
    final Views views = new Views(clients, deadLetters, topics, InstantSource.system(), metrics);
    final PartnerDirectory directory = new PartnerDirectory(views);
    final RegistrySettings settings =
        new RegistrySettings() {
          @Override
          public Duration decisionTimeout() {
            return Duration.ofSeconds(20);
          }

          @Override
          public Duration silence() {
            return Duration.ofSeconds(2);
          }

          @Override
          public int batch() {
            return 100;
          }

          @Override
          public Duration takeover() {
            return Duration.ofSeconds(2);
          }
        };
    final CommandDesk desk =
        new CommandDesk(directory, cloudEvents, clients, InstantSource.system(), settings, metrics);
    final DecidingLoop deciding =
        new DecidingLoop(
            directory,
            desk,
            cloudEvents,
            clients,
            deadLetters,
            InstantSource.system(),
            settings,
            metrics);
    private final AtomicBoolean closed = new AtomicBoolean();

    Replica() {
      replicas.add(this);
      desk.start();
      deciding.start();
    }

    Replica listening() {
      await().atMost(SOON).until(desk::isListening);
      return this;
    }

    PartnerCommandDecided submit(RegisterPartner command) throws NotDecided, InterruptedException {
      return desk.submit(
              command.commandId(), command.partner().name(), command, command.idempotency(), null)
          .decided();
    }

    @Override
    public void close() {
      if (closed.compareAndSet(false, true)) {
        deciding.close();
        desk.close();
        views.close();
        topics.close();
        publisher.close();
      }
    }
  }

  @BeforeEach
  void topics() {
    broker.createTopics(Topic.values());
  }

  @AfterEach
  void stop() {
    replicas.forEach(Replica::close);
    broker.close();
  }

  @Test
  void whoever_takes_a_write_reads_it_when_it_answers_and_so_does_every_other_replica()
      throws Exception {
    var one = new Replica().listening();
    var two = new Replica().listening();

    var decided = two.submit(register(exchange("exchange")));

    assertThat(decided.outcome()).isEqualTo(Outcome.CREATED);
    assertThat(decided.revision()).isEqualTo(1);
    assertThat(two.directory.named("exchange")).isPresent();
    one.directory.awaitRevision(1, SOON);
    assertThat(one.directory.named("exchange")).isEqualTo(two.directory.named("exchange"));

    assertThat(one.submit(register(exchange("exchange"))).outcome()).isEqualTo(Outcome.UNCHANGED);
    assertThat(one.submit(register(exchange("EXCHANGE"))).outcome()).isEqualTo(Outcome.REFUSED);
  }

  @Test
  void a_name_that_many_want_at_once_goes_to_one() throws Exception {
    var replica = new Replica().listening();
    var outcomes = new ArrayList<Outcome>();
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      var asked = new ArrayList<Future<PartnerCommandDecided>>();
      for (int i = 0; i < 64; i++) {
        var command =
            register(
                byMetadata("exchange", "https://x/" + i, null), new Expectation(null, true), false);
        asked.add(clients.submit(() -> replica.submit(command)));
      }
      for (var answer : asked) {
        outcomes.add(answer.get(60, TimeUnit.SECONDS).outcome());
      }
    }
    assertThat(outcomes).filteredOn(Outcome.CREATED::equals).hasSize(1);
    assertThat(outcomes).filteredOn(Outcome.REFUSED::equals).hasSize(63);
  }

  @Test
  void deciding_moves_between_replicas_and_kafka_goes_and_comes_and_nothing_is_lost_or_doubled()
      throws Exception {
    var steady = new Replica().listening();
    var acknowledged = java.util.concurrent.ConcurrentHashMap.<String>newKeySet();
    var enough = new AtomicBoolean();
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      var done = new ArrayList<Future<Integer>>();
      for (int client = 0; client < 8; client++) {
        String prefix = "c" + client + "-";
        Callable<Integer> registering =
            () -> {
              int count = 0;
              while (!enough.get() && count < 2000) {
                String name = prefix + count;
                try {
                  var decided =
                      steady.submit(register(byMetadata(name, "https://x/" + name, null)));
                  if (decided.outcome() == Outcome.CREATED
                      || decided.outcome() == Outcome.UNCHANGED) {
                    acknowledged.add(name);
                    count++;
                  }
                } catch (NotDecided e) {
                  Thread.sleep(50);
                }
              }
              return count;
            };
        done.add(clients.submit(registering));
      }
      // One after another comes, decides and goes while the others' commands stream in.
      for (int round = 0; round < 3; round++) {
        var rival = new Replica();
        if (round == 0) {
          steady.deciding.close();
        }
        await().atMost(SOON).until(rival.deciding::isDeciding);
        int before = acknowledged.size();
        await().atMost(SOON).until(() -> acknowledged.size() > before + 20);
        rival.close();
      }
      var last = new Replica();
      await().atMost(SOON).until(last.deciding::isDeciding);
      broker.stop();
      broker.startAgain();
      int before = acknowledged.size();
      await().atMost(Duration.ofSeconds(90)).until(() -> acknowledged.size() > before + 20);
      enough.set(true);
      for (var client : done) {
        client.get(60, TimeUnit.SECONDS);
      }
    }

    var registered = new HashSet<String>();
    long expected = 0;
    for (PartnerRegistered event : everyState()) {
      assertThat(event.revision()).as("revisions have no gap").isEqualTo(++expected);
      assertThat(registered.add(event.name())).as("%s registered once", event.name()).isTrue();
    }
    assertThat(registered).containsAll(acknowledged);
    assertThat(acknowledged).hasSizeGreaterThan(80);
  }

  @Test
  void a_record_by_another_hand_goes_to_the_dead_letters_or_is_refused_by_the_rules()
      throws Exception {
    var replica = new Replica().listening();
    try (var producer = replica.clients.producer()) {
      var _ =
          producer.send(
              new ProducerRecord<>(
                  Topic.PARTNER_COMMANDS.topicName(), bytes("x"), bytes("nonsense")));
      var evil = replica.cloudEvents.record("e'vil", register(exchange("e'vil")), null);
      producer
          .send(
              new ProducerRecord<>(
                  evil.topic(), null, null, bytes("e'vil"), evil.value(), evil.headers()))
          .get(30, TimeUnit.SECONDS);
    }

    assertThat(replica.submit(register(exchange("exchange"))).revision()).isEqualTo(1);
    assertThat(replica.directory.named("e'vil")).isEmpty();
    await()
        .atMost(SOON)
        .until(() -> replica.metrics.get("concordat.dead.letters").counter().count() == 1);
  }

  @Test
  void without_kafka_a_write_is_refused_soon_and_surely_and_works_again_after() throws Exception {
    var replica = new Replica().listening();
    replica.submit(register(exchange("exchange")));
    broker.stop();
    // The last contact must be over, so that nobody is sure that Kafka is there.
    await().pollDelay(Duration.ofMillis(1200)).until(() -> true);

    var refused =
        catchThrowableOfType(NotDecided.class, () -> replica.submit(register(exchange("later"))));
    assertThat(refused.problem().code()).isEqualTo("registry-unavailable");
    assertThat(refused.problem().status()).isEqualTo(503);
    assertThat(replica.directory.named("exchange")).isPresent();

    broker.startAgain();
    await()
        .atMost(Duration.ofSeconds(90))
        .ignoreExceptionsInstanceOf(NotDecided.class)
        .until(() -> replica.submit(register(exchange("later"))).outcome() == Outcome.CREATED);
  }

  @Test
  void a_command_that_is_sent_again_is_done_once_whichever_replica_hears_it() throws Exception {
    var one = new Replica().listening();
    var two = new Replica().listening();
    var idempotency = new Idempotency("a1".repeat(32), "b2".repeat(32));
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      var answers = new ArrayList<Future<PartnerCommandDecided>>();
      for (int i = 0; i < 16; i++) {
        var replica = i % 2 == 0 ? one : two;
        answers.add(clients.submit(() -> replica.submit(onlyIfAbsent("exchange", idempotency))));
      }
      for (var answer : answers) {
        assertThat(answer.get(60, TimeUnit.SECONDS).outcome()).isEqualTo(Outcome.CREATED);
        assertThat(answer.get().revision()).isEqualTo(1);
      }
    }
    assertThat(everyState()).hasSize(1);

    // Another one decides now, from what is on Kafka.
    one.close();
    two.close();
    var three = new Replica().listening();
    await().atMost(SOON).until(three.deciding::isDeciding);
    assertThat(three.submit(onlyIfAbsent("exchange", idempotency)).revision()).isEqualTo(1);
    assertThat(
            three
                .submit(onlyIfAbsent("exchange", new Idempotency("a1".repeat(32), "c3".repeat(32))))
                .outcome())
        .isEqualTo(Outcome.REFUSED);
  }

  @Test
  void no_revision_is_given_twice_though_the_last_change_was_a_removal_that_kafka_has_forgotten()
      throws Exception {
    var replica = new Replica().listening();
    replica.submit(register(exchange("exchange")));
    var removal = remove("exchange");
    replica.desk.submit(removal.commandId(), "exchange", removal, null, null);
    replica.close();
    // As compaction leaves it in the end.
    try (var admin = broker.admin()) {
      admin.deleteTopics(List.of(Topic.PARTNERS.topicName())).all().get(30, TimeUnit.SECONDS);
      await()
          .atMost(SOON)
          .until(() -> !admin.listTopics().names().get().contains(Topic.PARTNERS.topicName()));
    }
    broker.createTopics(Topic.PARTNERS);

    assertThat(new Replica().listening().submit(register(exchange("exchange"))).revision())
        .isEqualTo(3);
  }

  @Test
  void what_a_topic_that_was_made_anew_has_lost_is_served_on_and_written_again_when_asked_for()
      throws Exception {
    var replica = new Replica().listening();
    replica.submit(register(exchange("exchange")));
    replica.submit(register(byMetadata("other", "https://x/", null)));
    try (var admin = broker.admin()) {
      admin.deleteTopics(List.of(Topic.PARTNERS.topicName())).all().get(30, TimeUnit.SECONDS);
    }
    await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptions()
        .until(
            () -> {
              broker.createTopics(Topic.PARTNERS);
              return replica.directory.replacements() > 0;
            });
    assertThat(replica.directory.named("exchange")).isPresent();

    PartnerCommandDecided again =
        await()
            .atMost(Duration.ofSeconds(60))
            .ignoreExceptionsInstanceOf(NotDecided.class)
            .until(
                () -> replica.submit(register(exchange("exchange"))),
                it -> it.outcome() != Outcome.UNCHANGED);
    assertThat(again.outcome()).isEqualTo(Outcome.REPLACED);
    assertThat(again.revision()).isEqualTo(3);
    assertThat(replica.submit(register(exchange("exchange"))).outcome())
        .isEqualTo(Outcome.UNCHANGED);
    var removal = remove("other");
    assertThat(
            replica
                .desk
                .submit(removal.commandId(), "other", removal, null, null)
                .decided()
                .outcome())
        .isEqualTo(Outcome.REMOVED);
    await().atMost(SOON).until(() -> replica.views.open().getFirst().unconfirmed().isEmpty());
  }

  @Test
  void a_command_that_breaks_the_rules_themselves_stops_nothing() throws Exception {
    var replica = new Replica().listening();
    // A list with nothing in it where a value must be: no schema of ours lets it through.
    byte[] broken =
        bytes(
            """
            {"commandId":"x","partner":{"name":"x","kind":"generic","trustLevel":"full","enabled":true,
             "mayRequest":[{"partner":"*","as":{"users":[null]}}],"clientAuth":{"serviceAccount":"a"}},
             "acceptIdentityChange":false,"requestedBy":"x","requestedAt":"2026-11-24T12:00:00Z"}""");
    var like = replica.cloudEvents.record("x", register(exchange("x")), null);
    try (var producer = replica.clients.producer()) {
      producer
          .send(new ProducerRecord<>(like.topic(), null, null, bytes("x"), broken, like.headers()))
          .get(30, TimeUnit.SECONDS);
    }

    assertThat(replica.submit(register(exchange("exchange"))).revision()).isEqualTo(1);
    assertThat(replica.directory.named("x")).isEmpty();
  }

  private static RegisterPartner onlyIfAbsent(String name, Idempotency idempotency) {
    var plain = register(exchange(name));
    return new RegisterPartner(
        plain.commandId(),
        plain.partner(),
        new Expectation(null, true),
        false,
        null,
        null,
        idempotency,
        plain.requestedBy(),
        plain.requestedAt());
  }

  private List<PartnerRegistered> everyState() throws UnreadableRecord {
    var clients = new KafkaClients(Map.of("bootstrap.servers", broker.bootstrapServers()));
    var partition = new TopicPartition(Topic.PARTNERS.topicName(), 0);
    var events = new ArrayList<PartnerRegistered>();
    try (var reader = clients.reader()) {
      reader.assign(List.of(partition));
      reader.seekToBeginning(List.of(partition));
      long end = reader.endOffsets(List.of(partition)).get(partition);
      while (reader.position(partition) < end) {
        for (var record : reader.poll(Duration.ofMillis(200))) {
          events.add(CloudEvents.read(record, PartnerRegistered.class).data());
        }
      }
    }
    return events;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
