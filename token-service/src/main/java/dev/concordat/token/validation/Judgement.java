package dev.concordat.token.validation;

import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.tokens.Accepted;
import dev.concordat.contracts.tokens.AccessTokenClaims;
import dev.concordat.contracts.tokens.Refusal;
import java.time.Instant;

/** What we make of a token that was presented to us. */
public sealed interface Judgement {

  /**
   * A server-to-server token that holds.
   *
   * @param accepted what it proves
   * @param partner the registration that answers for its actor
   */
  record Holds(Accepted accepted, PartnerRegistered partner) implements Judgement {}

  /**
   * An Exchange identity token that holds: it proves a user to an add-in, and nothing else.
   *
   * @param userKey stands for the user, the same in every token of that Exchange
   * @param issuer the Exchange
   * @param audience the add-in
   * @param from when it began
   * @param until when it ends
   */
  record KnownUser(String userKey, String issuer, String audience, Instant from, Instant until)
      implements Judgement {}

  /**
   * An access token of ours that holds (RFC 9068): it proves a client, and the user it acts for, to
   * a service of our own.
   *
   * @param claims what it says
   * @param until when it ends
   */
  record HoldsForService(AccessTokenClaims claims, Instant until) implements Judgement {}

  /** It doesn't hold. */
  record Refused(Refusal refusal) implements Judgement {

    /**
     * What Exchange would say of it in {@code x-ms-diagnostics} (trust reference 5.2): for our own
     * admins, never for who presented the token.
     */
    public String diagnostics() {
      return Diagnostics.of(refusal);
    }
  }
}
