package dev.concordat.cli;

/** A command that could not do what it was asked to; the message says why and what to do next. */
final class CommandFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Failed or refused. */
  static final int FAILED = 1;

  /** Wrong usage, or a suite that can't be reached. */
  static final int UNREACHABLE = 2;

  private final int exitCode;

  CommandFailure(int exitCode, String sentence) {
    super(sentence);
    this.exitCode = exitCode;
  }

  int exitCode() {
    return exitCode;
  }

  String sentence() {
    return String.valueOf(getMessage());
  }
}
