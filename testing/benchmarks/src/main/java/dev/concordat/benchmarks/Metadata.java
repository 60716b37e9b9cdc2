package dev.concordat.benchmarks;

import dev.concordat.benchmarks.report.Figure;
import dev.concordat.benchmarks.report.Report;
import dev.concordat.contracts.events.RefreshRequested;
import dev.concordat.suite.LaboratoryKey;
import dev.concordat.suite.Part;
import dev.concordat.suite.PartnerFleet;
import dev.concordat.suite.Replicas;
import dev.concordat.suite.ServiceCluster;
import dev.concordat.suite.ServiceCluster.Replica;
import dev.concordat.suite.SuiteEvents;
import dev.concordat.suite.SuiteFailure;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The metadata-service with 100 and with 10,000 partners, whose documents one https server in this
 * process has: a round of readings of which nine tenths are unchanged, our own document beside a
 * constant byte array of the same service, and how soon a partner's new key is accepted by the
 * token-service.
 */
final class Metadata {

  private static final int FEW = 100;
  private static final int MANY = 10_000;
  private static final int ROUNDS = 3;
  private static final int READS = 20_000;
  private static final int NEW_KEYS = 300;

  private final ServiceCluster cluster;
  private final PartnerFleet fleet;
  private final SuiteEvents events;
  private final Replica service;
  private final Report report;
  private final LaboratoryKey key = LaboratoryKey.rsa();
  private final LaboratoryKey other = key.renewed();
  private int version;

  /** What a round took. */
  private record Round(double seconds, double cpuSeconds) {}

  private Metadata(ServiceCluster cluster, PartnerFleet fleet, SuiteEvents events, Report report) {
    this.report = report;
    this.cluster = cluster;
    this.fleet = fleet;
    this.events = events;
    service = cluster.replicas(Part.METADATA_SERVICE).getFirst();
  }

  static void run(Report report) throws IOException, SuiteFailure, InterruptedException {
    Path state = Files.createTempDirectory("concordat-bench");
    try (ServiceCluster cluster =
            ServiceCluster.prepare(
                state,
                1,
                Replicas.of(
                        Part.METADATA_SERVICE,
                        1,
                        List.of("-XX:+UseSerialGC", "-Xms64m", "-Xmx384m"))
                    .with("concordat.metadata.refresh-interval", "24h")
                    .with("concordat.metadata.request-pause", "100ms")
                    .with("concordat.messaging.publish-buffer", "20000"),
                Replicas.of(
                    Part.TOKEN_SERVICE, 1, List.of("-XX:+UseSerialGC", "-Xms64m", "-Xmx384m")));
        var fleet = new PartnerFleet(cluster.state())) {
      cluster.startBrokers();
      try (var events = new SuiteEvents(cluster.kafkaBootstrap())) {
        cluster.startReplicas();
        new Metadata(cluster, fleet, events, report).measure();
      }
    } finally {
      try (var tree = Files.walk(state)) {
        for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(path);
        }
      }
    }
  }

  @SuppressWarnings("SystemOut") // progress
  private void measure() throws IOException, SuiteFailure, InterruptedException {
    System.err.println("100 partners …");
    register(0, FEW);
    // As many readings as a round of all has, so that the compiler has done its work for both.
    for (int i = 0; i < MANY / FEW; i++) {
      round(FEW);
    }
    Round few = rounds(FEW, 20);
    System.err.println("10,000 partners …");
    Round first = register(FEW, MANY);
    Round many = best(MANY);
    fleet.closeConnections(true);
    System.err.println("each over a connection of its own …");
    Round apart = best(MANY);
    fleet.closeConnections(false);
    double used = sum("jvm_memory_used_bytes{area=\"heap\"") / 1e6;
    Machine.collect(service.pid());
    double live = sum("jvm_memory_used_bytes{area=\"heap\"") / 1e6;
    System.err.println("our own document …");
    double[] ours = new double[5];
    double[] constant = new double[5];
    try (var load = new ClosedLoop(service.url(), 64, Map.of())) {
      for (int i = -1; i < ours.length; i++) {
        double one = reads(load, "/metadata/json/1");
        double bare = reads(load, "/metadata/json/1/rootcertificate");
        if (i >= 0) {
          ours[i] = one;
          constant[i] = bare;
        }
      }
    }
    report.say("%d partners, nine tenths of them unchanged".formatted(MANY));
    row("first round, every document new", first);
    row("round over kept connections", many);
    row("round, a new TLS connection each", apart);
    row("100 partners, kept connections", few);
    report.atMost(60, "whole round, wall", apart.seconds, "s");
    report.atMost(25, "whole round, CPU", apart.cpuSeconds, "s");
    report.less(
        "CPU per partner, 10,000 to 100",
        (many.cpuSeconds / MANY) / (few.cpuSeconds / FEW),
        Figure.RATIO);
    report.atMost(384, "heap", used, "MB");
    report.less("heap that lives", live, "MB");
    Arrays.sort(ours);
    Arrays.sort(constant);
    report.more("our document", ours[2], "/s");
    report.more("a constant byte array", constant[2], "/s");
    report.atLeast(0.8, "our document to the constant", ours[2] / constant[2], Figure.RATIO);
    System.err.println("new keys …");
    double[] accepted = newKeys();
    report.less("a new key, asked for to accepted, p50", accepted[NEW_KEYS / 2], "ms");
    report.atMost(
        1000, "a new key, asked for to accepted, p99", accepted[NEW_KEYS * 99 / 100], "ms");
  }

  private void row(String what, Round round) {
    report.less(what + ", wall", round.seconds, "s");
    report.less(what + ", CPU", round.cpuSeconds, "s");
  }

  /** Registers partners, and waits until all are read for the first time. */
  private Round register(int from, int to) throws InterruptedException {
    for (int i = from; i < to; i++) {
      fleet.publish(i, key.certificate());
    }
    return measured(
        to - from,
        () -> {
          for (int i = from; i < to; i++) {
            events.write(PartnerFleet.name(i), fleet.registration(i));
          }
        });
  }

  /** The last of several, when the compiler has done its work. */
  private Round best(int partners) throws InterruptedException {
    Round last = round(partners);
    for (int i = 1; i < ROUNDS; i++) {
      last = round(partners);
    }
    return last;
  }

  /** The mean of several: one of few partners is too short for a clock of CPU time. */
  private Round rounds(int partners, int count) throws InterruptedException {
    double seconds = 0;
    double cpu = 0;
    for (int i = 0; i < count; i++) {
      Round one = round(partners);
      seconds += one.seconds;
      cpu += one.cpuSeconds;
    }
    return new Round(seconds / count, cpu / count);
  }

  /** Has every partner read once; each tenth has another document than before. */
  private Round round(int partners) throws InterruptedException {
    version++;
    for (int i = version % 10; i < partners; i += 10) {
      fleet.publish(i, version / 10 % 2 == 0 ? other.certificate() : key.certificate());
    }
    // The pause between two readings for a request is over.
    Thread.sleep(150);
    return measured(
        partners,
        () -> {
          for (int i = 0; i < partners; i++) {
            events.write(PartnerFleet.name(i), request(i, null));
          }
        });
  }

  private Round measured(int readings, Runnable begin) throws InterruptedException {
    int asked = fleet.visited() + readings;
    double read = readings() + readings;
    Duration cpu = cpu();
    long from = System.nanoTime();
    begin.run();
    events.flush();
    // The partners' side is watched until all were asked: the service's own metrics are one line
    // and more for each partner, and to have it write them all the time would be much of what is
    // measured.
    await(readings, from, () -> fleet.visited() >= asked);
    await(readings, from, () -> readings() >= read);
    double seconds = (System.nanoTime() - from) / 1e9;
    return new Round(seconds, cpu().minus(cpu).toNanos() / 1e9);
  }

  /** What may be waited for. */
  private interface Condition {
    boolean holds() throws InterruptedException;
  }

  private static void await(int readings, long from, Condition condition)
      throws InterruptedException {
    while (!condition.holds()) {
      if (System.nanoTime() - from > TimeUnit.MINUTES.toNanos(5)) {
        throw new IllegalStateException("not all of %d were read in 5 minutes".formatted(readings));
      }
      Thread.sleep(readings > 1000 ? 20 : 5);
    }
  }

  private double readings() throws InterruptedException {
    return service.metric("concordat_metadata_reading_seconds_count").orElse(0);
  }

  private Duration cpu() {
    return ProcessHandle.of(service.pid())
        .flatMap(it -> it.info().totalCpuDuration())
        .orElse(Duration.ZERO);
  }

  private static double reads(ClosedLoop load, String path) throws InterruptedException {
    return load.run(
            0,
            READS,
            _ -> new ClosedLoop.Request(HttpMethod.GET, path, null),
            status -> status == 200)
        .perSecond();
  }

  /** Milliseconds from a request for a refresh to the first token that is accepted, sorted. */
  private double[] newKeys() throws InterruptedException, SuiteFailure {
    URI tokens = cluster.replicas(Part.TOKEN_SERVICE).getFirst().url();
    double[] millis = new double[NEW_KEYS];
    try (var presented = new PresentedTokens(tokens, cluster.adminToken())) {
      for (int i = -50; i < NEW_KEYS; i++) {
        int number = i + 50;
        LaboratoryKey next = key.renewed();
        String token = presented.token(PartnerFleet.issuer(number), next);
        if (presented.isAccepted(token)) {
          throw new IllegalStateException("a token of a key that nobody published is accepted");
        }
        fleet.publish(number, key.certificate(), next.certificate());
        long begin = System.nanoTime();
        events.write(PartnerFleet.name(number), request(number, next.certificate().x5t()));
        while (!presented.isAccepted(token)) {
          if (System.nanoTime() - begin > TimeUnit.SECONDS.toNanos(20)) {
            throw new IllegalStateException("a new key is not accepted after 20 s");
          }
          Thread.sleep(1);
        }
        if (i >= 0) {
          millis[i] = (System.nanoTime() - begin) / 1e6;
        }
      }
    }
    Arrays.sort(millis);
    return millis;
  }

  private static RefreshRequested request(
      int number, @org.jspecify.annotations.Nullable String keyId) {
    return new RefreshRequested(
        PartnerFleet.name(number),
        RefreshRequested.Reason.UNKNOWN_KEY,
        keyId,
        PartnerFleet.issuer(number),
        "benchmark",
        Instant.now());
  }

  private double sum(String metric) throws InterruptedException {
    return service.metric(metric).orElse(Double.NaN);
  }
}
