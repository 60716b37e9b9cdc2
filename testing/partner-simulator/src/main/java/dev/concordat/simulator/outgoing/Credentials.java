package dev.concordat.simulator.outgoing;

import dev.concordat.contracts.names.PrincipalName;
import dev.concordat.simulator.trust.ServerIdentity;

/** How a simulated server proves who it is. */
public sealed interface Credentials {

  /** Its name. */
  PrincipalName name();

  /** It signs. */
  record Signing(ServerIdentity server) implements Credentials {
    @Override
    public PrincipalName name() {
      return server.issuer();
    }
  }

  /** It can sign nothing, and has a secret with a token server. */
  record Secret(PrincipalName name, String clientSecret) implements Credentials {
    /** The name only. */
    @Override
    public String toString() {
      return "Secret[%s]".formatted(name);
    }
  }
}
