package dev.concordat.benchmarks.report;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One thing that was measured, once for each repetition.
 *
 * @param name what, the same in every run
 * @param unit {@code /s}, {@code ms}, {@code MB}, {@code x} for a ratio …
 * @param better which way it should go
 * @param bound what is asked of it: at least this where more is better, else at most this; absent
 *     where nothing is
 * @param values what each repetition measured
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Figure(
    String name, String unit, Better better, @Nullable Double bound, List<Double> values) {

  /** A ratio holds on other machines too; everything else only on the one that measured it. */
  public static final String RATIO = "x";

  public Figure {
    values = List.copyOf(values);
    if (values.isEmpty()) {
      throw new IllegalArgumentException(name + " was never measured");
    }
  }

  Figure and(Figure again) {
    return new Figure(
        name, unit, better, bound, Stream.concat(values.stream(), again.values.stream()).toList());
  }

  /** The middle of the repetitions, the better one of two. */
  @JsonIgnore
  public double median() {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = better == Better.MORE ? sorted.size() / 2 : (sorted.size() - 1) / 2;
    return sorted.get(middle);
  }

  /** The least of the repetitions. */
  @JsonIgnore
  public double least() {
    return values.stream().mapToDouble(it -> it).min().orElseThrow();
  }

  /** The most of the repetitions. */
  @JsonIgnore
  public double most() {
    return values.stream().mapToDouble(it -> it).max().orElseThrow();
  }

  /** How much better the median is than what is asked for: 1 is just held. */
  @JsonIgnore
  public OptionalDouble timesTheBound() {
    if (bound == null) {
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(better == Better.MORE ? median() / bound : bound / median());
  }

  /** For people: the value with as many digits as mean something, and what is asked of it. */
  String text() {
    String text = number(median()) + unitText();
    if (values.size() > 1) {
      text += " (%s to %s, %d times)".formatted(number(least()), number(most()), values.size());
    }
    if (bound != null) {
      text +=
          ", at %s %s%s: %s"
              .formatted(
                  better == Better.MORE ? "least" : "most",
                  number(bound),
                  unitText(),
                  timesTheBound().orElse(0) >= 1 ? "held" : "MISSED");
    }
    return text;
  }

  private String unitText() {
    return unit.equals("/s") || unit.equals(RATIO) ? unit : " " + unit;
  }

  static String number(double value) {
    double size = Math.abs(value);
    if (value == Math.rint(value) || size >= 100) {
      return String.format(Locale.ROOT, "%,.0f", value);
    }
    return String.format(Locale.ROOT, size >= 10 ? "%.1f" : size >= 0.1 ? "%.2f" : "%.4f", value);
  }
}
