package dev.concordat.benchmarks;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.benchmarks.report.Figure;
import dev.concordat.benchmarks.report.Report;
import dev.concordat.contracts.Json;
import dev.concordat.contracts.Topic;
import dev.concordat.suite.Part;
import dev.concordat.suite.ProbeGround;
import dev.concordat.suite.Replicas;
import dev.concordat.suite.ServiceCluster.Replica;
import dev.concordat.suite.SuiteFailure;
import dev.concordat.suite.Training;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Whole probes with the real token-service, the simulated Exchange and everything else on the same
 * machine: as many as it can, each on its turn, and one on demand. The reference is {@link
 * BareProbes}.
 */
final class Probes {

  private static final int MANY = 20_000;
  private static final Duration WARM_UP = Duration.ofSeconds(20);

  /** The service has far more code for the compiler to get through than the bare client. */
  private static final Duration SERVICE_WARM_UP = Duration.ofSeconds(90);

  private static final Duration MEASURED = Duration.ofSeconds(20);
  private static final List<String> JAVA = List.of("-XX:+UseSerialGC", "-Xms256m", "-Xmx512m");
  private static final Duration INTERVAL = Duration.ofMinutes(5);

  /** How far from their places in two intervals a mailbox's turns may be, and begin. */
  private static final Duration LEEWAY = Duration.ofSeconds(7);

  private static final Duration FIRST = Duration.ofMinutes(1);
  private static final Duration SAMPLED = Duration.ofSeconds(2);
  private static final int AT_ONCE = 32;
  private static final int ON_DEMAND = 200;

  private Probes() {}

  /**
   * @param hold how long the schedule of many mailboxes is watched
   */
  @SuppressWarnings("SystemOut") // progress
  static void run(Report report, Duration hold)
      throws IOException, SuiteFailure, InterruptedException {
    Path state = Files.createTempDirectory("concordat-bench");
    try (ProbeGround ground =
        ProbeGround.start(
            state,
            Replicas.of(
                    Part.PROBE_SERVICE,
                    1,
                    Training.flags(Part.PROBE_SERVICE, JAVA, System.err::println))
                .with("concordat.probe.service-records", "false")
                .with("concordat.probe.kept-targets", Integer.toString(MANY)))) {
      Replica service = ground.probeServices().getFirst();
      System.err.println("making 20,000 mailboxes …");
      ground.makeMailboxes(MANY);
      report.say("everything on the same cores");
      report.say("the probe-service starts from an AOT cache, as it does from its image");
      try (var events = new Events(ground.cluster().kafkaBootstrap())) {
        ground.registerOnly(MANY);
        onDemand(report, ground, events);
        Cost bare = bare(ground);
        spread(report, ground, service, events, hold);
        // Last, because it leaves a backlog.
        atFull(report, ground, service, bare);
      }
    } finally {
      try (var tree = Files.walk(state)) {
        for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(path);
        }
      }
    }
  }

  /** What a probe costs whoever sends it. */
  private record Cost(double perSecond, double cpuMillis, double answerMillis) {}

  private static Cost bare(ProbeGround ground)
      throws IOException, SuiteFailure, InterruptedException {
    System.err.println("the bare Web Client …");
    try (var client = bareClient(ground)) {
      client.run(AT_ONCE, WARM_UP);
      double before = Machine.cpuSeconds(ProcessHandle.current().pid());
      BareProbes.Run run = client.run(AT_ONCE, MEASURED);
      double used = Machine.cpuSeconds(ProcessHandle.current().pid()) - before;
      return new Cost(run.perSecond(), used * 1000 / run.probes(), run.answerMillis());
    }
  }

  private static BareProbes bareClient(ProbeGround ground) throws IOException, SuiteFailure {
    var state = ground.cluster().state();
    return new BareProbes(
        state.file("tls/ca.crt"),
        ground.only(Part.TOKEN_SERVICE).url(),
        Files.readString(state.file("oidc/probe-service-token")).strip(),
        ground.exchangePort(),
        1_000);
  }

  @SuppressWarnings("SystemOut") // progress
  private static void atFull(Report report, ProbeGround ground, Replica service, Cost bare)
      throws SuiteFailure, InterruptedException {
    System.err.println("more than it can …");
    // Each mailbox every ten seconds is more than two cores can: whoever is late is left out.
    ground.probe(8_000, Duration.ofSeconds(10));
    Thread.sleep(SERVICE_WARM_UP);
    double probesBefore = passed(service);
    double cpuBefore = Machine.cpuSeconds(service.pid());
    long begin = System.nanoTime();
    Thread.sleep(MEASURED);
    double seconds = (System.nanoTime() - begin) / 1e9;
    double probes = passed(service) - probesBefore;
    double cpu = (Machine.cpuSeconds(service.pid()) - cpuBefore) * 1000 / probes;
    report.atLeast(400, "whole probes", probes / seconds, "/s");
    report.more("the bare Web Client", bare.perSecond(), "/s");
    report.less("CPU of a probe", cpu, "ms");
    report.less("CPU of a probe of the bare client", bare.cpuMillis(), "ms");
    report.atMost(1.5, "CPU of a probe to the bare client's", cpu / bare.cpuMillis(), Figure.RATIO);
    report.less(
        "probes that failed meanwhile",
        service
            .metric(
                "concordat_probe_results_total{kind=\"conversation-history\",outcome=\"failed\"")
            .orElse(0),
        "");
  }

  private static double passed(Replica service) throws InterruptedException {
    return service
        .metric("concordat_probe_results_total{kind=\"conversation-history\",outcome=\"passed\"")
        .orElse(0);
  }

  /**
   * A schedule that is kept: every mailbox in its time, evenly, and at the end no later than at the
   * beginning.
   *
   * @param hold how long it is watched
   */
  @SuppressWarnings("SystemOut") // progress
  private static void spread(
      Report report, ProbeGround ground, Replica service, Events events, Duration hold)
      throws SuiteFailure, InterruptedException {
    System.err.printf("20,000 mailboxes every five minutes, for %s …%n", hold);
    ground.probe(MANY, INTERVAL);
    Thread.sleep(Duration.ofSeconds(20));
    Instant from = Instant.now();
    events.clear();
    double skipped = skipped(service);
    double heap = 0;
    Lateness first = null;
    Duration early = hold.dividedBy(2).compareTo(FIRST) < 0 ? hold.dividedBy(2) : FIRST;
    for (Duration at = Duration.ZERO;
        at.compareTo(hold) < 0;
        at = Duration.between(from, Instant.now())) {
      Thread.sleep(SAMPLED);
      heap = Math.max(heap, service.metric("jvm_memory_used_bytes{area=\"heap\"").orElse(0));
      if (first == null && at.compareTo(early) >= 0) {
        first = Lateness.of(service);
      }
    }
    Lateness last = Lateness.of(service);
    // Those that have just begun have no result yet.
    Instant to = from.plus(hold).minusSeconds(2);
    var perSecond = new HashMap<Long, Integer>();
    var starts = new HashMap<String, List<Instant>>();
    var delays = new ArrayList<Double>();
    for (Event it : events.all()) {
      if (it.startedAt.isBefore(from) || it.startedAt.isAfter(to)) {
        continue;
      }
      perSecond.merge(it.startedAt.getEpochSecond(), 1, Integer::sum);
      starts.computeIfAbsent(it.mailbox, _ -> new ArrayList<>()).add(it.startedAt);
      delays.add(it.lateMillis);
    }
    double mean = MANY / (double) INTERVAL.toSeconds();
    int worst = perSecond.values().stream().mapToInt(it -> it).max().orElse(0);
    double[] sorted = delays.stream().mapToDouble(it -> it).sorted().toArray();
    double due = mean * Duration.between(from, to).toMillis() / 1000;
    report.atLeast(0.98, "20,000 each 5 minutes, begun to due", sorted.length / due, Figure.RATIO);
    report.atMost(2, "the worst second to the mean", worst / mean, Figure.RATIO);
    last.tell(report, "at the end");
    requireNonNull(first).tell(report, "at the beginning");
    report.less("turns left out", skipped(service) - skipped, "");
    report.less("mailboxes probed too soon again", (double) tooSoon(starts), "");
    if (Duration.between(from, to).compareTo(INTERVAL.plus(LEEWAY)) > 0) {
      report.less(
          "mailboxes that missed an interval", (double) (MANY - kept(starts, from, to)), "");
    }
    report.less("verdict to event read, p50", quantile(sorted, 0.5), "ms");
    report.atMost(50, "verdict to event read, p99", quantile(sorted, 0.99), "ms");
    report.atMost(512, "heap at most", heap / 1e6, "MB");
  }

  /** How much later than their turns probes have begun lately, in ms. */
  private record Lateness(double p50, double p99, double most) {
    static Lateness of(Replica service) throws InterruptedException {
      Map<String, String> quantiles =
          service.labelled("concordat_probe_lateness_seconds", "quantile");
      return new Lateness(
          millis(quantiles.get("0.5")),
          millis(quantiles.get("0.99")),
          service.metric("concordat_probe_lateness_seconds_max").orElse(Double.NaN) * 1000);
    }

    private static double millis(@Nullable String seconds) {
      return seconds == null ? Double.NaN : Double.parseDouble(seconds) * 1000;
    }

    void tell(Report report, String when) {
      report.less("begun later than due " + when + ", p50", p50, "ms");
      report.less("begun later than due " + when + ", p99", p99, "ms");
      report.less("begun later than due " + when + ", at most", most, "ms");
    }
  }

  private static double skipped(Replica service) throws InterruptedException {
    return service.metric("concordat_probe_turns_skipped_total").orElse(0);
  }

  private static long tooSoon(Map<String, List<Instant>> starts) {
    return starts.values().stream()
        .filter(its -> gaps(its).anyMatch(gap -> gap.compareTo(INTERVAL.minus(LEEWAY)) < 0))
        .count();
  }

  /** How many mailboxes were never longer without a probe than an interval. */
  private static long kept(Map<String, List<Instant>> starts, Instant from, Instant to) {
    return starts.values().stream()
        .filter(
            its ->
                gaps(Stream.of(Stream.of(from), its.stream(), Stream.of(to))
                        .flatMap(it -> it)
                        .toList())
                    .allMatch(gap -> gap.compareTo(INTERVAL.plus(LEEWAY)) <= 0))
        .count();
  }

  private static Stream<Duration> gaps(List<Instant> moments) {
    List<Instant> sorted = moments.stream().sorted().toList();
    return IntStream.range(1, sorted.size())
        .mapToObj(it -> Duration.between(sorted.get(it - 1), sorted.get(it)));
  }

  @SuppressWarnings("SystemOut") // progress
  private static void onDemand(Report report, ProbeGround ground, Events events)
      throws IOException, SuiteFailure, InterruptedException {
    System.err.println("one after another, on demand …");
    Replica service = ground.probeServices().getFirst();
    double[] ours = new double[ON_DEMAND];
    try (HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      for (int round = 0; round < 5; round++) {
        for (int i = 0; i < ON_DEMAND; i++) {
          ours[i] = ask(http, ground, service, i);
        }
      }
    }
    double servers;
    try (var client = bareClient(ground)) {
      client.run(1, Duration.ofSeconds(10));
      servers = client.run(1, Duration.ofSeconds(5)).answerMillis();
    }
    java.util.Arrays.sort(ours);
    events.clear();
    report.less("on demand, median", quantile(ours, 0.5), "ms");
    report.less("the servers' answers to the bare client", servers, "ms");
    report.atMost(
        1.2, "on demand to the servers' answers", quantile(ours, 0.5) / servers, Figure.RATIO);
  }

  private static double ask(HttpClient http, ProbeGround ground, Replica service, int number)
      throws IOException, SuiteFailure, InterruptedException {
    String body =
        "{\"partner\":\"%s\",\"sipAddress\":\"sip:%s\"}"
            .formatted(ProbeGround.partner(0), ProbeGround.mailbox(number));
    HttpResponse<byte[]> answer =
        http.send(
            HttpRequest.newBuilder(URI.create(service.url() + "/v1/probes"))
                .header("Authorization", "Bearer " + ground.cluster().adminToken())
                .header("Content-Type", "application/json")
                .header("Prefer", "wait=30")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofByteArray());
    JsonNode result = Json.mapper().readTree(answer.body());
    if (!"passed".equals(result.path("outcome").asText())) {
      throw new IllegalStateException("a probe did not pass: " + result);
    }
    return result.path("duration").asDouble();
  }

  private static double quantile(double[] sorted, double share) {
    return sorted.length == 0
        ? Double.NaN
        : sorted[(int) Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  }

  /** A result as it came from Kafka. */
  private record Event(String mailbox, Instant startedAt, double lateMillis) {}

  /** Reads {@code concordat.probes} from its end, as fast as it can. */
  private static final class Events implements AutoCloseable {
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final ConcurrentLinkedQueue<Event> events = new ConcurrentLinkedQueue<>();
    private final Thread thread;

    Events(String bootstrap) {
      consumer =
          new KafkaConsumer<>(
              Map.of("bootstrap.servers", bootstrap, "fetch.max.wait.ms", "5"),
              new ByteArrayDeserializer(),
              new ByteArrayDeserializer());
      List<TopicPartition> partitions =
          IntStream.range(0, Topic.PROBES.partitions())
              .mapToObj(it -> new TopicPartition(Topic.PROBES.topicName(), it))
              .toList();
      consumer.assign(partitions);
      consumer.seekToEnd(partitions);
      thread = Thread.ofPlatform().daemon().name("events").start(this::read);
    }

    private void read() {
      try (consumer) {
        while (true) {
          for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
            Instant now = Instant.now();
            JsonNode data = Json.mapper().readTree(record.value());
            Instant started = Instant.parse(data.path("startedAt").asText());
            Instant verdict = started.plusMillis(data.path("duration").asLong());
            events.add(
                new Event(
                    data.path("sipAddress").asText(),
                    started,
                    Duration.between(verdict, now).toNanos() / 1e6));
          }
        }
      } catch (WakeupException e) {
        // It ends.
        return;
      } catch (IOException e) {
        throw new IllegalStateException("no result", e);
      }
    }

    void clear() {
      events.clear();
    }

    List<Event> all() {
      return List.copyOf(events);
    }

    @Override
    public void close() {
      consumer.wakeup();
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
