package dev.concordat.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concordat.benchmarks.report.Comparison.Change;
import dev.concordat.benchmarks.report.Comparison.Direction;
import dev.concordat.contracts.Json;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Figures, and what changed since a baseline. */
class ComparisonTest {

  private static final Results.Machine HERE = new Results.Machine("a processor", 2, "25");

  private static Figure rate(Double... values) {
    return new Figure("tokens", "/s", Better.MORE, null, List.of(values));
  }

  private static Figure time(Double... values) {
    return new Figure("tokens", "ms", Better.LESS, null, List.of(values));
  }

  private static Results results(Results.Machine machine, Figure... figures) {
    return new Results(
        machine,
        Instant.parse("2026-11-26T12:00:00Z"),
        List.of(new Results.Benchmark("token", List.of(figures))));
  }

  private static List<Direction> compared(Figure before, Figure now) {
    return Comparison.between(results(HERE, before), results(HERE, now)).changes().stream()
        .map(Change::direction)
        .toList();
  }

  @Test
  void aRateThatFellBeyondItsSpreadIsWorse() {
    assertThat(compared(rate(1000.0, 1010.0, 990.0), rate(800.0, 810.0, 790.0)))
        .containsExactly(Direction.WORSE);
  }

  @Test
  void aTimeThatFellBeyondItsSpreadIsBetter() {
    assertThat(compared(time(10.0, 10.1), time(5.0, 5.1))).containsExactly(Direction.BETTER);
  }

  @Test
  void whatLiesWithinTheSpreadOfTheOtherIsNoise() {
    assertThat(compared(rate(1000.0, 700.0, 1100.0), rate(750.0, 760.0, 740.0)))
        .containsExactly(Direction.SAME);
  }

  @Test
  void aChangeOfLessThanATenthIsNoise() {
    assertThat(compared(rate(1000.0), rate(920.0))).containsExactly(Direction.SAME);
    assertThat(compared(rate(1000.0), rate(880.0))).containsExactly(Direction.WORSE);
  }

  @Test
  void onAnotherMachineOnlyRatiosAreCompared() {
    var ratio = new Figure("to openssl", Figure.RATIO, Better.MORE, 0.9, List.of(1.0));
    var lower = new Figure("to openssl", Figure.RATIO, Better.MORE, 0.9, List.of(0.5));
    var there = new Results.Machine("another", 64, "25");

    var comparison =
        Comparison.between(results(there, rate(9000.0), ratio), results(HERE, rate(1.0), lower));

    assertThat(comparison.sameMachine()).isFalse();
    assertThat(comparison.changes())
        .extracting(it -> it.now().name())
        .containsExactly("to openssl");
    assertThat(comparison.worse()).hasSize(1);
    assertThat(comparison.worse().getFirst().factor()).isEqualTo(0.5);
  }

  @Test
  void repetitionsAreOneFigureWithTheirMedianAndSpread() {
    var first = new Results.Benchmark("token", List.of(rate(3.0)));
    var merged =
        Results.merged(
            List.of(
                first,
                new Results.Benchmark("token", List.of(rate(1.0))),
                new Results.Benchmark("token", List.of(rate(2.0)))));

    Figure figure = merged.getFirst().figures().getFirst();
    assertThat(merged).hasSize(1);
    assertThat(figure.median()).isEqualTo(2);
    assertThat(figure.least()).isEqualTo(1);
    assertThat(figure.most()).isEqualTo(3);
    assertThat(figure.text()).isEqualTo("2/s (1 to 3, 3 times)");
  }

  @Test
  void aReportSaysWhatIsHeldAndWhatIsMissedAndRefusesANameTwice() {
    var out = new ByteArrayOutputStream();
    var report = new Report("token", new PrintStream(out, true, StandardCharsets.UTF_8));

    report.atLeast(0.9, "signing to openssl", 0.95, "x");
    report.atMost(5, "p99 at half the rate", 7.5, "ms");
    report.rate("validation", 1234, 0.5, 2.25);

    assertThat(out.toString(StandardCharsets.UTF_8).lines().map(String::strip))
        .containsExactly(
            "signing to openssl                           0.95x, at least 0.90x: held",
            "p99 at half the rate                         7.50 ms, at most 5 ms: MISSED",
            "validation                                   1,234/s, p50 0.50 ms, p99 2.25 ms");
    assertThat(results(HERE, report.done().figures().toArray(Figure[]::new)).missed())
        .extracting(Figure::name)
        .containsExactly("p99 at half the rate");
    assertThatThrownBy(() -> report.more("validation", 1, "/s"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatIsWrittenIsReadAgain() throws Exception {
    var results =
        results(HERE, new Figure("to openssl", Figure.RATIO, Better.MORE, 0.9, List.of(1.0, 1.1)));

    byte[] json = Json.mapper().writeValueAsBytes(results);

    assertThat(Json.mapper().readValue(json, Results.class)).isEqualTo(results);
  }

  @Test
  void thePlotShowsEveryBoundAndRateAsABar() {
    String svg =
        Plot.svg(
            results(
                HERE,
                new Figure("to <openssl>", Figure.RATIO, Better.MORE, 0.9, List.of(1.8)),
                rate(500.0),
                new Figure("a reference", "/s", Better.MORE, null, List.of(1000.0)),
                new Figure("missed", "MB", Better.LESS, 10.0, List.of(20.0))));

    assertThat(svg)
        .contains("<rect class=\"held\" x=\"330\"", "to &lt;openssl&gt;")
        .contains("<rect class=\"missed\"")
        .containsPattern("class=\"rate\"[^>]*width=\"165.0\"")
        .containsPattern("class=\"rate\"[^>]*width=\"330.0\"");
  }
}
