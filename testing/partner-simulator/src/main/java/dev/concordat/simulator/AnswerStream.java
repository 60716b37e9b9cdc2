package dev.concordat.simulator;

/** What follows the headers of an answer bit by bit, until it is over or the client has gone. */
public interface AnswerStream {

  /**
   * Begins.
   *
   * @param news is called, by any thread, when there may be something to send
   */
  void open(Runnable news);

  /** What there is to send by now, and was not given before; empty where there is nothing. */
  String next();

  /** Whether nothing will follow what {@link #next} gave last. */
  boolean isOver();

  /** Everything was sent, or the client has gone. */
  void close();
}
