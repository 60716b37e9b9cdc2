package dev.concordat.suite;

import java.util.logging.Level;
import java.util.logging.Logger;

/** Keeps libraries to warnings on a console that is for people. */
public final class QuietLogs {

  /** Held, so that the level is not forgotten with the logger. */
  private static final Logger ROOT = Logger.getLogger("");

  private static final Logger KAFKA = Logger.getLogger("org.apache.kafka.clients.NetworkClient");

  private QuietLogs() {}

  /** Lets warnings and worse through. */
  public static void apply() {
    ROOT.setLevel(Level.WARNING);
    // It warns of every look at a broker that is still starting.
    KAFKA.setLevel(Level.SEVERE);
  }
}
