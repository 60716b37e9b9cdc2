package dev.concordat.registry.declarations;

import dev.concordat.contracts.Problem;

/** A declaration that can't be read; the problem says where and why. */
public final class MalformedDeclaration extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Problem problem;

  public MalformedDeclaration(Problem problem) {
    super(problem.code());
    this.problem = problem;
  }

  /** What to tell whoever declared it. */
  public Problem problem() {
    return problem;
  }
}
