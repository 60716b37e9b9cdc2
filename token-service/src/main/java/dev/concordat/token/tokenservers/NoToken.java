package dev.concordat.token.tokenservers;

/**
 * A partner's token server gave no token that can be used. The message says which one, what
 * happened and what to do.
 */
public final class NoToken extends Exception {

  NoToken(String message) {
    super(message, null, false, false);
  }
}
