package dev.concordat.token.clients;

/** Nothing can be said of the client now: the OIDC issuer's keys can't be had. */
public final class UnverifiableClient extends Exception {

  UnverifiableClient(Throwable cause) {
    super("The OIDC issuer can't be asked", cause);
  }
}
