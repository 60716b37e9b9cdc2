package dev.concordat.benchmarks.report;

import java.util.List;
import java.util.Locale;

/**
 * Results as a picture: for each benchmark its figures that something is asked of as bars beside
 * the line that they must reach, and its rates as bars beside each other, the references among
 * them. It is written as text, because the JDK's own graphics need fonts that a server lacks.
 */
public final class Plot {

  private static final int WIDTH = 900;
  private static final int LABEL = 330;
  private static final int BARS = 330;
  private static final int ROW = 22;

  /** A bar of this many times what is asked for ends at the edge. */
  private static final double EDGE = 4;

  private final StringBuilder svg = new StringBuilder();
  private int y = 28;

  private Plot() {}

  /** The picture as SVG. */
  public static String svg(Results results) {
    var plot = new Plot();
    results.benchmarks().forEach(plot::benchmark);
    String title =
        "%s, %d cores, %s"
            .formatted(
                results.machine().processor(), results.machine().cores(), results.machine().java());
    plot.text(12, plot.y + 8, "note", title);
    return """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">
        <style>text{fill:#222}.note{fill:#666}.name{font-size:15px;font-weight:bold}.held{fill:#2f7d4f}\
        .missed{fill:#b3402e}.rate{fill:#4a6fa5}.line{stroke:#222;stroke-dasharray:3 3}
        @media (prefers-color-scheme:dark){text{fill:#eee}.note{fill:#aaa}.line{stroke:#eee}}</style>
        %s</svg>
        """
        .formatted(WIDTH, plot.y + 20, plot.svg);
  }

  private void benchmark(Results.Benchmark benchmark) {
    text(12, y, "name", benchmark.name());
    y += 12;
    List<Figure> asked =
        benchmark.figures().stream().filter(it -> it.timesTheBound().isPresent()).toList();
    int top = y;
    for (Figure figure : asked) {
      double times = figure.timesTheBound().orElseThrow();
      bar(figure, times / EDGE, times >= 1 ? "held" : "missed");
    }
    if (!asked.isEmpty()) {
      double x = LABEL + BARS / EDGE;
      svg.append(
          String.format(
              Locale.ROOT,
              "<line class=\"line\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>\n",
              x,
              x,
              top,
              y));
    }
    List<Figure> rates =
        benchmark.figures().stream()
            .filter(it -> it.unit().equals("/s") && it.bound() == null)
            .toList();
    double most = rates.stream().mapToDouble(Figure::median).max().orElse(1);
    rates.forEach(it -> bar(it, it.median() / most, "rate"));
    y += 30;
  }

  private void bar(Figure figure, double share, String style) {
    double width = BARS * Math.clamp(share, 0.004, 1);
    text(12, y + 15, "", figure.name());
    svg.append(
        String.format(
            Locale.ROOT,
            "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" rx=\"2\"/>\n",
            style,
            LABEL,
            y + 3,
            width,
            ROW - 6));
    text(LABEL + BARS + 8, y + 15, "", figure.text());
    y += ROW;
  }

  private void text(int x, int baseline, String style, String text) {
    svg.append(
        "<text class=\"%s\" x=\"%d\" y=\"%d\">%s</text>\n"
            .formatted(style, x, baseline, escaped(text)));
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
