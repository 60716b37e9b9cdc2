package dev.concordat.token.issuance;

import dev.concordat.token.rules.Verdict;
import java.time.Instant;

/** What came of a request for a token. */
public sealed interface Outcome {

  /**
   * A token. What it prints is all but the token.
   *
   * @param token the JWT
   * @param expires when it ends
   * @param fresh whether it, or the actor token in it, was signed for this request
   */
  record Issued(String token, Instant expires, boolean fresh) implements Outcome {
    @Override
    public String toString() {
      return "Issued[expires=%s, fresh=%s]".formatted(expires, fresh);
    }
  }

  /** The rules refuse it. */
  record Refused(Verdict.Refused verdict) implements Outcome {}

  /** The partner, or the client, changed again and again while the token was made; try again. */
  record Unsettled() implements Outcome {}
}
