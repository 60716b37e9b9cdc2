package dev.concordat.registry.gitops;

import dev.concordat.contracts.Problem;
import dev.concordat.registry.declarations.Place;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * Something that is wrong in the folder.
 *
 * @param file the path in the folder; absent where it is the folder itself
 * @param line from 1; absent where it is the whole file
 * @param column from 1
 * @param partner whose declaration it is, where that is known
 * @param problem what is wrong, and what to do
 */
public record Finding(
    @Nullable String file,
    @Nullable Integer line,
    @Nullable Integer column,
    @Nullable String partner,
    Problem problem) {

  /** By file, then by line. */
  static final Comparator<Finding> ORDER =
      Comparator.comparing(Finding::file, Comparator.nullsFirst(Comparator.naturalOrder()))
          .thenComparing(Finding::line, Comparator.nullsFirst(Comparator.naturalOrder()))
          .thenComparing(Finding::column, Comparator.nullsFirst(Comparator.naturalOrder()));

  static Finding ofFolder(Problem problem) {
    return new Finding(null, null, null, null, problem);
  }

  static Finding ofFile(String file, Problem problem) {
    return new Finding(file, null, null, null, problem);
  }

  static Finding at(String file, Place place, @Nullable String partner, Problem problem) {
    return new Finding(file, place.line(), place.column(), partner, problem);
  }

  /** One line for a log: file, line and what is wrong. */
  String line(String folder) {
    String where = file == null ? folder : file;
    return "%s%s: %s (%s)"
        .formatted(where, line == null ? "" : ":" + line, problem.detail(), problem.code());
  }
}
