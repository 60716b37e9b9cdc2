package dev.concordat.benchmarks;

import dev.concordat.benchmarks.report.Figure;
import dev.concordat.benchmarks.report.Report;
import dev.concordat.suite.Part;
import dev.concordat.suite.ProbeGround;
import dev.concordat.suite.Replicas;
import dev.concordat.suite.ServiceCluster.Replica;
import dev.concordat.suite.SuiteFailure;
import dev.concordat.testing.kafka.FreePorts;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * What a scrape of a multi-target exporter takes: of ours, which probes a mailbox, and of
 * blackbox_exporter as the distribution packs it, which gets one document of the same HTTPS server
 * over a new connection.
 */
final class Scrapes {

  private static final String BLACKBOX = "prometheus-blackbox-exporter";
  private static final int CLIENTS = 16;
  private static final int MAILBOXES = 200;
  private static final int WARM_UP = 4_000;
  private static final int MEASURED = 3_000;

  /** Of a whole probe: a token, two of Autodiscover, four of EWS ({@link BareProbes}). */
  private static final int REQUESTS_OF_A_PROBE = 7;

  private Scrapes() {}

  /** The rate and the latencies of scrapes, and what one costs its exporter. */
  private record Cost(ClosedLoop.Run run, double cpuMillis) {}

  static void run(Report report) throws IOException, SuiteFailure, InterruptedException {
    Path state = Files.createTempDirectory("concordat-bench");
    try (ProbeGround ground =
        ProbeGround.start(
            state,
            Replicas.of(Part.PROBE_SERVICE, 1, List.of("-XX:+UseSerialGC", "-Xmx512m"))
                .with("concordat.probe.service-records", "false"))) {
      report.say("everything on the same cores, %d scrapers".formatted(CLIENTS));
      ground.makeMailboxes(MAILBOXES);
      ground.registerOnly(MAILBOXES);
      Cost ours = ours(ground);
      report.rate("scrapes of ours", ours.run.perSecond(), ours.run.quantile(0.5), p99(ours));
      report.less("CPU of one of ours", ours.cpuMillis, "ms");
      blackbox(report, state, ground, ours);
    } finally {
      try (var tree = Files.walk(state)) {
        for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(path);
        }
      }
    }
  }

  private static Cost ours(ProbeGround ground) throws SuiteFailure, InterruptedException {
    Replica service = ground.probeServices().getFirst();
    try (var scrapers =
        new ClosedLoop(
            service.url(),
            CLIENTS,
            Map.of("Authorization", "Bearer " + ground.cluster().adminToken()))) {
      return measured(
          scrapers,
          service.pid(),
          number ->
              "/probe?partner=%s&target=sip:%s"
                  .formatted(ProbeGround.partner(0), ProbeGround.mailbox(number % MAILBOXES)),
          "probe_success 1");
    }
  }

  private static void blackbox(Report report, Path state, ProbeGround ground, Cost ours)
      throws IOException, InterruptedException {
    int port = FreePorts.one();
    Path modules =
        Files.writeString(
            state.resolve("blackbox.yml"),
            """
            modules:
              document:
                prober: http
                http:
                  preferred_ip_protocol: ip4
                  headers:
                    Host: autodiscover.litwareinc.com
                  tls_config:
                    ca_file: %s
                    server_name: autodiscover.litwareinc.com
            """
                .formatted(ground.cluster().state().file("tls/ca.crt")));
    Process exporter;
    try {
      exporter =
          new ProcessBuilder(
                  BLACKBOX,
                  "--config.file=" + modules,
                  "--web.listen-address=127.0.0.1:" + port,
                  "--log.level=error")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException e) {
      report.say("blackbox_exporter left out: there is no " + BLACKBOX + " on this machine");
      return;
    }
    try (var scrapers = new ClosedLoop(URI.create("http://127.0.0.1:" + port), CLIENTS, Map.of())) {
      awaitListening(port);
      Cost theirs =
          measured(
              scrapers,
              exporter.pid(),
              _ ->
                  "/probe?module=document&target=https://127.0.0.1:%d/autodiscover/metadata/json/1"
                      .formatted(ground.exchangePort()),
              "probe_success 1");
      report.rate(
          "scrapes of blackbox_exporter",
          theirs.run.perSecond(),
          theirs.run.quantile(0.5),
          p99(theirs));
      report.less("CPU of one of blackbox_exporter", theirs.cpuMillis, "ms");
      report.less(
          "CPU of a request of ours to one of blackbox_exporter",
          ours.cpuMillis / REQUESTS_OF_A_PROBE / theirs.cpuMillis,
          Figure.RATIO);
    } finally {
      exporter.destroy();
    }
  }

  private static double p99(Cost cost) {
    return cost.run.quantile(0.99);
  }

  private static Cost measured(
      ClosedLoop scrapers, long exporter, IntFunction<String> path, String sign)
      throws InterruptedException {
    Buffer first = scrapers.once(get(path.apply(0)));
    if (!first.toString().contains(sign)) {
      throw new IllegalStateException("a scrape says: " + first);
    }
    scrapers.run(0, WARM_UP, number -> get(path.apply(number)), status -> status == 200);
    double before = Machine.cpuSeconds(exporter);
    ClosedLoop.Run run =
        scrapers.run(WARM_UP, MEASURED, number -> get(path.apply(number)), status -> status == 200);
    return new Cost(run, (Machine.cpuSeconds(exporter) - before) * 1000 / MEASURED);
  }

  private static ClosedLoop.Request get(String path) {
    return new ClosedLoop.Request(HttpMethod.GET, path, null);
  }

  private static void awaitListening(int port) throws InterruptedException {
    for (int tries = 0; tries < 100; tries++) {
      try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
        return;
      } catch (IOException notYet) {
        Thread.sleep(100);
      }
    }
    throw new IllegalStateException("blackbox_exporter does not listen");
  }
}
