package dev.concordat.simulator.cmdlets;

/** A server's management shell. It may wait for others, so it runs where that is allowed. */
public interface Shell {

  /**
   * Runs a cmdlet.
   *
   * @return what it prints, an object or a list of objects with the product's property names
   * @throws CmdletFailed if it can't; the message is what an admin reads
   */
  Object run(Cmdlet cmdlet) throws CmdletFailed, InterruptedException;
}
