package dev.concordat.benchmarks.report;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** What one benchmark measures, printed for people as it comes. */
public final class Report {

  private final String benchmark;
  private final PrintStream out;
  private final List<Figure> figures = new ArrayList<>();

  /**
   * @param benchmark its name
   * @param out where people read
   */
  public Report(String benchmark, PrintStream out) {
    this.benchmark = benchmark;
    this.out = out;
  }

  /** Says something that is no figure: what was loaded how, what was left out and why. */
  public void say(String sentence) {
    out.println(benchmark + ": " + sentence);
  }

  /**
   * A rate with its latencies: three figures.
   *
   * @param perSecond answers a second
   * @param p50 half of the answers took at most this, in milliseconds
   * @param p99 99 of 100 took at most this, in milliseconds
   */
  public void rate(String name, double perSecond, double p50, double p99) {
    keep(name, "/s", Better.MORE, null, perSecond);
    keep(name + ", p50", "ms", Better.LESS, null, p50);
    keep(name + ", p99", "ms", Better.LESS, null, p99);
    line(
        name,
        "%s/s, p50 %s ms, p99 %s ms"
            .formatted(Figure.number(perSecond), Figure.number(p50), Figure.number(p99)));
  }

  /** A figure that should be high. */
  public void more(String name, double value, String unit) {
    print(keep(name, unit, Better.MORE, null, value));
  }

  /** A figure that must reach something. */
  public void atLeast(double bound, String name, double value, String unit) {
    print(keep(name, unit, Better.MORE, bound, value));
  }

  /** A figure that should be low. */
  public void less(String name, double value, String unit) {
    print(keep(name, unit, Better.LESS, null, value));
  }

  /** A figure that must stay within something. */
  public void atMost(double bound, String name, double value, String unit) {
    print(keep(name, unit, Better.LESS, bound, value));
  }

  /** What was measured, for good. */
  public Results.Benchmark done() {
    return new Results.Benchmark(benchmark, figures);
  }

  private Figure keep(
      String name,
      String unit,
      Better better,
      @org.jspecify.annotations.Nullable Double bound,
      double value) {
    if (figures.stream().anyMatch(it -> it.name().equals(name))) {
      throw new IllegalArgumentException("two figures are called " + name);
    }
    var figure = new Figure(name, unit, better, bound, List.of(value));
    figures.add(figure);
    return figure;
  }

  private void print(Figure figure) {
    line(figure.name(), figure.text());
  }

  private void line(String name, String text) {
    out.printf("  %-44s %s%n", name, text);
  }
}
