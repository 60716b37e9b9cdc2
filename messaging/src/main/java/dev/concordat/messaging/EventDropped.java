package dev.concordat.messaging;

/** An event that never reached Kafka: the buffer was full, or the broker refuses it for good. */
public final class EventDropped extends RuntimeException {
  private static final long serialVersionUID = 1L;

  EventDropped(String message) {
    super(message);
  }
}
