package dev.concordat.probe.page;

import dev.concordat.contracts.events.ProbeCompleted.Outcome;
import dev.concordat.probe.results.RunHistory.Run;
import java.util.List;

/**
 * A target's last runs as small bars: as high as they took long, the ones that did not pass in a
 * path of their own.
 *
 * @param width of the drawing, in its own units
 * @param passed path data
 * @param failed path data
 * @param words the same for whoever does not see it
 */
record Bars(int width, String passed, String failed, String words) {

  private static final int HEIGHT = 16;
  private static final int STEP = 4;
  private static final int LEAST = 4;

  static Bars of(List<Run> all, int most) {
    List<Run> runs = all.subList(Math.max(0, all.size() - most), all.size());
    long longest = Math.max(1, runs.stream().mapToLong(Run::duration).max().orElse(1));
    var passed = new StringBuilder();
    var failed = new StringBuilder();
    // The newest stands at the right edge, however few there are.
    int x = (most - runs.size()) * STEP;
    int good = 0;
    for (Run run : runs) {
      boolean ok = run.outcome() == Outcome.PASSED;
      good += ok ? 1 : 0;
      int height = ok ? LEAST + (int) ((HEIGHT - LEAST) * run.duration() / longest) : HEIGHT;
      (ok ? passed : failed).append("M%d %dh3v%dh-3z".formatted(x, HEIGHT - height, height));
      x += STEP;
    }
    return new Bars(
        most * STEP,
        passed.toString(),
        failed.toString(),
        runs.isEmpty() ? "no runs" : "%d of the last %d passed".formatted(good, runs.size()));
  }
}
