package dev.concordat.token.oauth;

import dev.concordat.token.clients.ClientAuthentication;
import dev.concordat.token.rules.TokenRequest;
import dev.concordat.token.rules.TokenRequest.RequestedUser;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A token request as its form has it. It prints nothing of the assertion.
 *
 * @param assertion the client's proof
 * @param clientId who the client says it is; optional (RFC 7521 section 4.2)
 * @param request what is asked for
 * @param exchange whether it is a token exchange, which answers with one member more
 */
record TokenGrant(
    String assertion, @Nullable String clientId, TokenRequest request, boolean exchange) {

  static final String CLIENT_CREDENTIALS = "client_credentials";
  static final String TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
  static final String SIP_ADDRESS = "urn:concordat:params:oauth:token-type:sip-address";
  static final String JWT = "urn:ietf:params:oauth:token-type:jwt";

  private static final int BAD_REQUEST = 400;
  private static final List<String> OF_EXCHANGE_ONLY =
      List.of("subject_token", "subject_token_type", "user_smtp", "user_upn");

  /** Reads the form of a request. */
  static TokenGrant of(TokenForm form) throws OAuthFailure {
    String grantType =
        form.require("grant_type", "%s or %s".formatted(CLIENT_CREDENTIALS, TOKEN_EXCHANGE));
    boolean exchange =
        switch (grantType) {
          case CLIENT_CREDENTIALS -> false;
          case TOKEN_EXCHANGE -> true;
          default ->
              throw new OAuthFailure(
                  BAD_REQUEST,
                  "unsupported_grant_type",
                  "unsupported-grant-type",
                  "grant_type is %s; allowed are %s and %s."
                      .formatted(grantType, CLIENT_CREDENTIALS, TOKEN_EXCHANGE));
        };
    String partner = form.require("audience", "the name of the partner application to call");
    return new TokenGrant(
        assertion(form),
        form.get("client_id").orElse(null),
        new TokenRequest(
            partner,
            form.get("resource").orElse(null),
            exchange ? user(form) : none(form),
            form.get("signing_key").orElse(null)),
        exchange);
  }

  private static String assertion(TokenForm form) throws OAuthFailure {
    if (form.get("client_secret").isPresent()) {
      throw OAuthFailure.malformed(
          "client_secret is not taken here; prove the client by client_assertion alone.");
    }
    String assertion = form.require("client_assertion", "a JWT that proves the client");
    String type =
        form.require("client_assertion_type", "always " + ClientAuthentication.JWT_BEARER);
    if (!type.equals(ClientAuthentication.JWT_BEARER)) {
      throw OAuthFailure.malformed(
          "client_assertion_type must be %s.".formatted(ClientAuthentication.JWT_BEARER));
    }
    return assertion;
  }

  private static RequestedUser user(TokenForm form) throws OAuthFailure {
    String type = form.require("subject_token_type", "always " + SIP_ADDRESS);
    if (!type.equals(SIP_ADDRESS)) {
      throw OAuthFailure.malformed("subject_token_type must be %s.".formatted(SIP_ADDRESS));
    }
    String wanted = form.get("requested_token_type").orElse(JWT);
    if (!wanted.equals(JWT)) {
      throw OAuthFailure.malformed("requested_token_type must be %s.".formatted(JWT));
    }
    if (form.get("actor_token").isPresent()) {
      throw OAuthFailure.malformed(
          "actor_token is not taken: the acting application is always this service's own.");
    }
    return new RequestedUser(
        form.require("subject_token", "the SIP address of the user to act for"),
        form.get("user_smtp").orElse(null),
        form.get("user_upn").orElse(null));
  }

  private static @Nullable RequestedUser none(TokenForm form) throws OAuthFailure {
    for (String name : OF_EXCHANGE_ONLY) {
      if (form.get(name).isPresent()) {
        throw OAuthFailure.malformed(
            "%s belongs to a token exchange: a user token needs grant_type %s."
                .formatted(name, TOKEN_EXCHANGE));
      }
    }
    return null;
  }

  @Override
  public String toString() {
    return "TokenGrant[%s]".formatted(request.partner());
  }
}
