package dev.concordat.contracts.tokens;

import java.util.Locale;

/** The rules that a token must pass, in the order in which they are tried. */
public enum Rule {
  /** Three parts of strict base64url, JSON objects without surprises, at most 16 KiB. */
  PARSE,
  /** An unsigned token has an actor token in it. */
  ACTOR_MISSING,
  /** A token with an actor token in it is itself unsigned. */
  OUTER_ALG,
  /** The actor token, or the app-only token, is signed with RS256 and holds no further actor. */
  ALG,
  /** Its issuer is trusted. */
  ISS,
  /** The key that it names is one of that issuer's. */
  KEY,
  /** The signature holds. */
  SIGNATURE,
  /** The certificate is within its dates. */
  CERTIFICATE,
  /** It has an expiry that isn't over. */
  EXP,
  /** It has a beginning that isn't ahead. */
  NBF,
  /** It doesn't live longer than allowed. */
  LIFETIME,
  /** It is meant for the receiver. */
  AUD,
  /** It names the acting application, and its issuer may speak for that one. */
  NAMEID,
  /** The actor may act for users. */
  DELEGATION,
  /** The outer token is issued by the acting application. */
  OUTER_ISSUER,
  /** It names a user. */
  USER,
  /** The actor's trust level permits it to act so. */
  TRUST_LEVEL,
  /** An Exchange identity token is of the known type and version. */
  VERSION,
  /** An Exchange identity token names a configured metadata document. */
  AMURL,
  /** An access token says that it is one (RFC 9068). */
  TYP,
  /** An access token names the client that it was issued to, and whom it is about. */
  CLIENT_ID,
  /** An access token has an id, and says when it was issued. */
  JTI,
  /** An access token that is bound to its client's certificate comes with it (RFC 8705). */
  CNF;

  /** The rule's name in test vectors, diagnoses and metrics, for example {@code outer-alg}. */
  public String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
