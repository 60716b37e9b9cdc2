package dev.concordat.token.clients;

import java.security.cert.X509Certificate;
import org.jspecify.annotations.Nullable;

/** How a client says who it is, as it was sent. None prints what it holds. */
public sealed interface ClientProof {

  /**
   * Who the client says it is: our name for it, or its {@code <application identifier>@<realm>};
   * absent where only the proof itself tells.
   */
  @Nullable String clientId();

  /**
   * A {@code client_assertion} (RFC 7523 section 2.2), or a bearer token of the OIDC issuer.
   *
   * @param clientId optional (RFC 7521 section 4.2)
   * @param jwt as it was sent
   */
  record Assertion(@Nullable String clientId, String jwt) implements ClientProof {
    @Override
    public String toString() {
      return "Assertion";
    }
  }

  /**
   * A shared secret (RFC 6749 section 2.3.1), from the form or from HTTP Basic.
   *
   * @param clientId who
   * @param secret the secret
   */
  record Secret(String clientId, String secret) implements ClientProof {
    @Override
    public String toString() {
      return "Secret";
    }
  }

  /**
   * The certificate of a TLS connection that the client itself, or the ingress before us, has
   * verified possession of (RFC 8705 section 2).
   *
   * @param clientId who
   * @param certificate what the client presented
   */
  record Certificate(String clientId, X509Certificate certificate) implements ClientProof {
    @Override
    public String toString() {
      return "Certificate";
    }
  }
}
