package dev.concordat.token.clients;

/**
 * The client did not prove who it is. The message is for the audit log; the client gets the same
 * answer whatever the reason.
 */
public final class UnprovedClient extends Exception {

  UnprovedClient(String reason) {
    super(reason, null, false, false);
  }
}
