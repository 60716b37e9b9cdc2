package dev.concordat.benchmarks;

import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import dev.concordat.benchmarks.report.Comparison;
import dev.concordat.benchmarks.report.Plot;
import dev.concordat.benchmarks.report.Report;
import dev.concordat.benchmarks.report.Results;
import dev.concordat.contracts.Json;
import dev.concordat.suite.QuietLogs;
import dev.concordat.suite.SuiteFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./concordat bench [NAME…]}: runs the benchmarks that there are, or some of them. */
@Command(
    name = "./concordat bench",
    description = "Measures the suite, each figure beside a reference from the same run.",
    mixinStandardHelpOptions = true)
public final class Benchmarks implements Callable<Integer> {

  /** Something that measures. */
  @FunctionalInterface
  private interface Benchmark {
    void run(Report report, Settings settings) throws Exception;
  }

  /**
   * What can be said of how it is measured.
   *
   * @param hold how long the schedule of many mailboxes is watched
   */
  private record Settings(Duration hold) {}

  private static final Map<String, Benchmark> ALL = all();

  @Parameters(
      paramLabel = "NAME",
      description = "Which: ${COMPLETION-CANDIDATES}; all, if none.",
      completionCandidates = Names.class)
  private List<String> names = List.of();

  @Option(
      names = "--repeat",
      paramLabel = "N",
      defaultValue = "1",
      description = "How often each is measured; the table has medians and spreads.")
  private int repeat;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the figures there.")
  private @Nullable Path json;

  @Option(names = "--svg", paramLabel = "FILE", description = "Draw the figures there.")
  private @Nullable Path svg;

  @Option(
      names = "--compare",
      paramLabel = "FILE",
      description =
          "Say what got better or worse beyond the noise since this was written by --json; exit"
              + " code 1 if something got worse.")
  private @Nullable Path baseline;

  @Option(
      names = "--hold",
      paramLabel = "TIME",
      defaultValue = "1m",
      converter = Time.class,
      description =
          "How long probe watches its schedule of 20,000 mailboxes, as 10m; by default"
              + " ${DEFAULT-VALUE}.")
  private Duration hold = Duration.ofMinutes(1);

  private Benchmarks() {}

  private static Map<String, Benchmark> all() {
    var all = new LinkedHashMap<String, Benchmark>();
    all.put("first-token", (report, _) -> FirstToken.run(report));
    all.put("registry", (report, _) -> Registry.run(report));
    all.put("metadata", (report, _) -> Metadata.run(report));
    all.put("token", (report, _) -> Tokens.run(report));
    all.put("probe", (report, settings) -> Probes.run(report, settings.hold()));
    all.put("scrape", (report, _) -> Scrapes.run(report));
    all.put("page", (report, _) -> StatusPage.run(report));
    all.put("simulator", (report, _) -> SimulatedExchange.run(report));
    all.put("functions", (report, _) -> Microbenchmarks.run(report));
    return all;
  }

  private static final class Names extends ArrayList<String> {
    private static final long serialVersionUID = 1;

    Names() {
      super(ALL.keySet());
    }
  }

  public static void main(String[] arguments) {
    QuietLogs.apply();
    // The reference calls its own document server by another name than its certificate has.
    System.setProperty("jdk.internal.httpclient.disableHostnameVerification", "true");
    System.exit(new CommandLine(new Benchmarks()).execute(arguments));
  }

  @Override
  @SuppressWarnings("SystemOut") // what a command says
  public Integer call() throws Exception {
    for (String name : names) {
      if (!ALL.containsKey(name)) {
        System.err.println("There is no benchmark " + name + "; there are: " + ALL.keySet());
        return 2;
      }
    }
    Results before = baseline == null ? null : read(baseline);
    var runs = new ArrayList<Results.Benchmark>();
    var settings = new Settings(hold);
    try {
      for (int i = 0; i < repeat; i++) {
        for (var one : ALL.entrySet()) {
          if (names.isEmpty() || names.contains(one.getKey())) {
            var report = new Report(one.getKey(), System.out);
            one.getValue().run(report, settings);
            runs.add(report.done());
          }
        }
      }
    } catch (SuiteFailure e) {
      System.err.println(e.sentence());
      return 3;
    }
    var results = new Results(Results.Machine.here(), Instant.now(), Results.merged(runs));
    if (repeat > 1) {
      System.out.println("All repetitions:");
      results.print(System.out);
    }
    if (json != null) {
      Files.write(
          json, Json.mapper().writer(new DefaultPrettyPrinter()).writeValueAsBytes(results));
    }
    if (svg != null) {
      Files.writeString(svg, Plot.svg(results));
    }
    if (before == null) {
      return 0;
    }
    Comparison comparison = Comparison.between(before, results);
    comparison.print(System.out);
    return comparison.worse().isEmpty() ? 0 : 1;
  }

  private static Results read(Path baseline) throws IOException {
    return Json.mapper().readValue(Files.readAllBytes(baseline), Results.class);
  }
}
