package dev.concordat.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.contracts.Topic;
import dev.concordat.suite.Part;
import dev.concordat.suite.Replicas;
import dev.concordat.suite.ServiceCluster;
import dev.concordat.suite.ServiceCluster.Broker;
import dev.concordat.suite.ServiceCluster.Replica;
import dev.concordat.suite.SuiteFailure;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three replicas of the registry as real processes, a stream of registrations, and faults: at the
 * end every acknowledged registration is there once, no refused one is, revisions have no gap, and
 * every replica gives the same answer.
 */
class RegistryFaultsIT {

  private static final Replicas THREE =
      Replicas.of(
          Part.TRUST_REGISTRY,
          3,
          List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xms48m", "-Xmx96m"));
  private static final Duration LONG = Duration.ofSeconds(60);

  /** How long nothing may be acknowledged; what it took is printed, the figure wanted is 12 s. */
  private static final Duration SILENCE = Duration.ofSeconds(30);

  @Test
  void nothing_is_lost_doubled_or_missing_whoever_is_killed_held_or_away(@TempDir Path folder)
      throws Exception {
    try (ServiceCluster cluster = ServiceCluster.start(folder, 1, THREE);
        var load = new RegistrationLoad(cluster, 6)) {
      goesOn(load, "at first");

      for (int round = 1; round <= 3; round++) {
        Replica deciding = deciding(cluster);
        long since = System.nanoTime();
        deciding.kill();
        goesOn(load, "after the kill of " + deciding.name());
        say("take-over after kill -9", load.longestSilence(since));
        deciding.start();
      }

      Replica held = deciding(cluster);
      long since = System.nanoTime();
      held.hold();
      goesOn(load, "while " + held.name() + " is held");
      say("take-over while the deciding one is held", load.longestSilence(since));
      held.release();
      goesOn(load, "after it woke");
      // It has learnt that another decides: there is one who does, whoever it is.
      await()
          .atMost(LONG)
          .until(() -> cluster.replicas().stream().filter(RegistryFaultsIT::decides).count() == 1);

      Broker broker = cluster.brokers().getFirst();
      broker.stop();
      long asked = System.nanoTime();
      assertThat(status(cluster)).isEqualTo(503);
      say("refused without Kafka", Duration.ofNanos(System.nanoTime() - asked));
      broker.start();
      goesOn(load, "after the broker's stop and start");

      broker.kill();
      broker.start();
      goesOn(load, "after the broker's kill and start");

      for (Replica replica : cluster.replicas()) {
        replica.awaitReady();
      }
      load.end();
      holds(cluster, load);
    }
  }

  @Test
  void of_three_brokers_one_may_die(@TempDir Path folder) throws Exception {
    try (ServiceCluster cluster = ServiceCluster.start(folder, 3, THREE);
        var load = new RegistrationLoad(cluster, 6)) {
      goesOn(load, "at first");
      for (Broker broker : cluster.brokers()) {
        long since = System.nanoTime();
        broker.kill();
        goesOn(load, "without " + broker.name());
        say("going on without " + broker.name(), load.longestSilence(since));
        broker.start();
        await().atMost(LONG).until(() -> inSync(cluster) == 3);
      }
      load.end();
      holds(cluster, load);
    }
  }

  /** A few seconds' worth of registrations are acknowledged from now on. */
  private static void goesOn(RegistrationLoad load, String when) {
    int before = load.count();
    long since = System.nanoTime();
    await()
        .alias("registrations are acknowledged " + when)
        .atMost(LONG)
        .until(() -> load.count() >= before + 60);
    assertThat(load.longestSilence(since)).as("silence " + when).isLessThan(SILENCE);
  }

  private static Replica deciding(ServiceCluster cluster) {
    return await()
        .atMost(LONG)
        .until(
            () -> cluster.replicas().stream().filter(RegistryFaultsIT::decides).findFirst(),
            Optional::isPresent)
        .orElseThrow();
  }

  private static boolean decides(Replica replica) {
    try {
      return replica.metric("concordat_registry_deciding").orElse(0) == 1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** What a registration is answered while Kafka is away, and within which time. */
  private static int status(ServiceCluster cluster)
      throws IOException, InterruptedException, SuiteFailure {
    try (var http = HttpClient.newHttpClient()) {
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(
                      cluster.replicas().getFirst().url().resolve("/v1/partners/kafka-is-away"))
                  .timeout(Duration.ofSeconds(10))
                  .header("Authorization", "Bearer " + cluster.adminToken())
                  .header("Content-Type", "application/json")
                  .PUT(
                      HttpRequest.BodyPublishers.ofString(
                          "{\"trust\":{\"metadataUrl\":\"https://a.litwareinc.com/metadata/json/1\"}}"))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(answer.headers().firstValue("Retry-After")).isPresent();
      return answer.statusCode();
    }
  }

  private static int inSync(ServiceCluster cluster) {
    try (var admin =
        org.apache.kafka.clients.admin.Admin.create(
            Map.of("bootstrap.servers", cluster.kafkaBootstrap()))) {
      String topic = Topic.PARTNERS.topicName();
      return admin
          .describeTopics(Set.of(topic))
          .allTopicNames()
          .get(20, java.util.concurrent.TimeUnit.SECONDS)
          .get(topic)
          .partitions()
          .getFirst()
          .isr()
          .size();
    } catch (Exception e) {
      return 0;
    }
  }

  private static void holds(ServiceCluster cluster, RegistrationLoad load) throws Exception {
    assertThat(load.surprises()).isEmpty();
    assertThat(load.count()).isGreaterThan(300);
    assertThat(load.refused()).isNotEmpty();

    List<Written> written = written(cluster);
    assertThat(written.stream().map(Written::revision))
        .as("revisions without a gap, in order")
        .isEqualTo(java.util.stream.LongStream.rangeClosed(1, written.size()).boxed().toList());
    var once = new HashMap<String, Long>();
    for (Written one : written) {
      assertThat(once.put(one.name(), one.revision())).as(one.name() + " twice").isNull();
    }
    assertThat(once)
        .as("what was acknowledged, as it was")
        .containsAllEntriesOf(load.acknowledged());
    assertThat(once.keySet()).doesNotContainAnyElementsOf(load.refused());
    Set<String> unasked = new HashSet<>(once.keySet());
    unasked.removeAll(load.acknowledged().keySet());
    unasked.removeAll(load.open());
    unasked.remove("kafka-is-away");
    assertThat(unasked).as("what nobody knows of").isEmpty();

    Map<String, Long> first = null;
    for (Replica replica : cluster.replicas()) {
      replica.awaitReady();
      Map<String, Long> told =
          await()
              .atMost(LONG)
              .until(() -> listed(cluster, replica), it -> it.size() == once.size());
      if (first == null) {
        first = told;
      }
      assertThat(told).as("what %s tells", replica.name()).isEqualTo(first);
    }
    assertThat(first).isEqualTo(new TreeMap<>(once));
    say(
        "held: %d acknowledged, %d refused, %d never answered; of %d revisions"
            .formatted(load.count(), load.refused().size(), load.open().size(), written.size()),
        Duration.ZERO);
  }

  private record Written(String name, long revision) {}

  /** Every state on the partners topic, as whoever reads committed records sees it. */
  private static List<Written> written(ServiceCluster cluster) throws IOException {
    var written = new ArrayList<Written>();
    var partition = new TopicPartition(Topic.PARTNERS.topicName(), 0);
    try (var consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers", cluster.kafkaBootstrap(), "isolation.level", "read_committed"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).get(partition);
      while (consumer.position(partition) < end) {
        for (var record : consumer.poll(Duration.ofSeconds(1))) {
          JsonNode state = EventSchemas.json(new String(record.value(), StandardCharsets.UTF_8));
          written.add(new Written(state.path("name").asText(), state.path("revision").asLong()));
        }
      }
    }
    return written;
  }

  private static Map<String, Long> listed(ServiceCluster cluster, Replica replica)
      throws IOException, InterruptedException, SuiteFailure {
    var all = new TreeMap<String, Long>();
    try (var http = HttpClient.newHttpClient()) {
      String next = "";
      do {
        JsonNode page =
            EventSchemas.json(
                http.send(
                        HttpRequest.newBuilder(
                                URI.create(
                                    replica.url()
                                        + "/v1/partners?limit=1000"
                                        + (next.isEmpty() ? "" : "&cursor=" + next)))
                            .timeout(Duration.ofSeconds(10))
                            .header("Authorization", "Bearer " + cluster.adminToken())
                            .build(),
                        HttpResponse.BodyHandlers.ofString())
                    .body());
        page.path("items")
            .forEach(it -> all.put(it.path("name").asText(), it.path("revision").asLong()));
        next = page.path("next").asText("");
      } while (!next.isEmpty());
    }
    return all;
  }

  @SuppressWarnings("SystemOut") // a figure for whoever reads the build's output
  private static void say(String what, Duration took) {
    System.out.println(
        "REGISTRY FAULTS: " + what + (took.isZero() ? "" : ": " + took.toMillis() + " ms"));
  }
}
