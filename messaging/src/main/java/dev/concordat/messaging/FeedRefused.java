package dev.concordat.messaging;

/** A feed that can't be had; the message says why and what to do. */
public final class FeedRefused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Why a feed can't be had. */
  public enum Reason {
    /** As many are open as may be. */
    TOO_MANY,
    /** The position to go on from is none that this feed gave. */
    BAD_POSITION
  }

  private final Reason reason;

  FeedRefused(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** Why. */
  public Reason reason() {
    return reason;
  }
}
