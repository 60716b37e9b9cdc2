package dev.concordat.benchmarks;

import dev.concordat.benchmarks.report.Trend;
import dev.concordat.suite.FormFields;
import dev.concordat.suite.Part;
import dev.concordat.suite.ProbeGround;
import dev.concordat.suite.QuietLogs;
import dev.concordat.suite.Replicas;
import dev.concordat.suite.ServiceCluster.Node;
import dev.concordat.suite.ServiceCluster.Replica;
import dev.concordat.suite.SuiteFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code ./concordat soak}: the suite under half of the tokens that it can sign, with registrations
 * that change and mailboxes that are probed meanwhile, for an hour. Every process's memory, threads
 * and open files and the latency of tokens are sampled; what grows is told, and is the exit code.
 */
@Command(
    name = "./concordat soak",
    description = "Runs the suite at half load, and says what grows.",
    mixinStandardHelpOptions = true)
final class Soak implements Callable<Integer> {

  private static final int SAMPLES = 60;
  private static final Duration SHORTEST_WINDOW = Duration.ofSeconds(10);
  private static final int CONNECTIONS = 16;
  private static final int CHANGING = 100;
  private static final int MAILBOXES = 200;

  /** This share of the samples is left out: compilers and caches have not settled before. */
  private static final double SETTLING = 0.25;

  @Option(
      names = "--duration",
      paramLabel = "TIME",
      defaultValue = "1h",
      converter = Time.class,
      description = "How long, as 10m or 1h; by default ${DEFAULT-VALUE}.")
  private Duration duration = Duration.ofHours(1);

  private final Map<String, List<Double>> series = new LinkedHashMap<>();

  private Soak() {}

  public static void main(String[] arguments) {
    QuietLogs.apply();
    System.exit(new CommandLine(new Soak()).execute(arguments));
  }

  @Override
  @SuppressWarnings("SystemOut") // what a command says
  public Integer call() throws Exception {
    Path state = Files.createTempDirectory("concordat-soak");
    try (ProbeGround ground =
        ProbeGround.start(
            state,
            Replicas.of(Part.PROBE_SERVICE, 1, List.of("-XX:+UseSerialGC", "-Xmx256m"))
                .with("concordat.probe.service-records", "false"))) {
      return run(ground, duration);
    } catch (SuiteFailure e) {
      System.err.println(e.sentence());
      return 3;
    } finally {
      try (var tree = Files.walk(state)) {
        for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(path);
        }
      }
    }
  }

  @SuppressWarnings("SystemOut") // what a command says
  private int run(ProbeGround ground, Duration all)
      throws SuiteFailure, InterruptedException, IOException {
    ground.makeMailboxes(MAILBOXES);
    ground.probe(MAILBOXES, Duration.ofMinutes(1));
    byte[] request = tokenRequest(ground);
    int refused = 0;
    var load =
        new WireLoad(ground.only(Part.TOKEN_SERVICE).url(), CONNECTIONS, status -> status == 200);
    var failure = new AtomicReference<@Nullable String>();
    var registrations = new AtomicInteger();
    Thread changing = Thread.ofVirtual().start(() -> change(ground, registrations, failure));
    System.err.println("how many tokens at most …");
    load.atMost(10, _ -> request);
    double half = load.atMost(5, _ -> request).perSecond() / 2;
    int samples = Math.clamp(all.dividedBy(SHORTEST_WINDOW), 6, SAMPLES);
    double window = all.toMillis() / 1000.0 / samples;
    System.err.printf(
        Locale.ROOT, "half of it, %.0f/s, for %s in %d parts …%n", half, all, samples);
    for (int i = 0; i < samples; i++) {
      WireLoad.Run run = load.at(half, window, _ -> request);
      refused += run.refused();
      add("tokens, p50, ms", run.p50());
      add("tokens, p99, ms", run.p99());
      for (Node node : nodes(ground)) {
        // What lives, and what the process needs for it.
        Machine.collect(node.pid());
        if (node instanceof Replica replica) {
          OptionalDouble heap = replica.metric("jvm_memory_used_bytes{area=\"heap\"");
          if (heap.isPresent()) {
            add(node.name() + ", live heap, MB", heap.getAsDouble() / 1e6);
          }
        }
        sample(node);
      }
    }
    changing.interrupt();
    changing.join();
    if (failure.get() != null) {
      System.out.println("FAILED: " + failure.get());
      return 1;
    }
    double passed = results(ground, "passed");
    double failed = results(ground, "failed");
    System.out.printf(
        Locale.ROOT,
        "soak: %s at %.0f tokens a second; %d changed registrations; %.0f probes passed, %.0f"
            + " failed; %d token requests refused%n",
        all,
        half,
        registrations.get(),
        passed,
        failed,
        refused);
    return print() && refused == 0 && failed == 0 && passed > 0 ? 0 : 1;
  }

  private static double results(ProbeGround ground, String outcome) throws InterruptedException {
    return ground
        .only(Part.PROBE_SERVICE)
        .metric(
            "concordat_probe_results_total{kind=\"conversation-history\",outcome=\"%s\""
                .formatted(outcome))
        .orElse(0);
  }

  /** An admin who changes a registration five times a second. */
  private static void change(
      ProbeGround ground, AtomicInteger registrations, AtomicReference<@Nullable String> failure) {
    try {
      for (int i = 0; ; i++) {
        ground.send(
            "PUT",
            ground.only(Part.TRUST_REGISTRY).url().resolve("/v1/partners/changing-" + i % CHANGING),
            Map.of(
                "kind",
                "skype",
                "realm",
                "r%d.litwareinc.com".formatted(i % CHANGING),
                "enabled",
                i / CHANGING % 2 == 0,
                "trust",
                Map.of(
                    "metadataUrl",
                    "https://autodiscover.litwareinc.com:%d/autodiscover/metadata/json/1?n=%d"
                        .formatted(ground.exchangePort(), i % CHANGING))));
        registrations.incrementAndGet();
        Thread.sleep(200);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (SuiteFailure e) {
      failure.compareAndSet(null, e.sentence());
    }
  }

  private static List<Node> nodes(ProbeGround ground) {
    return Stream.<Node>concat(
            ground.cluster().brokers().stream(), ground.cluster().replicas().stream())
        .toList();
  }

  private void sample(Node node) throws IOException {
    Path process = Path.of("/proc", Long.toString(node.pid()));
    Map<String, Double> status;
    try (var lines = Files.lines(process.resolve("status"))) {
      status =
          lines
              .map(it -> it.split("\\s+"))
              .filter(it -> it[0].equals("VmRSS:") || it[0].equals("Threads:"))
              .collect(Collectors.toMap(it -> it[0], it -> Double.parseDouble(it[1])));
    }
    add(node.name() + ", resident, MB", status.getOrDefault("VmRSS:", Double.NaN) / 1024);
    add(node.name() + ", threads", status.getOrDefault("Threads:", Double.NaN));
    try (var files = Files.list(process.resolve("fd"))) {
      add(node.name() + ", open files", (double) files.count());
    }
  }

  private void add(String name, double value) {
    series.computeIfAbsent(name, _ -> new ArrayList<>()).add(value);
  }

  @SuppressWarnings("SystemOut") // what a command says
  private boolean print() {
    System.out.println(
        "                                          middle     first      last      rise");
    boolean flat = true;
    for (var one : series.entrySet()) {
      List<Double> settled =
          one.getValue().subList((int) (one.getValue().size() * SETTLING), one.getValue().size());
      Trend trend = Trend.of(settled);
      flat &= !trend.grows();
      System.out.printf(
          Locale.ROOT,
          "  %-36s %9.2f %9.2f %9.2f %+9.2f  %s%n",
          one.getKey(),
          trend.median(),
          settled.getFirst(),
          settled.getLast(),
          trend.rise(),
          trend.grows() ? "GROWS" : "flat");
    }
    return flat;
  }

  private static byte[] tokenRequest(ProbeGround ground) throws SuiteFailure {
    String form =
        FormFields.encoded(
            Map.of(
                "grant_type",
                "client_credentials",
                "client_assertion_type",
                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                "client_assertion",
                ground.cluster().adminToken(),
                "audience",
                ProbeGround.partner(0)));
    // Each signed afresh, as the dearest request that there is.
    return WireLoad.post("/oauth2/token", "Cache-Control: no-cache\r\n", form);
  }
}
