package dev.concordat.benchmarks;

import java.util.Arrays;

/**
 * Times in milliseconds, as they are told: the middle one, and where the slowest tenth begins.
 *
 * @param median the middle
 * @param p90 nine of ten are at most this long
 * @param most the longest
 */
record Median(double median, double p90, double most) {

  static Median of(double[] times) {
    double[] sorted = times.clone();
    Arrays.sort(sorted);
    return new Median(
        sorted[sorted.length / 2], sorted[sorted.length * 9 / 10], sorted[sorted.length - 1]);
  }

  @Override
  public String toString() {
    return "median %.1f ms, p90 %.1f ms, longest %.1f ms".formatted(median, p90, most);
  }
}
