package dev.concordat.token.signing;

import dev.concordat.token.rules.TokenTimes;

/** A token that is signed. What each prints is all but the token. */
public sealed interface SignedToken permits SignedActorToken, SignedAccessToken {

  /** The JWT. */
  String token();

  /** Whom it is for. */
  String audience();

  /** When it is valid. */
  TokenTimes times();

  /** The key that signed it. */
  String keyId();
}
