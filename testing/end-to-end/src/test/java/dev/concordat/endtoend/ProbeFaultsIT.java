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
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
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
 * Replicas of the probe-service as real processes, and faults: every mailbox goes on being probed,
 * none of them twice in an interval but around a take-over, what a killed one left in mailboxes is
 * removed, and what a replica holds for Kafka while that is away arrives after. It takes minutes,
 * and so runs when it is asked for: {@code -Dconcordat.faults=true}. How long Kafka is away is
 * {@code -Dconcordat.faults.kafka-away=PT5M}.
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
  private static final Duration KAFKA_AWAY =
      Duration.parse(System.getProperty("concordat.faults.kafka-away", "PT5M"));

  /** How many events the narrow replica holds: fewer than it has results in half a minute. */
  private static final int NARROW_BUFFER = 20;

  /** An item in a mailbox. */
  private record Item(String mailbox, String created) {}

  /** A result, as it stands on its topic and as a replica tells it. */
  private record Result(
      String id, String mailbox, Instant startedAt, String outcome, String vantage) {
    static Result of(JsonNode data) {
      return new Result(
          data.path("id").asText(),
          data.path("sipAddress").asText(),
          Instant.parse(data.path("startedAt").asText()),
          data.path("outcome").asText(),
          data.path("vantage").asText());
    }
  }

  private static Replicas replicas(int count) {
    return Replicas.of(
            Part.PROBE_SERVICE,
            count,
            List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xms48m", "-Xmx128m"))
        .with("concordat.messaging.session-timeout", SESSION.toSeconds() + "s")
        .with("concordat.probe.time-limit", "20s")
        .with("concordat.probe.leftover-age", LEFTOVER_AGE.toSeconds() + "s")
        .with("concordat.probe.service-records", "false");
  }

  @Test
  void when_a_replica_is_killed_every_mailbox_goes_on_being_probed_and_nothing_stays_in_it(
      @TempDir Path folder) throws Exception {
    try (ProbeGround ground = ProbeGround.start(folder, replicas(3));
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

      assertThat(topic.between(began, Instant.MAX))
          .extracting(Result::outcome)
          .as("outcomes of results")
          .containsOnly("passed");
    }
  }

  @Test
  void while_kafka_is_away_probes_and_states_go_on_and_what_a_replica_holds_arrives_after(
      @TempDir Path folder) throws Exception {
    try (ProbeGround ground =
            ProbeGround.start(
                folder,
                replicas(1).with("concordat.probe.vantage", "ample"),
                replicas(1)
                    .with("concordat.probe.vantage", "narrow")
                    .with("concordat.messaging.publish-buffer", NARROW_BUFFER + ""));
        var topic = new Results(ground.cluster().kafkaBootstrap())) {
      ground.makeMailboxes(MAILBOXES);
      ground.probe(MAILBOXES, INTERVAL);
      topic.awaitAllSince(Instant.now());
      Broker broker = ground.cluster().brokers().getFirst();
      broker.kill();
      Instant away = Instant.now();
      var told = new ToldByReplicas(ground, away);

      // A target's state is the replica's own that probes it, and needs no Kafka.
      fault(ground, Map.of("mailbox", mailbox(0), "operation", "GetItem", "status", 500));
      await().atMost(LONG).until(() -> told.look().contains(new Standing(mailbox(0), "failing")));
      noFault(ground);
      await().atMost(LONG).until(() -> told.look().contains(new Standing(mailbox(0), "passing")));
      while (Duration.between(away, Instant.now()).compareTo(KAFKA_AWAY) < 0) {
        Thread.sleep(2_000);
        told.look();
      }
      Instant back = Instant.now();
      broker.start();
      say("Kafka was away for", Duration.between(away, back));

      for (int i = 0; i < MAILBOXES; i++) {
        goesOn(told.results(), mailbox(i), away, back);
      }
      Replica ample = replica(ground, 0);
      Replica narrow = replica(ground, 1);
      await()
          .atMost(LONG)
          .untilAsserted(
              () -> {
                double ran = ran(ample);
                assertThat(topic.by("ample")).as("results that arrived").isEqualTo((int) ran);
              });
      assertThat(dropped(ample)).isZero();
      assertThat(topic.ids()).as("what was told meanwhile").containsAll(told.ids("ample"));
      await()
          .atMost(LONG)
          .untilAsserted(
              () -> {
                double ran = ran(narrow);
                assertThat(topic.by("narrow") + dropped(narrow))
                    .as("results that arrived, and those that it says that it dropped")
                    .isEqualTo(ran);
              });
      say("results that arrived of the replica that holds enough", topic.by("ample"));
      say("of the one that holds " + NARROW_BUFFER, topic.by("narrow"));
      say("and results that it dropped", (int) dropped(narrow));
      assertThat(dropped(narrow)).as("what was too much").isPositive();
    }
  }

  /** Two turns are an interval apart; half of one more, because a busy machine is late. */
  private static void goesOn(Collection<Result> results, String mailbox, Instant from, Instant to) {
    var moments =
        results.stream()
            .filter(it -> it.mailbox.equals("sip:" + mailbox))
            .map(Result::startedAt)
            .sorted()
            .collect(Collectors.toCollection(ArrayList::new));
    moments.addFirst(from);
    moments.addLast(to);
    for (int i = 1; i < moments.size(); i++) {
      assertThat(Duration.between(moments.get(i - 1), moments.get(i)))
          .as("from one probe of %s to the next", mailbox)
          .isLessThan(INTERVAL.multipliedBy(5).dividedBy(2));
    }
  }

  private static Replica replica(ProbeGround ground, int number) {
    return ground.probeServices().get(number);
  }

  /** A metric, asked for until it is told. */
  private static double metric(Replica replica, String name) {
    return await()
        .atMost(LONG)
        .until(() -> replica.metric(name), OptionalDouble::isPresent)
        .orElseThrow();
  }

  /** How many probes it has run. */
  private static double ran(Replica replica) {
    return metric(replica, "concordat_probe_results_total");
  }

  private static double dropped(Replica replica) {
    return metric(replica, "concordat_events_dropped_total");
  }

  private static String mailbox(int number) {
    return ProbeGround.mailbox(number);
  }

  /** How a mailbox is, as the replica that probes it tells. */
  private record Standing(String mailbox, String state) {}

  /** What replicas tell of the probes that they have run since a moment. */
  private static final class ToldByReplicas {
    private final ProbeGround ground;
    private final Instant since;
    private final Map<String, Result> byId = new HashMap<>();

    ToldByReplicas(ProbeGround ground, Instant since) {
      this.ground = ground;
      this.since = since;
    }

    /** Looks at their latest results; how their targets are. */
    Set<Standing> look() throws Exception {
      var standings = new HashSet<Standing>();
      for (Replica replica : ground.probeServices()) {
        // A busy machine may not tell in time; it is asked again.
        replica
            .metric("concordat_events_waiting")
            .ifPresent(
                it -> assertThat(it).as("events in memory").isLessThanOrEqualTo(bound(replica)));
        URI latest = replica.url().resolve("/v1/probes");
        for (JsonNode item : Json.mapper().readTree(ground.get(latest)).path("items")) {
          Result result = Result.of(item);
          if (result.vantage.equals(vantage(replica)) && result.startedAt.isAfter(since)) {
            byId.put(result.id, result);
            standings.add(
                new Standing(
                    result.mailbox.substring("sip:".length()), item.path("state").asText()));
          }
        }
      }
      return standings;
    }

    private String vantage(Replica replica) {
      return replica == replica(ground, 0) ? "ample" : "narrow";
    }

    /** What waits, and what is being sent. */
    private int bound(Replica replica) {
      return replica == replica(ground, 0) ? 10_000 : NARROW_BUFFER + MAILBOXES;
    }

    Collection<Result> results() {
      return List.copyOf(byId.values());
    }

    /** The ids of a replica's results, the oldest first. */
    List<String> ids(String vantage) {
      return byId.values().stream()
          .filter(it -> it.vantage.equals(vantage))
          .sorted(Comparator.comparing(Result::startedAt))
          .map(Result::id)
          .toList();
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

  @SuppressWarnings("SystemOut") // a figure for whoever reads the build
  private static void say(String what, int count) {
    System.out.printf("%s: %d%n", what, count);
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

    Set<String> ids() {
      all();
      return byId.keySet();
    }

    int by(String vantage) {
      return (int) all().stream().filter(it -> it.vantage.equals(vantage)).count();
    }

    List<Result> all() {
      try {
        for (var record : consumer.poll(Duration.ofMillis(200))) {
          Result result = Result.of(Json.mapper().readTree(record.value()));
          byId.put(result.id, result);
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
