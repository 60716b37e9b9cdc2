package dev.concordat.registry.setup;

import dev.concordat.contracts.Problem;

/** No commands can be given; the problem says why, and what to give or to configure. */
public final class SetupRefused extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Problem problem;

  public SetupRefused(Problem problem) {
    super(problem.code());
    this.problem = problem;
  }

  /** A parameter that does not hold. */
  static SetupRefused parameter(String field, String rule) {
    return new SetupRefused(
        Problem.of(
                "parameter-malformed",
                "A parameter does not hold",
                400,
                "%s must be %s.".formatted(field, rule))
            .with("field", field)
            .with("rule", rule));
  }

  /** A setting of the deployment that is missing, or that no command can be made with. */
  static SetupRefused setting(String key, String what, String rule) {
    return new SetupRefused(
        Problem.of(
                "setup-not-configured",
                "The deployment's own values are not configured",
                503,
                "%s %s, and must be %s. Configure it for the trust-registry, as for the other services."
                    .formatted(key, what, rule))
            .with("field", key)
            .with("rule", rule));
  }

  public Problem problem() {
    return problem;
  }
}
