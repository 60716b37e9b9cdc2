package dev.concordat.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What counts as growing in a soak. */
class TrendTest {

  private static Trend of(int count, IntToDoubleFunction sample) {
    return Trend.of(IntStream.range(0, count).mapToDouble(sample).boxed().toList());
  }

  @Test
  void aLeakUnderNoiseGrows() {
    var noise = new Random(1);

    Trend trend = of(60, i -> 200 + i * 1.0 + noise.nextGaussian() * 8);

    assertThat(trend.grows()).isTrue();
    assertThat(trend.rise()).isBetween(50.0, 70.0);
  }

  @Test
  void noiseAloneDoesNotGrow() {
    var noise = new Random(2);

    assertThat(of(60, _ -> 200 + noise.nextGaussian() * 20).grows()).isFalse();
  }

  @Test
  void aRiseThatIsCertainButTooSmallToMatterDoesNotGrow() {
    Trend trend = of(60, i -> 200 + i * 0.05);

    assertThat(trend.significance()).isGreaterThan(2.33);
    assertThat(trend.grows()).isFalse();
  }

  @Test
  void oneOutlierMovesNothing() {
    Trend trend = of(30, i -> i == 29 ? 10_000 : 50 + i % 2);

    assertThat(trend.grows()).isFalse();
    assertThat(trend.rise()).isLessThan(2.5);
  }

  @Test
  void whatFallsDoesNotGrow() {
    assertThat(of(30, i -> 100 - i).grows()).isFalse();
  }

  @Test
  void aSawtoothOfACollectorDoesNotGrow() {
    assertThat(of(60, i -> 100 + 10 * (i % 6)).grows()).isFalse();
  }

  @Test
  void theSameValueAllTheTimeHasNoTrend() {
    assertThat(Trend.of(List.of(3.0, 3.0, 3.0))).isEqualTo(new Trend(3, 0, 0));
  }
}
