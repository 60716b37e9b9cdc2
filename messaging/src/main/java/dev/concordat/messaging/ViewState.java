package dev.concordat.messaging;

/** How far a view can be trusted. */
public sealed interface ViewState {

  /**
   * It reads what was there when the service started, and isn't complete yet.
   *
   * @param read records read so far
   * @param toRead records that were there; -1 while Kafka hasn't told yet
   */
  record CatchingUp(long read, long toRead) implements ViewState {}

  /** It has everything that was there when the service started, and follows. */
  record Current() implements ViewState {}

  /**
   * Its topic was deleted, made anew or truncated under it: it keeps serving what it knows.
   *
   * @param reason what was noticed, for a person
   */
  record Degraded(String reason) implements ViewState {}
}
