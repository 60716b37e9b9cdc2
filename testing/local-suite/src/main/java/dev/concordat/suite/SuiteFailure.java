package dev.concordat.suite;

/** The suite can't be started or used as asked; the message says why and what to do. */
public final class SuiteFailure extends Exception {
  private static final long serialVersionUID = 1L;

  SuiteFailure(String message) {
    super(message);
  }

  /** The sentence for a person. */
  public String sentence() {
    return String.valueOf(getMessage());
  }
}
