package dev.concordat.simulator.cmdlets;

/** A cmdlet that could not do what it was asked for; the message is what an admin reads. */
public final class CmdletFailed extends Exception {
  private static final long serialVersionUID = 1L;

  CmdletFailed(String message) {
    super(message);
  }
}
