package dev.concordat.token.clients;

/**
 * Nothing can be said of the client now: whoever would vouch for it can't be asked, or too many are
 * asked for at once.
 */
public final class UnverifiableClient extends Exception {

  UnverifiableClient(Throwable cause) {
    super("The OIDC issuer can't be asked", cause);
  }

  UnverifiableClient(String why) {
    super(why, null, false, false);
  }
}
