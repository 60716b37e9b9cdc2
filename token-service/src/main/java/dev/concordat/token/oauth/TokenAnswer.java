package dev.concordat.token.oauth;

import dev.concordat.token.issuance.Outcome;
import dev.concordat.token.signing.SignedAccessToken;
import dev.concordat.token.signing.SignedToken;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The body of a success (RFC 6749 section 5.1, RFC 8693 section 2.2.1). It prints nothing of the
 * token.
 *
 * @param accessToken the token
 * @param tokenType always {@code Bearer}
 * @param expiresIn seconds from now
 * @param issuedTokenType what kind of token, after an exchange
 * @param scope what an access token permits; absent where it has no scope
 * @param tokenSource {@code fresh} where it was signed for this request, else {@code cached}; ours
 */
record TokenAnswer(
    String accessToken,
    String tokenType,
    long expiresIn,
    @Nullable String issuedTokenType,
    @Nullable String scope,
    String tokenSource) {

  /** The answer to a request, at this moment. */
  static TokenAnswer of(Outcome.Issued issued, boolean exchange, Instant now) {
    SignedToken signed = issued.signed();
    return new TokenAnswer(
        issued.token(),
        "Bearer",
        Math.max(0, Duration.between(now, signed.times().expires()).toSeconds()),
        exchange ? typeOf(signed) : null,
        scopeOf(signed),
        issued.fresh() ? "fresh" : "cached");
  }

  private static String typeOf(SignedToken signed) {
    return signed instanceof SignedAccessToken ? TokenGrant.ACCESS_TOKEN : TokenGrant.JWT;
  }

  private static @Nullable String scopeOf(SignedToken signed) {
    return signed instanceof SignedAccessToken access && !access.scopes().isEmpty()
        ? String.join(" ", access.scopes())
        : null;
  }

  /**
   * The answer as JSON. Nothing in it needs escaping: a token is base64url and dots, no scope has a
   * quote or a backslash (RFC 6749 section 3.3), the rest is ours.
   */
  String json() {
    var json =
        new StringBuilder(accessToken.length() + 192)
            .append("{\"access_token\":\"")
            .append(accessToken)
            .append("\",\"token_type\":\"")
            .append(tokenType)
            .append("\",\"expires_in\":")
            .append(expiresIn);
    if (issuedTokenType != null) {
      json.append(",\"issued_token_type\":\"").append(issuedTokenType).append('"');
    }
    if (scope != null) {
      json.append(",\"scope\":\"").append(scope).append('"');
    }
    return json.append(",\"token_source\":\"").append(tokenSource).append("\"}").toString();
  }

  @Override
  public String toString() {
    return "TokenAnswer[expiresIn=%d, tokenSource=%s]".formatted(expiresIn, tokenSource);
  }
}
