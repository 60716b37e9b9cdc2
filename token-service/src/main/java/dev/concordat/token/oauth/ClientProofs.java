package dev.concordat.token.oauth;

import dev.concordat.token.clients.ClientAuthentication;
import dev.concordat.token.clients.ClientProof;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a client proves itself in a request: by {@code client_assertion}, by {@code client_secret},
 * by HTTP Basic (RFC 6749 section 2.3.1), or by the certificate of its TLS connection (RFC 8705).
 * Two of them in one request are refused (RFC 6749 section 2.3).
 */
final class ClientProofs {

  private static final String BASIC = "Basic ";

  private ClientProofs() {}

  /** The proof of a request; empty where there is none. */
  static Optional<ClientProof> of(
      TokenForm form, @Nullable String authorization, @Nullable X509Certificate certificate)
      throws OAuthFailure {
    var ways = new ArrayList<String>();
    if (authorization != null) {
      ways.add("the Authorization header");
    }
    if (form.get("client_secret").isPresent()) {
      ways.add("client_secret");
    }
    if (form.get("client_assertion").isPresent() || form.get("client_assertion_type").isPresent()) {
      ways.add("client_assertion");
    }
    if (ways.size() > 1) {
      throw OAuthFailure.malformed(
          "The client proves itself twice: by %s.".formatted(String.join(" and by ", ways)));
    }
    String clientId = form.get("client_id").orElse(null);
    if (ways.isEmpty()) {
      return certificate == null || clientId == null
          ? Optional.empty()
          : Optional.of(new ClientProof.Certificate(clientId, certificate));
    }
    return Optional.of(
        authorization != null
            ? basic(authorization)
            : ways.getFirst().equals("client_secret") ? secret(form) : assertion(form, clientId));
  }

  private static ClientProof secret(TokenForm form) throws OAuthFailure {
    return new ClientProof.Secret(
        form.require("client_id", "whose client_secret it is"),
        form.require("client_secret", "the secret"));
  }

  /** A request that needs a proof has none. */
  static OAuthFailure missing() {
    return OAuthFailure.malformed(
        "client_assertion is missing, and so is every other proof of the client: client_id with client_secret (or HTTP Basic), or client_id over mutual TLS.");
  }

  private static ClientProof assertion(TokenForm form, @Nullable String clientId)
      throws OAuthFailure {
    String assertion = form.require("client_assertion", "a JWT that proves the client");
    String type =
        form.require("client_assertion_type", "always " + ClientAuthentication.JWT_BEARER);
    if (!type.equals(ClientAuthentication.JWT_BEARER)) {
      throw OAuthFailure.malformed(
          "client_assertion_type must be %s.".formatted(ClientAuthentication.JWT_BEARER));
    }
    return new ClientProof.Assertion(clientId, assertion);
  }

  private static ClientProof basic(String authorization) throws OAuthFailure {
    if (!authorization.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
      throw OAuthFailure.malformed(
          "The Authorization header is not Basic, and nothing else is taken there.");
    }
    try {
      String pair =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(
                  ByteBuffer.wrap(
                      Base64.getDecoder().decode(authorization.substring(BASIC.length()).strip())))
              .toString();
      int colon = pair.indexOf(':');
      if (colon <= 0) {
        throw OAuthFailure.malformed("The Basic credentials have no colon.");
      }
      return new ClientProof.Secret(
          URLDecoder.decode(pair.substring(0, colon), StandardCharsets.UTF_8),
          URLDecoder.decode(pair.substring(colon + 1), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException | CharacterCodingException e) {
      throw OAuthFailure.malformed("The Basic credentials are not base64 of UTF-8.");
    }
  }
}
