package dev.concordat.deploy.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.contracts.Topic;
import dev.concordat.deploy.SuiteCalls;
import dev.concordat.suite.Part;
import dev.concordat.suite.Replicas;
import dev.concordat.suite.ServiceCluster;
import dev.concordat.suite.ServiceCluster.Replica;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every replica of every service is stopped in order and started again, one after the other, while
 * tokens are asked for and partners are registered, as an upgrade of the chart does it: no request
 * for a token fails, and no registration is lost or done twice.
 */
@EnabledIfSystemProperty(
    named = "rolling",
    matches = "true",
    disabledReason = "takes more than a minute; mvn -Prolling verify runs it")
class RollingRestartIT {

  private static final List<String> FLAGS =
      List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx96m");

  @TempDir static Path folder;

  @Test
  void anUpgradeIsNotNoticed() throws Exception {
    try (var cluster =
        ServiceCluster.start(
            folder,
            1,
            two(Part.TRUST_REGISTRY),
            two(Part.METADATA_SERVICE),
            two(Part.TOKEN_SERVICE),
            two(Part.PROBE_SERVICE),
            Replicas.of(Part.PARTNER_SIMULATOR, 1, FLAGS))) {
      var calls = new SuiteCalls(cluster);
      await().until(() -> calls.makeExchangeAcceptUs().statusCode() / 100 == 2);
      calls.registerWorkload();
      calls.registerExchange();
      for (Replica replica : cluster.replicas(Part.TOKEN_SERVICE)) {
        await().until(() -> calls.token(replica.url()).statusCode() == 200);
      }

      var load = new Load(calls, cluster);
      long began = System.nanoTime();
      load.start();
      for (Part part :
          List.of(
              Part.TRUST_REGISTRY, Part.METADATA_SERVICE, Part.TOKEN_SERVICE, Part.PROBE_SERVICE)) {
        for (Replica replica : cluster.replicas(part)) {
          replica.stop();
          replica.start();
          replica.awaitReady();
        }
      }
      load.end();

      System.out.printf(
          "Rolling restart of 8 replicas in %d s: %d tokens (longest %d ms), %d registrations"
              + " (longest %d ms), %d failures%n",
          Duration.ofNanos(System.nanoTime() - began).toSeconds(),
          load.tokens.get(),
          load.longestToken.get(),
          load.registered.size(),
          load.longestRegistration.get(),
          load.failures.size());
      assertThat(load.failures).isEmpty();
      assertThat(load.tokens.get()).isGreaterThan(100);
      for (Replica registry : cluster.replicas(Part.TRUST_REGISTRY)) {
        assertThat(namesAt(calls, registry)).containsAll(load.registered);
      }
      Map<String, Integer> decided = decisions(cluster.kafkaBootstrap());
      for (String name : load.registered) {
        assertThat(decided).as("how often it was decided").containsEntry(name, 1);
      }
    }
  }

  private static Replicas two(Part part) {
    return Replicas.of(part, 2, FLAGS)
        .with("quarkus.shutdown.delay", "3s")
        .with("quarkus.shutdown.timeout", "10s");
  }

  private static Set<String> namesAt(SuiteCalls calls, Replica registry)
      throws IOException, InterruptedException {
    var names = new HashSet<String>();
    String cursor = "";
    do {
      JsonNode page =
          SuiteCalls.json(calls.get(registry.url().resolve("/v1/partners?limit=500" + cursor)));
      page.findValuesAsText("name").forEach(names::add);
      String next = page.path("next").asText("");
      cursor = next.isEmpty() ? "" : "&cursor=" + next;
    } while (!cursor.isEmpty());
    return names;
  }

  /** How many records of each partner are on the topic, before any of them is compacted. */
  private static Map<String, Integer> decisions(String bootstrap) {
    var counts = new HashMap<String, Integer>();
    var partition = new TopicPartition(Topic.PARTNERS.topicName(), 0);
    try (var consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrap, "isolation.level", "read_committed"),
            new StringDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).get(partition);
      while (consumer.position(partition) < end) {
        consumer
            .poll(Duration.ofSeconds(1))
            .forEach(record -> counts.merge(record.key(), 1, Integer::sum));
      }
    }
    return counts;
  }

  /** Two callers, each with one request under way at any time. */
  private static final class Load {
    private final AtomicInteger tokens = new AtomicInteger();
    private final AtomicLong longestToken = new AtomicLong();
    private final AtomicLong longestRegistration = new AtomicLong();
    private final Queue<String> registered = new ConcurrentLinkedQueue<>();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean ends = new AtomicBoolean();
    private final Endpoints tokenServices;
    private final Endpoints registries;
    private final SuiteCalls calls;
    private final List<Thread> threads;

    Load(SuiteCalls calls, ServiceCluster cluster) {
      this.calls = calls;
      tokenServices = new Endpoints(cluster.replicas(Part.TOKEN_SERVICE));
      registries = new Endpoints(cluster.replicas(Part.TRUST_REGISTRY));
      threads =
          List.of(
              Thread.ofVirtual().unstarted(this::askForTokens),
              Thread.ofVirtual().unstarted(this::registerPartners));
    }

    void start() {
      threads.forEach(Thread::start);
    }

    void end() throws InterruptedException {
      ends.set(true);
      for (Thread thread : threads) {
        thread.join(Duration.ofSeconds(60));
      }
      tokenServices.close();
      registries.close();
    }

    private void askForTokens() {
      while (!ends.get()) {
        Replica replica = tokenServices.next();
        long began = System.nanoTime();
        try {
          note("token", replica, calls.token(replica.url()), tokens::incrementAndGet);
          took(longestToken, began);
        } catch (IOException e) {
          failures.add("token at " + replica.name() + ": " + e);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return;
        }
      }
    }

    private void registerPartners() {
      for (int i = 0; !ends.get(); i++) {
        String name = "load-" + i;
        Replica replica = registries.next();
        long began = System.nanoTime();
        try {
          note(
              "registration of " + name,
              replica,
              calls.put(
                  replica.url(),
                  name,
                  Map.of(
                      "kind",
                      "generic",
                      "clientAuth",
                      Map.of("serviceAccount", "system:serviceaccount:load:" + name))),
              () -> registered.add(name));
          took(longestRegistration, began);
        } catch (IOException e) {
          failures.add("registration of " + name + " at " + replica.name() + ": " + e);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return;
        }
      }
    }

    private static void took(AtomicLong longest, long began) {
      longest.accumulateAndGet(Duration.ofNanos(System.nanoTime() - began).toMillis(), Math::max);
    }

    private void note(String what, Replica replica, HttpResponse<String> answer, Runnable done) {
      if (answer.statusCode() / 100 == 2) {
        done.run();
      } else {
        failures.add(
            "%s at %s: %d %s".formatted(what, replica.name(), answer.statusCode(), answer.body()));
      }
    }
  }
}
