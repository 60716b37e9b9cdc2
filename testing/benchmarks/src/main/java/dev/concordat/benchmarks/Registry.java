package dev.concordat.benchmarks;

import dev.concordat.benchmarks.report.Figure;
import dev.concordat.benchmarks.report.Report;
import dev.concordat.contracts.Topic;
import dev.concordat.suite.Part;
import dev.concordat.suite.Replicas;
import dev.concordat.suite.ServiceCluster;
import dev.concordat.suite.ServiceCluster.Replica;
import dev.concordat.suite.SuiteFailure;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * The trust-registry with 1,000 and with 100,000 partners: registrations, reads by name on one
 * core, and a restart. The reference is a bare transactional producer that commits batches of the
 * same size, of records of the same size, to a topic of the same shape on the same broker.
 */
final class Registry {

  private static final int CLIENTS = 64;
  private static final int FEW = 1_000;
  private static final int MANY = 100_000;
  private static final int COUNTED = 6_000;
  private static final int READS = 60_000;
  private static final int WARM_UP = 40;

  private Registry() {}

  @SuppressWarnings("SystemOut") // progress
  static void run(Report report) throws IOException, SuiteFailure, InterruptedException {
    Path state = Files.createTempDirectory("concordat-bench");
    try (ServiceCluster cluster =
        ServiceCluster.start(
            state,
            1,
            Replicas.of(
                Part.TRUST_REGISTRY, 1, List.of("-XX:+UseSerialGC", "-Xms256m", "-Xmx512m")))) {
      Replica registry = cluster.replicas().getFirst();
      System.err.println("warming up …");
      ClosedLoop.Run few;
      ClosedLoop.Run many;
      ClosedLoop.Run fill;
      double batch;
      try (var load = load(cluster, registry, CLIENTS)) {
        // Until the compiler has done its work; the same names again, so that they stay few.
        for (int i = 0; i < WARM_UP; i++) {
          int round = i;
          load.run(0, FEW, number -> put(number, round), status -> status == 201 || isOk(status));
        }
        System.err.println("registering with 1,000 partners …");
        few = load.run(0, COUNTED, number -> put(number % FEW, number + 100), Registry::isOk);
        System.err.println("filling up to 100,000 partners …");
        double commandsBefore = sum(registry, "concordat_registry_commands_total");
        double commitsBefore = sum(registry, "concordat_registry_transaction_seconds_count");
        fill = load.run(FEW, MANY - FEW, number -> put(number, 0), status -> status == 201);
        batch =
            (sum(registry, "concordat_registry_commands_total") - commandsBefore)
                / (sum(registry, "concordat_registry_transaction_seconds_count") - commitsBefore);
        System.err.println("registering with 100,000 partners …");
        many = load.run(0, COUNTED, number -> put(number % FEW, number + 200_000), Registry::isOk);
      }
      System.err.println("the bare producer …");
      double bare = bareProducer(cluster.kafkaBootstrap(), (int) Math.round(batch));
      System.err.println("restarting with 100,000 partners …");
      double[] ready = new double[3];
      for (int i = 0; i < ready.length; i++) {
        registry.kill();
        long begin = System.nanoTime();
        registry.start();
        registry.awaitReady();
        ready[i] = (System.nanoTime() - begin) / 1e9;
      }
      System.err.println("reading by name on one core …");
      boolean pinned =
          Machine.pin(registry.pid(), 0) && Machine.pin(ProcessHandle.current().pid(), 1);
      ClosedLoop.Run reads;
      try (var load = load(cluster, registry, CLIENTS)) {
        load.run(0, 2 * READS, Registry::get, Registry::isOk);
        reads = load.run(0, READS, Registry::get, Registry::isOk);
      }
      double used = sum(registry, "jvm_memory_used_bytes{area=\"heap\"") / 1e6;
      Machine.collect(registry.pid());
      double live = sum(registry, "jvm_memory_used_bytes{area=\"heap\"") / 1e6;
      report.say("%d clients".formatted(CLIENTS));
      row(report, "registrations, 1,000 partners", few);
      row(report, "registrations, 1,000 to 100,000", fill);
      row(report, "registrations, 100,000 partners", many);
      report.less(
          "median, 100,000 partners to 1,000",
          many.quantile(0.5) / few.quantile(0.5),
          Figure.RATIO);
      report.more("bare transactional producer", bare, "/s");
      report.more("records of a batch", batch, "");
      report.more("ours to the bare producer", fill.perSecond() / bare, Figure.RATIO);
      row(report, pinned ? "reads by name, on one core" : "reads by name, not pinned", reads);
      report.atMost(6, "ready again, 100,000 partners", Median.of(ready).median(), "s");
      report.atMost(512, "heap", used, "MB");
      report.less("heap that lives", live, "MB");
    } finally {
      try (var tree = Files.walk(state)) {
        for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(path);
        }
      }
    }
  }

  private static void row(Report report, String what, ClosedLoop.Run run) {
    report.rate(what, run.perSecond(), run.quantile(0.5), run.quantile(0.99));
  }

  private static boolean isOk(int status) {
    return status == 200;
  }

  private static ClosedLoop load(ServiceCluster cluster, Replica registry, int clients)
      throws SuiteFailure {
    return new ClosedLoop(
        registry.url(),
        clients,
        Map.of(
            "Authorization", "Bearer " + cluster.adminToken(), "Content-Type", "application/json"));
  }

  private static ClosedLoop.Request put(int number, int version) {
    return new ClosedLoop.Request(
        HttpMethod.PUT, "/v1/partners/partner-" + number, Buffer.buffer(body(number, version)));
  }

  private static ClosedLoop.Request get(int number) {
    // Spread over all of them.
    int name = Math.floorMod(number * 48_271, MANY);
    return new ClosedLoop.Request(HttpMethod.GET, "/v1/partners/partner-" + name, null);
  }

  private static String body(int number, int version) {
    return """
        {"kind":"exchange","realm":"r%1$d.litwareinc.com",\
        "trust":{"metadataUrl":"https://autodiscover.r%1$d.litwareinc.com/autodiscover/metadata/json/1?v=%2$d"},\
        "probe":{"sipAddresses":["sip:kenmyer@r%1$d.litwareinc.com"],"kinds":["conversation-history"]}}"""
        .formatted(number, version);
  }

  /** Records a second, a state and a decision for each, and the place in the queue. */
  private static double bareProducer(String bootstrap, int batch)
      throws InterruptedException, IOException {
    var topics =
        List.of(
            new NewTopic("reference.states", 1, (short) 1).configs(Topic.PARTNERS.settings()),
            new NewTopic("reference.commands", 1, (short) 1)
                .configs(Topic.PARTNER_COMMANDS.settings()));
    Map<String, Object> kafka = Map.of("bootstrap.servers", bootstrap);
    try (Admin admin = Admin.create(kafka)) {
      admin.createTopics(topics).all().get(30, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("no topics for the reference", e);
    }
    try (var producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers", bootstrap,
                "transactional.id", "reference",
                "linger.ms", "0"),
            new StringSerializer(),
            new StringSerializer())) {
      producer.initTransactions();
      String state = body(4711, 1) + "x".repeat(300);
      String decision = "x".repeat(120);
      int registrations = 0;
      long begin = 0;
      // The first third warms up.
      int all = 60_000;
      while (registrations < all) {
        if (begin == 0 && registrations >= all / 3) {
          begin = System.nanoTime();
        }
        producer.beginTransaction();
        for (int i = 0; i < batch; i++) {
          String key = "partner-" + registrations++;
          var _ = producer.send(new ProducerRecord<>("reference.states", key, state));
          var _ = producer.send(new ProducerRecord<>("reference.commands", key, decision));
        }
        producer.commitTransaction();
      }
      return (registrations - all / 3.0) / ((System.nanoTime() - begin) / 1e9);
    }
  }

  private static double sum(Replica registry, String metric) throws InterruptedException {
    return registry.metric(metric).orElse(Double.NaN);
  }
}
