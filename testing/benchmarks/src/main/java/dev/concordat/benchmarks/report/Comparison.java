package dev.concordat.benchmarks.report;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What got better or worse since a baseline, beyond the noise. A change is beyond the noise when
 * the medians are further apart than {@link #TOLERANCE}, and no repetition of one run lies within
 * the spread of the other. On another machine only ratios are compared.
 *
 * @param sameMachine whether rates, times and sizes could be compared too
 * @param changes a change for each figure that both have
 */
public record Comparison(boolean sameMachine, List<Change> changes) {

  /** Medians that are less than this apart are the same: 10 %. */
  static final double TOLERANCE = 0.10;

  /** Which way it went. */
  public enum Direction {
    BETTER,
    WORSE,
    SAME
  }

  /**
   * One figure then and now.
   *
   * @param benchmark whose figure
   * @param before in the baseline
   * @param now in this run
   * @param direction which way it went
   */
  public record Change(String benchmark, Figure before, Figure now, Direction direction) {

    /** How many times as good as before: above 1 is better. */
    public double factor() {
      double ratio = now.median() / before.median();
      return now.better() == Better.MORE ? ratio : 1 / ratio;
    }
  }

  public Comparison {
    changes = List.copyOf(changes);
  }

  /** Holds a run against a baseline. */
  public static Comparison between(Results baseline, Results run) {
    boolean same = baseline.machine().equals(run.machine());
    var changes = new ArrayList<Change>();
    for (Results.Benchmark benchmark : run.benchmarks()) {
      for (Figure now : benchmark.figures()) {
        Optional<Figure> before =
            baseline.benchmark(benchmark.name()).flatMap(it -> it.figure(now.name()));
        before
            .filter(it -> it.unit().equals(now.unit()))
            .filter(it -> same || it.unit().equals(Figure.RATIO))
            .ifPresent(
                it -> changes.add(new Change(benchmark.name(), it, now, direction(it, now))));
      }
    }
    return new Comparison(same, changes);
  }

  private static Direction direction(Figure before, Figure now) {
    double apart = Math.abs(now.median() - before.median()) / Math.abs(before.median());
    boolean overlap = now.least() <= before.most() && before.least() <= now.most();
    if (!(apart > TOLERANCE) || overlap) {
      return Direction.SAME;
    }
    boolean higher = now.median() > before.median();
    return higher == (now.better() == Better.MORE) ? Direction.BETTER : Direction.WORSE;
  }

  /** What got worse. */
  public List<Change> worse() {
    return changes.stream().filter(it -> it.direction() == Direction.WORSE).toList();
  }

  /** Says for people what changed. */
  public void print(PrintStream out) {
    if (!sameMachine) {
      out.println("The baseline is of another machine: only ratios are compared.");
    }
    for (Change it : changes) {
      if (it.direction() != Direction.SAME) {
        out.printf(
            Locale.ROOT,
            "  %s: %s, %s: %s before, %s now, %.2f times as good%n",
            it.direction() == Direction.BETTER ? "better" : "WORSE",
            it.benchmark(),
            it.now().name(),
            it.before().text(),
            it.now().text(),
            it.factor());
      }
    }
    out.printf(
        "%d figures compared, %d better, %d worse, the others within the noise.%n",
        changes.size(),
        changes.stream().filter(it -> it.direction() == Direction.BETTER).count(),
        worse().size());
  }
}
