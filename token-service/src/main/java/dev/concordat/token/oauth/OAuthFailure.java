package dev.concordat.token.oauth;

/** A request for a token that ends in an error of RFC 6749 section 5.2. */
final class OAuthFailure extends Exception {

  private static final int BAD_REQUEST = 400;

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
