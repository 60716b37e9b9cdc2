package dev.concordat.token.keys;

/** Kafka did not take an announcement in time; it waits in memory and may still be written. */
public final class NotAnnounced extends Exception {

  public NotAnnounced() {
    super("Kafka does not answer", null, false, false);
  }
}
