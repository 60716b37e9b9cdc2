package dev.concordat.benchmarks;

import com.sun.net.httpserver.HttpServer;
import dev.concordat.benchmarks.report.Figure;
import dev.concordat.benchmarks.report.Report;
import dev.concordat.contracts.Json;
import dev.concordat.contracts.Topic;
import dev.concordat.contracts.events.Event;
import dev.concordat.contracts.events.EventType;
import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.ProbeCompleted;
import dev.concordat.contracts.events.ProbeKind;
import dev.concordat.contracts.events.ProbeSettings;
import dev.concordat.contracts.events.ProbeStage;
import dev.concordat.contracts.events.ProbeTrigger;
import dev.concordat.contracts.events.TrustLevel;
import dev.concordat.suite.Part;
import dev.concordat.suite.Replicas;
import dev.concordat.suite.ServiceCluster;
import dev.concordat.suite.SuiteFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * The status page with 2,000 targets in headless Chromium, until a visitor can use it: loaded, its
 * scripts run, the main thread idle. The reference is a bare page without style or script, of a
 * table with as many rows, from a bare server.
 */
final class StatusPage {

  private static final int TARGETS = 2_000;
  private static final int RUNS = 12;
  private static final int WARM_UP = 3;
  private static final int COUNTED = 9;

  private StatusPage() {}

  @SuppressWarnings("SystemOut") // progress
  static void run(Report report) throws IOException, SuiteFailure, InterruptedException {
    Path state = Files.createTempDirectory("concordat-bench");
    Path profile = Files.createTempDirectory("concordat-chromium");
    try {
      var started = HeadlessBrowser.start(profile);
      if (started.isEmpty()) {
        report.say("SKIPPED, no Chromium on this machine (apt-get install chromium)");
        return;
      }
      try (HeadlessBrowser browser = started.get();
          ServiceCluster cluster =
              ServiceCluster.prepare(
                  state,
                  1,
                  Replicas.of(Part.PROBE_SERVICE, 1, List.of("-XX:+UseSerialGC", "-Xmx256m"))
                      .with("concordat.probe.status-page.public", "true")
                      .with("concordat.probe.replayed-results", "50000"))) {
        System.err.println("writing the results of 2,000 targets …");
        cluster.startBrokers();
        write(cluster.kafkaBootstrap());
        cluster.startReplicas();
        URI page = cluster.replicas().getFirst().url().resolve("/");
        HttpServer bare = bare();
        try {
          URI reference = URI.create("http://127.0.0.1:%d/".formatted(bare.getAddress().getPort()));
          System.err.println("opening pages …");
          report.say("%,d targets, median of %d cold loads".formatted(TARGETS, COUNTED));
          double floor = median(browser, reference);
          report.less("a bare table of as many rows", floor, "ms");
          row(report, "the status page", median(browser, page), floor);
          row(report, "all rows at once", median(browser, page.resolve("/?rows=5000")), floor);
        } finally {
          bare.stop(0);
        }
      }
    } finally {
      remove(state);
      remove(profile);
    }
  }

  private static void row(Report report, String what, double millis, double floor) {
    report.atMost(2_000, what, millis, "ms");
    report.less(what + " to the bare table", millis / floor, Figure.RATIO);
  }

  private static double median(HeadlessBrowser browser, URI page)
      throws IOException, InterruptedException {
    double[] times = new double[COUNTED];
    for (int i = -WARM_UP; i < COUNTED; i++) {
      double time = browser.timeToInteractive(page);
      if (i >= 0) {
        times[i] = time;
      }
    }
    java.util.Arrays.sort(times);
    return times[COUNTED / 2];
  }

  private static HttpServer bare() throws IOException {
    var html = new StringBuilder("<!DOCTYPE html><title>bare</title><table>");
    for (int i = 0; i < TARGETS; i++) {
      html.append(
          "<tr><td>passing<td>%s<td>exchange<td>12 s ago<td>234 ms<td>24 of the last 24 passed"
              .formatted(mailbox(i)));
    }
    byte[] page = html.toString().getBytes(StandardCharsets.UTF_8);
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.getResponseHeaders().add("Content-Type", "text/html; charset=utf-8");
          exchange.sendResponseHeaders(200, page.length);
          exchange.getResponseBody().write(page);
          exchange.close();
        });
    server.start();
    return server;
  }

  private static String mailbox(int i) {
    return "sip:user%04d@litwareinc.com".formatted(i);
  }

  private static void write(String bootstrap) throws IOException {
    Instant now = Instant.now();
    try (var producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrap, "linger.ms", "20"),
            new StringSerializer(),
            new ByteArraySerializer())) {
      send(producer, Topic.PARTNERS, EventType.PARTNER_REGISTERED, "exchange", partner(now));
      for (int run = RUNS; run > 0; run--) {
        for (int i = 0; i < TARGETS; i++) {
          Instant start = now.minus(Duration.ofMinutes(5L * run)).plusMillis(i);
          send(
              producer,
              Topic.PROBES,
              EventType.PROBE_COMPLETED,
              mailbox(i),
              result(i, start, i % 100 != 7));
        }
      }
      producer.flush();
    }
  }

  private static void send(
      KafkaProducer<String, byte[]> producer, Topic topic, EventType type, String key, Event event)
      throws IOException {
    var headers = new RecordHeaders();
    Map.of(
            "ce_specversion",
            "1.0",
            "ce_id",
            UUID.randomUUID().toString(),
            "ce_source",
            "benchmark",
            "ce_type",
            type.ceType(),
            "ce_subject",
            key,
            "ce_time",
            Instant.now().toString(),
            "content-type",
            "application/json")
        .forEach((name, value) -> headers.add(name, value.getBytes(StandardCharsets.UTF_8)));
    var _ =
        producer.send(
            new ProducerRecord<>(
                topic.topicName(), null, key, Json.mapper().writeValueAsBytes(event), headers));
  }

  private static PartnerRegistered partner(Instant now) {
    return new PartnerRegistered(
        "exchange",
        PartnerKind.EXCHANGE,
        null,
        null,
        TrustLevel.FULL,
        true,
        new dev.concordat.contracts.events.Trust.ByMetadata(
            "https://autodiscover.litwareinc.com/autodiscover/metadata/json/1", null, null),
        List.of(),
        null,
        // So seldom that nothing is probed meanwhile.
        new ProbeSettings(
            IntStream.range(0, TARGETS).mapToObj(StatusPage::mailbox).toList(),
            null,
            Duration.ofDays(10_000),
            null),
        null,
        1,
        now,
        "benchmark");
  }

  private static ProbeCompleted result(int target, Instant start, boolean passed) {
    return new ProbeCompleted(
        target + "-" + start.toEpochMilli(),
        "exchange",
        mailbox(target),
        ProbeKind.CONVERSATION_HISTORY,
        passed ? ProbeCompleted.Outcome.PASSED : ProbeCompleted.Outcome.FAILED,
        start,
        200 + target % 50,
        Stream.of("challenge", "token", "autodiscover", "folder", "create", "verify", "delete")
            .map(it -> new ProbeStage(it, ProbeStage.Outcome.PASSED, 30, 200, "as it should be"))
            .toList(),
        null,
        "key",
        ProbeCompleted.TokenSource.FRESH,
        true,
        ProbeTrigger.SCHEDULE,
        "benchmark");
  }

  private static void remove(Path folder) throws IOException {
    try (var tree = Files.walk(folder)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
