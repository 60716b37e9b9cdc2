package dev.concordat.token.issuance;

import dev.concordat.token.rules.Verdict;
import dev.concordat.token.signing.SignedToken;

/** What came of a request for a token. */
public sealed interface Outcome {

  /**
   * A token. What it prints is all but the token.
   *
   * @param token the JWT: what was signed, or a user token around it
   * @param signed what was signed
   * @param fresh whether that was for this request
   */
  record Issued(String token, SignedToken signed, boolean fresh) implements Outcome {
    @Override
    public String toString() {
      return "Issued[%s, fresh=%s]".formatted(signed, fresh);
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
