package dev.concordat.registry.declarations;

import dev.concordat.contracts.Problem;
import java.util.List;
import java.util.Set;

/**
 * What a file says.
 *
 * @param declared what could be read, in its order
 * @param malformed what could not
 * @param mentioned names that partners may have in what could not be read, in lower case: nobody
 *     may conclude that the file doesn't declare them
 */
public record FileContent(
    List<FileDeclaration> declared, List<Malformed> malformed, Set<String> mentioned) {

  public FileContent {
    declared = List.copyOf(declared);
    malformed = List.copyOf(malformed);
    mentioned = Set.copyOf(mentioned);
  }

  /**
   * A part of a file that can't be read.
   *
   * @param place where that was seen
   * @param problem what is wrong
   */
  public record Malformed(Place place, Problem problem) {}
}
