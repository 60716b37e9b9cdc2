package dev.concordat.token.oauth;

import dev.concordat.contracts.events.MayRequest;
import dev.concordat.token.rules.TokenRequest;
import dev.concordat.token.rules.TokenRequest.RequestedUser;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A token request as its form has it, the client's proof aside.
 *
 * @param partner the name of the partner that the token is for
 * @param resource the URL about to be called, or the audience; optional
 * @param signingKey the id of the key that must sign; optional
 * @param scopes what an access token is to permit; empty for all that the client may
 * @param basis on what ground the token is asked for
 */
record TokenGrant(
    String partner,
    @Nullable String resource,
    @Nullable String signingKey,
    List<String> scopes,
    Basis basis) {

  static final String CLIENT_CREDENTIALS = "client_credentials";
  static final String TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
  static final String JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer";
  static final String JWT = "urn:ietf:params:oauth:token-type:jwt";
  static final String ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";

  private static final String OURS = "urn:concordat:params:oauth:token-type:";
  private static final String STANDARD = "urn:ietf:params:oauth:token-type:";
  private static final List<String> NAMES = List.of("sip-address", "smtp-address", "upn", "sid");
  private static final List<String> USER_TOKENS = List.of("access_token", "id_token", "jwt");
  private static final int MOST_SCOPES = 64;
  private static final List<String> OF_EXCHANGE_ONLY =
      List.of(
          "subject_token", "subject_token_type", "user_smtp", "user_upn", "user_sip", "user_sid");

  /** On what ground a token is asked for. None prints what it holds. */
  sealed interface Basis {

    /** The client for itself (RFC 6749 section 4.4). */
    record Itself() implements Basis {}

    /** The client for a user whom it names (RFC 8693). */
    record NamedUser(RequestedUser user) implements Basis {
      @Override
      public String toString() {
        return "NamedUser";
      }
    }

    /** The client for a user whose own token it has (RFC 8693). */
    record UserToken(String token) implements Basis {
      @Override
      public String toString() {
        return "UserToken";
      }
    }

    /** What an assertion grants (RFC 7523 section 2.1). */
    record Assertion(String jwt) implements Basis {
      @Override
      public String toString() {
        return "Assertion";
      }
    }
  }

  /** Reads the form of a request. */
  static TokenGrant of(TokenForm form) throws OAuthFailure {
    String grantType =
        form.require(
            "grant_type", CLIENT_CREDENTIALS + ", " + TOKEN_EXCHANGE + " or " + JWT_BEARER);
    Basis basis =
        switch (grantType) {
          case CLIENT_CREDENTIALS -> new Basis.Itself();
          case TOKEN_EXCHANGE -> exchange(form);
          case JWT_BEARER -> new Basis.Assertion(form.require("assertion", "the JWT that grants"));
          default -> throw OAuthFailure.unsupportedGrant(grantType);
        };
    if (!grantType.equals(TOKEN_EXCHANGE)) {
      refuseUser(form);
    }
    return new TokenGrant(
        form.require("audience", "the name of the partner application to call"),
        form.get("resource").orElse(null),
        form.get("signing_key").orElse(null),
        scopes(form),
        basis);
  }

  /** RFC 6749 section 3.3. */
  private static List<String> scopes(TokenForm form) throws OAuthFailure {
    List<String> scopes = List.of(form.get("scope").orElse("").split(" ", -1));
    if (scopes.equals(List.of(""))) {
      return List.of();
    }
    if (scopes.size() > MOST_SCOPES
        || !scopes.stream().allMatch(scope -> MayRequest.SCOPE.matcher(scope).matches())) {
      throw new OAuthFailure(
          400,
          "invalid_scope",
          "malformed-scope",
          "scope is no list of up to %d names with single blanks between.".formatted(MOST_SCOPES));
    }
    return scopes;
  }

  /** What is asked for, where the form itself names the user, or none: no token has to be read. */
  Optional<TokenRequest> ofWhatItNames() {
    return switch (basis) {
      case Basis.Itself _ -> Optional.of(request(null));
      case Basis.NamedUser(RequestedUser user) -> Optional.of(request(user));
      case Basis.UserToken _, Basis.Assertion _ -> Optional.empty();
    };
  }

  /**
   * What is asked for.
   *
   * @param user whom to act for; absent means the client itself
   */
  TokenRequest request(@Nullable RequestedUser user) {
    return new TokenRequest(partner, resource, user, signingKey, scopes);
  }

  /** Whether it is a token exchange, which answers with one member more. */
  boolean exchange() {
    return basis instanceof Basis.NamedUser || basis instanceof Basis.UserToken;
  }

  private static Basis exchange(TokenForm form) throws OAuthFailure {
    String wanted = form.get("requested_token_type").orElse(JWT);
    if (!wanted.equals(JWT) && !wanted.equals(ACCESS_TOKEN)) {
      throw OAuthFailure.malformed(
          "requested_token_type must be %s or %s.".formatted(JWT, ACCESS_TOKEN));
    }
    if (form.get("actor_token").isPresent()) {
      throw OAuthFailure.malformed(
          "actor_token is not taken: the acting application is always this service's own.");
    }
    String type = form.require("subject_token_type", "for example " + OURS + "sip-address");
    String subject = form.require("subject_token", "the user to act for");
    if (type.startsWith(STANDARD) && USER_TOKENS.contains(type.substring(STANDARD.length()))) {
      return new Basis.UserToken(subject);
    }
    String name = type.startsWith(OURS) ? type.substring(OURS.length()) : "";
    if (!NAMES.contains(name)) {
      throw OAuthFailure.malformed(
          "subject_token_type must be %s followed by one of %s, or %s followed by one of %s."
              .formatted(OURS, NAMES, STANDARD, USER_TOKENS));
    }
    return new Basis.NamedUser(
        new RequestedUser(
            name(form, name, subject, "sip-address", "user_sip"),
            name(form, name, subject, "smtp-address", "user_smtp"),
            name(form, name, subject, "upn", "user_upn"),
            name(form, name, subject, "sid", "user_sid")));
  }

  /** The subject token where it is this name of the user, else the parameter beside it. */
  private static @Nullable String name(
      TokenForm form, String given, String subject, String type, String parameter)
      throws OAuthFailure {
    Optional<String> beside = form.get(parameter);
    if (!given.equals(type)) {
      return beside.orElse(null);
    }
    if (beside.isPresent()) {
      throw OAuthFailure.malformed(
          "%s is there, and subject_token is the same name of the user.".formatted(parameter));
    }
    return subject;
  }

  private static void refuseUser(TokenForm form) throws OAuthFailure {
    for (String name : OF_EXCHANGE_ONLY) {
      if (form.get(name).isPresent()) {
        throw OAuthFailure.malformed(
            "%s belongs to a token exchange: a user token needs grant_type %s."
                .formatted(name, TOKEN_EXCHANGE));
      }
    }
  }

  @Override
  public String toString() {
    return "TokenGrant[%s, %s]".formatted(partner, basis);
  }
}
