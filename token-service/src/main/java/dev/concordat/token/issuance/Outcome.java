package dev.concordat.token.issuance;

import dev.concordat.contracts.names.AudienceName;
import dev.concordat.token.rules.TokenTimes;
import dev.concordat.token.rules.Verdict;

/** What came of a request for a token. */
public sealed interface Outcome {

  /**
   * A token. What it prints is all but the token.
   *
   * @param token the JWT
   * @param audience whom it is for
   * @param times when it is valid
   * @param fresh whether it, or the actor token in it, was signed for this request
   */
  record Issued(String token, AudienceName audience, TokenTimes times, boolean fresh)
      implements Outcome {
    @Override
    public String toString() {
      return "Issued[audience=%s, expires=%s, fresh=%s]"
          .formatted(audience, times.expires(), fresh);
    }
  }

  /** The rules refuse it. */
  record Refused(Verdict.Refused verdict) implements Outcome {}

  /**
   * The partner trusts only a token server of its own, and that one gave no token.
   *
   * @param detail which token server, what happened, and what to do
   */
  record Unobtained(String detail) implements Outcome {}

  /** The partner, or the client, changed again and again while the token was made; try again. */
  record Unsettled() implements Outcome {}
}
