package dev.concordat.benchmarks.report;

import java.util.ArrayList;
import java.util.List;

/**
 * Whether something that is sampled at even times stays where it is. It grows when samples rise
 * more often than they fall by more than chance explains (Mann and Kendall's test, one-sided at 1
 * %), and the rise over the whole time is more than a twentieth of the middle value (by Theil and
 * Sen's slope, which single outliers don't move).
 *
 * @param median the middle value
 * @param rise from the first sample to the last along the slope
 * @param significance Mann and Kendall's statistic in standard deviations
 */
public record Trend(double median, double rise, double significance) {

  private static final double BEYOND_CHANCE = 2.33;
  private static final double NOTICEABLE = 0.05;

  /** The trend of samples that were taken at even times. */
  public static Trend of(List<Double> samples) {
    int count = samples.size();
    if (count < 2) {
      throw new IllegalArgumentException("a trend needs two samples");
    }
    var slopes = new ArrayList<Double>();
    long rises = 0;
    for (int i = 0; i < count; i++) {
      for (int j = i + 1; j < count; j++) {
        double difference = samples.get(j) - samples.get(i);
        rises += (long) Math.signum(difference);
        slopes.add(difference / (j - i));
      }
    }
    double deviation = Math.sqrt(count * (count - 1.0) * (2.0 * count + 5) / 18);
    return new Trend(
        middle(samples),
        middle(slopes) * (count - 1),
        (rises - Math.signum((double) rises)) / deviation);
  }

  /** Whether it rises, beyond chance and noticeably. */
  public boolean grows() {
    return significance > BEYOND_CHANCE && rise > NOTICEABLE * Math.abs(median);
  }

  private static double middle(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(it -> it).sorted().toArray();
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }
}
