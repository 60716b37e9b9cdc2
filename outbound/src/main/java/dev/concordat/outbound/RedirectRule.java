package dev.concordat.outbound;

/** What is done with an answer that points elsewhere. */
public enum RedirectRule {
  /** It is handed to the caller. */
  NONE,
  /** It is followed to the same scheme, host and port only; others are a failure. */
  SAME_ORIGIN,
  /** It is followed wherever a request may go at all, without the {@code Authorization} header. */
  CHECKED
}
