package dev.concordat.contracts.tokens;

/** Ends a validation at the first rule that doesn't hold; never leaves this package. */
final class Broken extends Exception {
  private final transient Refusal refusal;

  Broken(Rule rule, String reason) {
    super(reason, null, false, false);
    this.refusal = new Refusal(rule, reason);
  }

  Refusal refusal() {
    return refusal;
  }
}
