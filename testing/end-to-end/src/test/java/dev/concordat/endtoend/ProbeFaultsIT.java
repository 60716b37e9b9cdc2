package dev.concordat.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.contracts.Json;
import dev.concordat.contracts.Topic;
import dev.concordat.suite.Part;
import dev.concordat.suite.ProbeGround;
import dev.concordat.suite.Replicas;
import dev.concordat.suite.ServiceCluster.Broker;
import dev.concordat.suite.ServiceCluster.Replica;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three replicas of the probe-service as real processes, and faults: every mailbox goes on being
 * probed, none of them twice in an interval but around the take-over, what a killed one left in
 * mailboxes is removed, and no result is lost while Kafka is away. It takes minutes, and so runs
 * when it is asked for: {@code -Dconcordat.faults=true}.
 */
@EnabledIfSystemProperty(
    named = "concordat.faults",
    matches = "true",
    disabledReason = "takes minutes; -Dconcordat.faults=true runs it")
class ProbeFaultsIT {

  private static final int MAILBOXES = 48;
  private static final Duration INTERVAL = Duration.ofSeconds(10);
  private static final Duration SESSION = Duration.ofSeconds(6);
  private static final Duration LEFTOVER_AGE = Duration.ofSeconds(90);
  private static final Duration LONG = Duration.ofSeconds(90);

  private static final Replicas THREE =
      Replicas.of(
              Part.PROBE_SERVICE,
              3,
              List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xms48m", "-Xmx128m"))
          .with("concordat.messaging.session-timeout", SESSION.toSeconds() + "s")
          .with("concordat.probe.time-limit", "20s")
          .with("concordat.probe.leftover-age", LEFTOVER_AGE.toSeconds() + "s")
          .with("concordat.probe.service-records", "false");

  /** An item in a mailbox. */
  private record Item(String mailbox, String created) {}

  /** A result as it stands on its topic. */
  private record Result(String id, String mailbox, Instant startedAt, String outcome) {}

  @Test
  void whoever_is_killed_and_whatever_is_away_every_mailbox_goes_on_being_probed(
      @TempDir Path folder) throws Exception {
    try (ProbeGround ground = ProbeGround.start(folder, THREE);
        var topic = new Results(ground.cluster().kafkaBootstrap())) {
      ground.makeMailboxes(MAILBOXES);
      ground.probe(MAILBOXES, INTERVAL);
      Instant began = topic.awaitAllSince(Instant.now());

      // Probes that have written, and have not read back yet, when it comes.
      fault(ground, Map.of("operation", "GetItem", "delayMs", 3_000));
      await().atMost(LONG).until(() -> items(ground).size() >= MAILBOXES / 6);
      Replica killed = ground.probeServices().getFirst();
      Instant kill = Instant.now();
      killed.kill();
      Set<Item> written = items(ground);
      noFault(ground);
      Instant taken = topic.awaitAllSince(kill);
      say("every mailbox probed again after kill -9", Duration.between(kill, taken));
      assertThat(Duration.between(kill, taken))
          .isLessThan(INTERVAL.plus(SESSION).plus(Duration.ofSeconds(30)));
      Instant settled = topic.awaitAllSince(taken);
      notTwiceInAnInterval(topic, began, kill);
      notTwiceInAnInterval(topic, taken, settled);

      Set<Item> left = items(ground);
      left.retainAll(written);
      assertThat(left).as("what the killed replica's probes left in mailboxes").isNotEmpty();
      // By the server's clock they are old now; nobody waits for that in earnest.
      fault(
          ground,
          Map.of("path", "/EWS", "dateShiftSeconds", LEFTOVER_AGE.plusMinutes(1).toSeconds()));
      await().atMost(LONG).until(() -> items(ground).stream().noneMatch(left::contains));
      noFault(ground);

      Broker broker = ground.cluster().brokers().getFirst();
      double before = ran(ground);
      broker.kill();
      Instant away = Instant.now();
      await().atMost(LONG).until(() -> ran(ground) >= before + MAILBOXES);
      Instant back = Instant.now();
      broker.start();
      say("Kafka was away for", Duration.between(away, back));
      // What was probed meanwhile arrives after.
      await()
          .atMost(LONG)
          .untilAsserted(
              () -> assertThat(topic.between(away, back)).hasSizeGreaterThanOrEqualTo(MAILBOXES));
      assertThat(topic.between(began, Instant.MAX))
          .extracting(Result::outcome)
          .as("outcomes of results")
          .containsOnly("passed");
    }
  }

  private static void fault(ProbeGround ground, Map<String, ?> fault) throws Exception {
    ground.send("POST", simulator(ground, "/simulator/faults"), fault);
  }

  private static void noFault(ProbeGround ground) throws Exception {
    ground.send("DELETE", simulator(ground, "/simulator/faults"), Map.of());
  }

  /** Everything in every mailbox. */
  private static Set<Item> items(ProbeGround ground) throws Exception {
    var items = new HashSet<Item>();
    for (int i = 0; i < MAILBOXES; i++) {
      String mailbox = ProbeGround.mailbox(i);
      URI list = simulator(ground, "/simulator/mailboxes/" + mailbox + "/items");
      for (JsonNode item : Json.mapper().readTree(ground.send("GET", list, Map.of()))) {
        items.add(new Item(mailbox, item.path("created").asText()));
      }
    }
    return items;
  }

  private static URI simulator(ProbeGround ground, String path) {
    return ground.only(Part.PARTNER_SIMULATOR).managementUrl().resolve(path);
  }

  /** How many probes the living replicas have run. */
  private static double ran(ProbeGround ground) throws InterruptedException {
    double ran = 0;
    for (Replica replica : ground.probeServices()) {
      if (replica.isAlive()) {
        ran += replica.metric("concordat_probe_results_total").orElse(0);
      }
    }
    return ran;
  }

  private static void notTwiceInAnInterval(Results topic, Instant from, Instant to) {
    topic.between(from, to).stream()
        .collect(Collectors.groupingBy(Result::mailbox))
        .forEach(
            (mailbox, its) -> {
              List<Instant> starts = its.stream().map(Result::startedAt).sorted().toList();
              for (int i = 1; i < starts.size(); i++) {
                // Half of it, because a busy machine starts the first of two late.
                assertThat(Duration.between(starts.get(i - 1), starts.get(i)))
                    .as("between two probes of %s", mailbox)
                    .isGreaterThan(INTERVAL.dividedBy(2));
              }
            });
  }

  @SuppressWarnings("SystemOut") // a figure for whoever reads the build
  private static void say(String what, Duration took) {
    System.out.printf("%s: %.1f s%n", what, took.toMillis() / 1000.0);
  }

  /** Every result on {@code concordat.probes}, each once. */
  private static final class Results implements AutoCloseable {
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Map<String, Result> byId = new TreeMap<>();

    Results(String bootstrap) {
      consumer =
          new KafkaConsumer<>(
              Map.of("bootstrap.servers", bootstrap),
              new ByteArrayDeserializer(),
              new ByteArrayDeserializer());
      List<TopicPartition> partitions =
          IntStream.range(0, Topic.PROBES.partitions())
              .mapToObj(it -> new TopicPartition(Topic.PROBES.topicName(), it))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
    }

    /** Waits until each mailbox has a result that began later; when the last of them began. */
    Instant awaitAllSince(Instant moment) {
      await()
          .atMost(LONG)
          .untilAsserted(
              () ->
                  assertThat(all())
                      .filteredOn(it -> it.startedAt.isAfter(moment))
                      .extracting(Result::mailbox)
                      .contains(
                          IntStream.range(0, MAILBOXES)
                              .mapToObj(it -> "sip:" + ProbeGround.mailbox(it))
                              .toArray(String[]::new)));
      return all().stream()
          .filter(it -> it.startedAt.isAfter(moment))
          .collect(
              Collectors.toMap(
                  Result::mailbox,
                  Result::startedAt,
                  (one, other) -> one.isBefore(other) ? one : other))
          .values()
          .stream()
          .max(Instant::compareTo)
          .orElseThrow();
    }

    List<Result> between(Instant from, Instant to) {
      return all().stream()
          .filter(it -> it.startedAt.isAfter(from) && it.startedAt.isBefore(to))
          .toList();
    }

    List<Result> all() {
      try {
        for (var record : consumer.poll(Duration.ofMillis(200))) {
          JsonNode data = Json.mapper().readTree(record.value());
          String id = data.path("id").asText();
          byId.put(
              id,
              new Result(
                  id,
                  data.path("sipAddress").asText(),
                  Instant.parse(data.path("startedAt").asText()),
                  data.path("outcome").asText()));
        }
      } catch (IOException e) {
        throw new AssertionError("a result that can't be read", e);
      }
      return new ArrayList<>(byId.values());
    }

    @Override
    public void close() {
      consumer.close();
    }
  }
}
