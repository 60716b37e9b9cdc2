package dev.concordat.token.oauth;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * The body of a success (RFC 6749 section 5.1, RFC 8693 section 2.2.1). It prints nothing of the
 * token.
 *
 * @param accessToken the token
 * @param tokenType always {@code Bearer}
 * @param expiresIn seconds from now
 * @param issuedTokenType what kind of token, after an exchange
 * @param tokenSource {@code fresh} where it was signed for this request, else {@code cached}; ours
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record TokenAnswer(
    @JsonProperty("access_token") String accessToken,
    @JsonProperty("token_type") String tokenType,
    @JsonProperty("expires_in") long expiresIn,
    @JsonProperty("issued_token_type") @Nullable String issuedTokenType,
    @JsonProperty("token_source") String tokenSource) {

  @Override
  public String toString() {
    return "TokenAnswer[expiresIn=%d, tokenSource=%s]".formatted(expiresIn, tokenSource);
  }
}
