package dev.concordat.registry.deciding;

import dev.concordat.contracts.Problem;

/**
 * A command of which no decision is known; the problem says whether it may still be carried out.
 */
public final class NotDecided extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Problem problem;

  NotDecided(Problem problem) {
    super(problem.code());
    this.problem = problem;
  }

  /** What to tell whoever asked. */
  public Problem problem() {
    return problem;
  }
}
