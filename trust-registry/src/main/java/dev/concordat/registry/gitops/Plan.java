package dev.concordat.registry.gitops;

import dev.concordat.registry.gitops.DeclarationsReport.State;
import java.util.List;

/**
 * What a folder comes to, held against what is registered.
 *
 * @param batches what is to be done: what is in one batch in any order, the batches one after the
 *     other
 * @param standings how each declaration stands, in the order of files and lines
 * @param findings what is wrong, in the same order
 */
record Plan(List<List<Step>> batches, List<Standing> standings, List<Finding> findings) {

  /**
   * A declaration, and what came of it.
   *
   * @param line where it begins
   */
  record Standing(String file, String name, int line, State state) {}

  Plan {
    batches = List.copyOf(batches);
    standings = List.copyOf(standings);
    findings = List.copyOf(findings);
  }

  /** Whether nothing is left to be done. */
  boolean isSettled() {
    return batches.isEmpty();
  }

  long count(State state) {
    return standings.stream().filter(it -> it.state() == state).count();
  }
}
