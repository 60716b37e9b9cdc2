package dev.concordat.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.concordat.contracts.Topic;
import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.ProbeKind;
import dev.concordat.contracts.events.ProbeRequested;
import dev.concordat.contracts.events.ProbeTrigger;
import dev.concordat.contracts.events.TrustLevel;
import dev.concordat.testing.kafka.KafkaBroker;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What services rely on, against a real broker. */
class MessagingTest {

  private static final Duration SOON = Duration.ofSeconds(30);

  private final KafkaBroker broker = KafkaBroker.start();
  private final List<Replica> replicas = new ArrayList<>();

  /** The parts of this module as one replica of a service has them. */
  private final class Replica implements AutoCloseable {
    final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    final KafkaClients clients =
        new KafkaClients(Map.of("bootstrap.servers", broker.bootstrapServers()));
    final CloudEvents cloudEvents;
    final EventPublisher publisher;
    final DeadLetters deadLetters;
    final TopicCheck topicCheck = new TopicCheck(clients, Duration.ofMillis(300));
    final Views views;
    final WorkShares shares;
    final EventFeed feed = new EventFeed(clients, 2);
    final MessagingReadiness readiness;

    Replica() {
      this(InstantSource.system());
    }

    Replica(InstantSource clock) {
      cloudEvents = new CloudEvents(URI.create("/concordat/test"), clock);
      publisher = new EventPublisher(cloudEvents, clients, 3, Duration.ofSeconds(1), metrics);
      deadLetters = new DeadLetters(publisher, "test", metrics);
      views = new Views(clients, deadLetters, topicCheck, clock, metrics);
      shares = new WorkShares(clients, deadLetters, topicCheck, Duration.ofSeconds(2));
      readiness = new MessagingReadiness(views, topicCheck);
      replicas.add(this);
    }

    long publish(PartnerRegistered event) throws Exception {
      return publisher
          .publish(event.name(), event)
          .toCompletableFuture()
          .get(SOON.toSeconds(), TimeUnit.SECONDS);
    }

    boolean ready() {
      return readiness.call().getStatus()
          == org.eclipse.microprofile.health.HealthCheckResponse.Status.UP;
    }

    @Override
    public void close() {
      shares.close();
      views.close();
      topicCheck.close();
      publisher.close();
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
  void a_view_has_what_was_written_before_it_was_opened_and_follows_what_comes() throws Exception {
    var writer = new Replica();
    writer.publish(partner("exchange", 1));
    writer.publish(partner("skype", 2));
    writer.publish(partner("exchange", 3));

    var view = new Replica().views.open(Topic.PARTNERS, PartnerRegistered.class);
    view.awaitCurrent(SOON);

    assertThat(view.get("exchange")).map(PartnerRegistered::revision).contains(3L);
    assertThat(view.snapshot()).containsOnlyKeys("exchange", "skype");

    long offset = writer.publish(partner("sharepoint", 4));
    view.awaitOffset(0, offset, SOON);
    assertThat(view.get("sharepoint")).isPresent();
  }

  @Test
  void a_view_catches_up_past_transaction_markers_and_ignores_what_was_aborted() throws Exception {
    var replica = new Replica();
    try (var producer = transactional("markers")) {
      producer.initTransactions();
      producer.beginTransaction();
      var _ = producer.send(replica.cloudEvents.record("kept", partner("kept", 1), null));
      producer.commitTransaction();
      producer.beginTransaction();
      var _ = producer.send(replica.cloudEvents.record("aborted", partner("aborted", 2), null));
      producer.flush();
      producer.abortTransaction();
    }

    var view = replica.views.open(Topic.PARTNERS, PartnerRegistered.class);
    view.awaitCurrent(SOON);

    assertThat(view.snapshot()).containsOnlyKeys("kept");
    await().until(replica::ready);
  }

  @Test
  void a_tombstone_removes_and_listeners_are_told_before_and_after() throws Exception {
    var replica = new Replica();
    var view = replica.views.open(Topic.PARTNERS, PartnerRegistered.class);
    view.awaitCurrent(SOON);
    var changes = new CopyOnWriteArrayList<Change<PartnerRegistered>>();
    view.listen(changes::add);

    replica.publish(partner("exchange", 1));
    replica
        .publisher
        .remove(Topic.PARTNERS, "exchange", "dev.concordat.PartnerRemoved.v1")
        .toCompletableFuture()
        .get(30, TimeUnit.SECONDS);

    await().until(() -> changes.size() == 2);
    assertThat(view.size()).isZero();
    assertThat(view.checksum()).isZero();
    assertThat(changes.get(0).before()).isNull();
    assertThat(changes.get(0).replayed()).isFalse();
    assertThat(changes.get(1).before()).isNotNull();
    assertThat(changes.get(1).after()).isNull();
    assertThat(changes.get(1).envelope().type()).isEqualTo("dev.concordat.PartnerRemoved.v1");
  }

  @Test
  void a_record_that_cannot_be_read_goes_to_the_dead_letters_and_stops_nothing() throws Exception {
    var replica = new Replica();
    try (var producer = replica.clients.producer()) {
      producer
          .send(
              new ProducerRecord<>(
                  "concordat.partners", bytes("foreign"), bytes("{\"secret\":\"s3cr3t\"}")))
          .get(30, TimeUnit.SECONDS);
      var broken = replica.cloudEvents.record("broken", partner("broken", 1), null);
      producer
          .send(
              new ProducerRecord<>(
                  broken.topic(), null, null, bytes("broken"), bytes("{"), broken.headers()))
          .get(30, TimeUnit.SECONDS);
    }
    replica.publish(partner("exchange", 1));

    var view = replica.views.open(Topic.PARTNERS, PartnerRegistered.class);
    view.awaitCurrent(SOON);

    assertThat(view.snapshot()).containsOnlyKeys("exchange");
    try (var reader = replica.clients.reader()) {
      var partition = new org.apache.kafka.common.TopicPartition("concordat.dead-letters", 0);
      reader.assign(List.of(partition));
      reader.seekToBeginning(List.of(partition));
      var letters = new ArrayList<Map<String, String>>();
      await()
          .atMost(SOON)
          .until(
              () -> {
                for (var letter : reader.poll(Duration.ofMillis(200))) {
                  letters.add(
                      Map.of(
                          "key", new String(letter.key(), StandardCharsets.UTF_8),
                          "reason",
                              String.valueOf(
                                  CloudEvents.header(letter.headers(), "concordat_reason")),
                          "topic",
                              String.valueOf(
                                  CloudEvents.header(letter.headers(), "concordat_topic"))));
                }
                return letters.size() == 2;
              });
      assertThat(letters).extracting(it -> it.get("key")).containsExactly("foreign", "broken");
      assertThat(letters).extracting(it -> it.get("topic")).containsOnly("concordat.partners");
      assertThat(letters).extracting(it -> it.get("reason")).noneMatch(it -> it.contains("s3cr3t"));
    }
  }

  @Test
  void two_replicas_that_read_the_same_have_the_same_checksum() throws Exception {
    var one = new Replica();
    one.publish(partner("a", 1));
    one.publish(partner("b", 2));
    one.publish(partner("a", 3));
    var first = one.views.open(Topic.PARTNERS, PartnerRegistered.class);
    var second = new Replica().views.open(Topic.PARTNERS, PartnerRegistered.class);
    first.awaitCurrent(SOON);
    second.awaitCurrent(SOON);

    assertThat(first.checksum()).isEqualTo(second.checksum()).isNotZero();
    second.awaitOffset(0, one.publish(partner("b", 4)), SOON);
    long before = second.checksum();
    second.awaitOffset(0, one.publish(partner("b", 5)), SOON);
    assertThat(second.checksum()).isNotEqualTo(before);
  }

  @Test
  void while_kafka_is_away_a_view_serves_and_events_wait_bounded() throws Exception {
    var replica = new Replica();
    var view = replica.views.open(Topic.PARTNERS, PartnerRegistered.class);
    replica.publish(partner("exchange", 1));
    view.awaitOffset(0, 0, SOON);
    await().until(replica::ready);

    broker.stop();
    var stages = new ArrayList<java.util.concurrent.CompletableFuture<Long>>();
    stages.add(replica.publisher.publish("first", partner("first", 2)).toCompletableFuture());
    // The first is with the sender; the buffer of this replica holds three more.
    await().until(() -> replica.metrics.get("concordat.events.waiting").gauge().value() == 1);
    await().during(Duration.ofMillis(100)).until(() -> true);
    for (int i = 0; i < 4; i++) {
      stages.add(
          replica
              .publisher
              .publish("later-" + i, partner("later-" + i, 3 + i))
              .toCompletableFuture());
    }
    assertThat(view.get("exchange")).isPresent();
    assertThat(replica.ready()).isTrue();
    assertThat(replica.metrics.get("concordat.events.dropped").counter().count()).isEqualTo(1);

    broker.startAgain();
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> view.snapshot().keySet().containsAll(List.of("later-1", "later-2", "later-3")));
    assertThat(stages).filteredOn(it -> it.isCompletedExceptionally()).hasSize(1);
  }

  @Test
  void a_service_that_starts_without_kafka_says_so_once_and_is_ready_once_kafka_is_there()
      throws Exception {
    broker.stop();
    var said = new CopyOnWriteArrayList<String>();
    CompactedView<PartnerRegistered> view;
    Replica replica;
    try (var _ = new LogLines(TopicCheck.class, said)) {
      replica = new Replica();
      view = replica.views.open(Topic.PARTNERS, PartnerRegistered.class);
      await()
          .atMost(SOON)
          .until(() -> replica.readiness.call().getData().toString().contains("does not answer"));
      assertThat(replica.ready()).isFalse();
    }
    assertThat(said).singleElement().asString().contains("does not answer");

    broker.startAgain();
    view.awaitCurrent(Duration.ofSeconds(60));
    await().atMost(SOON).until(replica::ready);
  }

  @Test
  void a_replica_whose_clock_is_behind_says_so_in_its_log_and_its_readiness_and_serves()
      throws Exception {
    var behind = new Replica(() -> Instant.now().minusSeconds(400));
    var view = behind.views.open(Topic.PARTNERS, PartnerRegistered.class);
    var right = new Replica();
    right.views.open(Topic.PARTNERS, PartnerRegistered.class);
    var log = new CopyOnWriteArrayList<String>();
    try (var _ = new LogLines(ClockCheck.class, log)) {
      right.publish(partner("exchange", 1));
      view.awaitOffset(0, right.publish(partner("skype", 2)), SOON);
      behind.publish(partner("sharepoint", 3));

      assertThat(behind.readiness.call().getData().orElseThrow().get("clock").toString())
          .matches("This machine's clock is (399|400) s behind that of whoever runs .*");
      assertThat(behind.metrics.get("concordat.clock.behind.seconds").gauge().value())
          .isBetween(399.0, 400.0);
      await().until(behind::ready);
      assertThat(log).singleElement().asString().contains("s behind that of");
      assertThat(right.readiness.call().getData().orElseThrow()).doesNotContainKey("clock");
    }
  }

  /** What a class logs, while this is open. */
  private static final class LogLines extends java.util.logging.Handler implements AutoCloseable {
    private final java.util.logging.Logger logger;
    private final List<String> lines;

    LogLines(Class<?> of, List<String> lines) {
      this.lines = lines;
      logger = java.util.logging.Logger.getLogger(of.getName());
      logger.addHandler(this);
    }

    @Override
    public void publish(java.util.logging.LogRecord record) {
      // Backends differ in whether the parameters are in the message already.
      lines.add(record.getMessage() + java.util.Arrays.toString(record.getParameters()));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
      logger.removeHandler(this);
    }
  }

  @Test
  void a_topic_made_anew_under_a_view_leaves_it_degraded_and_serving_until_restored()
      throws Exception {
    var replica = new Replica();
    var view = replica.views.open(Topic.PARTNERS, PartnerRegistered.class);
    view.awaitOffset(0, replica.publish(partner("exchange", 1)), SOON);
    await().until(replica::ready);

    delete("concordat.partners");
    broker.createTopics(Topic.PARTNERS);

    await().atMost(SOON).until(() -> view.state() instanceof ViewState.Degraded);
    assertThat(view.get("exchange")).isPresent();
    assertThat(replica.ready()).isTrue();

    replica.publish(partner("exchange", 1));
    await().atMost(SOON).until(() -> view.state() instanceof ViewState.Current);
  }

  @Test
  void a_state_topic_with_another_policy_is_refused_by_name_with_the_command_that_mends_it()
      throws Exception {
    delete("concordat.metadata");
    broker.createTopics(List.of(new NewTopic("concordat.metadata", 6, (short) 1)));
    var replica = new Replica();
    replica.topicCheck.require(Topic.METADATA);

    await()
        .atMost(SOON)
        .until(
            () ->
                replica
                    .topicCheck
                    .complaints()
                    .getOrDefault("concordat.metadata", "")
                    .contains("cleanup.policy=delete (Kafka's default)"));
    assertThat(replica.topicCheck.complaints().get("concordat.metadata"))
        .contains("kafka-configs.sh")
        .contains("--add-config cleanup.policy=compact");
    assertThat(replica.ready()).isFalse();
  }

  @Test
  void a_missing_topic_is_named_with_the_command_that_makes_it() {
    assertThat(TopicCheck.absent(Topic.PROBES, "kafka:9092"))
        .isEqualTo(
            new TopicCheck.Finding.Wrong(
                "The topic concordat.probes does not exist. Make it: kafka-topics.sh"
                    + " --bootstrap-server kafka:9092 --create --topic concordat.probes"
                    + " --partitions 12 --config cleanup.policy=delete --config"
                    + " retention.ms=604800000"));
  }

  @Test
  void replicas_share_the_work_and_the_share_of_one_that_goes_moves() {
    var one = new Replica().shares.join(Topic.METADATA, "refresh");
    await().atMost(SOON).until(() -> one.partitions().size() == 6);
    var two = new Replica().shares.join(Topic.METADATA, "refresh");
    await().atMost(SOON).until(() -> one.partitions().size() == 3 && two.partitions().size() == 3);

    var all = new TreeSet<>(one.partitions());
    all.addAll(two.partitions());
    assertThat(all).hasSize(6);
    for (String key : List.of("a", "b", "c", "d", "exchange")) {
      assertThat(one.owns(key)).isNotEqualTo(two.owns(key));
    }

    two.close();
    await().atMost(SOON).until(() -> one.partitions().size() == 6);
  }

  @Test
  void requests_are_handled_where_their_key_is_owned() throws Exception {
    var replica = new Replica();
    var handled = new CopyOnWriteArrayList<ProbeRequested>();
    var share =
        replica.shares.join(
            Topic.PROBE_REQUESTS,
            "probes",
            ProbeRequested.class,
            received -> {
              if (received.data() != null) {
                handled.add(received.data());
              }
            });
    await().atMost(SOON).until(() -> share.partitions().size() == 12);

    var request =
        new ProbeRequested(
            "1",
            "exchange",
            "sip:kenmyer@litwareinc.com",
            ProbeKind.CONVERSATION_HISTORY,
            true,
            ProbeTrigger.REQUEST,
            "admin",
            Instant.EPOCH);
    replica.publisher.publish(request.sipAddress(), request);

    await().atMost(SOON).until(() -> handled.contains(request));
    assertThat(share.owns(request.sipAddress())).isTrue();
  }

  @Test
  void a_feed_replays_in_the_structured_format_goes_on_behind_a_position_and_follows()
      throws Exception {
    var replica = new Replica();
    replica.publish(partner("a", 1));
    replica.publish(partner("b", 2));

    List<FeedItem> all =
        replica
            .feed
            .replay(Set.of(Topic.PARTNERS), null, false)
            .collect()
            .asList()
            .await()
            .atMost(SOON);
    assertThat(all).hasSize(2);
    assertThat(all.get(0).json())
        .contains("\"specversion\":\"1.0\"")
        .contains("\"type\":\"dev.concordat.PartnerRegistered.v1\"")
        .contains("\"subject\":\"a\"");

    List<FeedItem> rest =
        replica
            .feed
            .replay(Set.of(Topic.PARTNERS), all.get(0).position(), false)
            .collect()
            .asList()
            .await()
            .atMost(SOON);
    assertThat(rest).singleElement().isEqualTo(all.get(1));

    var seen = new CopyOnWriteArrayList<FeedItem>();
    var following =
        replica
            .feed
            .replay(Set.of(Topic.PARTNERS), all.get(1).position(), true)
            .subscribe()
            .with(seen::add);
    replica.publish(partner("c", 3));
    await().atMost(SOON).until(() -> seen.size() == 1);
    following.cancel();
  }

  @Test
  void feeds_are_bounded_and_a_foreign_position_is_refused() {
    var replica = new Replica();
    var one = replica.feed.replay(Set.of(Topic.PARTNERS), null, true).subscribe().with(it -> {});
    var two = replica.feed.replay(Set.of(Topic.PARTNERS), null, true).subscribe().with(it -> {});
    assertThatThrownBy(() -> replica.feed.replay(Set.of(Topic.PARTNERS), null, true))
        .isInstanceOf(FeedRefused.class)
        .hasMessageContaining("all 2 feeds");
    one.cancel();
    two.cancel();

    assertThatThrownBy(() -> replica.feed.replay(Set.of(Topic.PARTNERS), "elsewhere-0:7", true))
        .isInstanceOf(FeedRefused.class)
        .hasMessageContaining("no position of this feed");
  }

  /**
   * Deleting goes on after it was answered; a topic of the same name made meanwhile would go too.
   */
  private void delete(String topic) throws Exception {
    try (var admin = broker.admin()) {
      admin.deleteTopics(List.of(topic)).all().get(30, TimeUnit.SECONDS);
      await()
          .atMost(SOON)
          .until(() -> !admin.listTopics().names().get(30, TimeUnit.SECONDS).contains(topic));
    }
  }

  private KafkaProducer<String, byte[]> transactional(String id) {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", broker.bootstrapServers(), "transactional.id", id),
        new StringSerializer(),
        new ByteArraySerializer());
  }

  private static PartnerRegistered partner(String name, long revision) {
    return new PartnerRegistered(
        name,
        PartnerKind.EXCHANGE,
        null,
        null,
        TrustLevel.FULL,
        true,
        null,
        List.of(),
        null,
        null,
        null,
        revision,
        Instant.EPOCH,
        "test");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
