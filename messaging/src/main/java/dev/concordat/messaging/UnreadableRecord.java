package dev.concordat.messaging;

/**
 * A record that is not an event that we know; the message says why, without the record's content.
 */
public final class UnreadableRecord extends Exception {
  private static final long serialVersionUID = 1L;

  private final String reason;

  UnreadableRecord(String reason) {
    super(reason);
    this.reason = reason;
  }

  /** Why, without the record's content. */
  public String reason() {
    return reason;
  }
}
