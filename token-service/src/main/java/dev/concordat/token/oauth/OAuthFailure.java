package dev.concordat.token.oauth;

import dev.concordat.token.rules.Verdict;

/** A request for a token that ends in an error of RFC 6749 section 5.2. */
final class OAuthFailure extends Exception {

  static final int UNAVAILABLE = 503;
  static final int RETRY_AFTER_SECONDS = 2;

  private static final int BAD_REQUEST = 400;
  private static final int UNAUTHORIZED = 401;

  private final int status;
  private final String error;
  private final String reason;

  /**
   * @param status the HTTP status
   * @param error the RFC's code
   * @param reason our own code, as {@code docs/problems/token-service.md} lists it
   * @param description a sentence for a person
   */
  OAuthFailure(int status, String error, String reason, String description) {
    super(description, null, false, false);
    this.status = status;
    this.error = error;
    this.reason = reason;
  }

  /** The request is not of the form that it must have. */
  static OAuthFailure malformed(String description) {
    return new OAuthFailure(BAD_REQUEST, "invalid_request", "malformed-request", description);
  }

  /** None of the grants that are taken. */
  static OAuthFailure unsupportedGrant(String grantType) {
    return new OAuthFailure(
        BAD_REQUEST,
        "unsupported_grant_type",
        "unsupported-grant-type",
        "grant_type is %s; allowed are %s, %s and %s."
            .formatted(
                grantType,
                TokenGrant.CLIENT_CREDENTIALS,
                TokenGrant.TOKEN_EXCHANGE,
                TokenGrant.JWT_BEARER));
  }

  /** The rules refuse it. */
  static OAuthFailure refused(Verdict.Refused refused) {
    return new OAuthFailure(
        BAD_REQUEST, refused.reason().oauthError(), refused.reason().code(), refused.detail());
  }

  /** One answer for every reason, so that nothing can be learnt of which clients there are. */
  static OAuthFailure unproved() {
    return new OAuthFailure(
        UNAUTHORIZED,
        "invalid_client",
        "invalid-client",
        "The client is unknown, or what it sent does not prove it.");
  }

  /** The partner's own token server gave no token. */
  static OAuthFailure unobtained(String detail) {
    return new OAuthFailure(UNAVAILABLE, "temporarily_unavailable", "token-server-failed", detail);
  }

  /** Nothing can be said now. */
  static OAuthFailure unavailable(String why) {
    return new OAuthFailure(
        UNAVAILABLE,
        "temporarily_unavailable",
        "not-ready",
        why + " Ask again in %d seconds.".formatted(RETRY_AFTER_SECONDS));
  }

  int status() {
    return status;
  }

  String error() {
    return error;
  }

  String reason() {
    return reason;
  }

  String description() {
    return String.valueOf(getMessage());
  }
}
