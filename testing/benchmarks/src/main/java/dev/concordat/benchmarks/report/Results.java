package dev.concordat.benchmarks.report;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that a run of benchmarks measured, as it is written to a file.
 *
 * @param machine where
 * @param at when it ended
 * @param benchmarks in the order in which they ran
 */
public record Results(Machine machine, Instant at, List<Benchmark> benchmarks) {

  public Results {
    at = at.truncatedTo(ChronoUnit.SECONDS);
    benchmarks = List.copyOf(benchmarks);
  }

  /**
   * One benchmark.
   *
   * @param name as on the command line
   * @param figures in the order in which they were measured
   */
  public record Benchmark(String name, List<Figure> figures) {

    public Benchmark {
      figures = List.copyOf(figures);
    }

    /** A figure by its name. */
    public Optional<Figure> figure(String figure) {
      return figures.stream().filter(it -> it.name().equals(figure)).findFirst();
    }

    /** This one and one more repetition of it. */
    public Benchmark and(Benchmark again) {
      var all = new ArrayList<Figure>();
      for (Figure figure : figures) {
        all.add(again.figure(figure.name()).map(figure::and).orElse(figure));
      }
      again.figures.stream().filter(it -> figure(it.name()).isEmpty()).forEach(all::add);
      return new Benchmark(name, all);
    }
  }

  /**
   * What the figures depend on.
   *
   * @param processor its model, as the system tells
   * @param cores how many the run could use
   * @param java the runtime that ran it
   */
  public record Machine(String processor, int cores, String java) {

    /** This one. */
    public static Machine here() {
      String processor = System.getProperty("os.arch");
      try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
        processor =
            lines
                .filter(it -> it.startsWith("model name"))
                .map(it -> it.substring(it.indexOf(':') + 1).strip())
                .findFirst()
                .orElse(processor);
      } catch (IOException e) {
        // The architecture has to do.
      }
      return new Machine(
          processor, Runtime.getRuntime().availableProcessors(), Runtime.version().toString());
    }
  }

  /** A benchmark by its name. */
  public Optional<Benchmark> benchmark(String name) {
    return benchmarks.stream().filter(it -> it.name().equals(name)).findFirst();
  }

  /** A benchmark for each name, with the figures of all of its repetitions. */
  public static List<Benchmark> merged(List<Benchmark> runs) {
    Map<String, Benchmark> byName = new LinkedHashMap<>();
    runs.forEach(it -> byName.merge(it.name(), it, Benchmark::and));
    return List.copyOf(byName.values());
  }

  /** The figures of repetitions: their medians and spreads. */
  public void print(PrintStream out) {
    for (Benchmark benchmark : benchmarks) {
      out.println(benchmark.name() + ":");
      for (Figure figure : benchmark.figures()) {
        out.printf("  %-44s %s%n", figure.name(), figure.text());
      }
    }
  }

  /** Every figure of which something is asked, and whether it holds. */
  @JsonIgnore
  public List<Figure> missed() {
    return benchmarks.stream()
        .flatMap(it -> it.figures().stream())
        .filter(it -> it.timesTheBound().orElse(1) < 1)
        .toList();
  }
}
