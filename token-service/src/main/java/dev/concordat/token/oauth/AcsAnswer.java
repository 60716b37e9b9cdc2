package dev.concordat.token.oauth;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.concordat.token.issuance.Outcome;
import dev.concordat.token.rules.TokenTimes;
import java.time.Duration;
import java.time.Instant;

/**
 * A success as ACS answers: numbers are strings (trust reference, section 6). It prints nothing of
 * the token.
 *
 * @param tokenType always {@code Bearer}
 * @param expiresIn seconds from now
 * @param notBefore seconds since 1970
 * @param expiresOn seconds since 1970
 * @param resource the token's audience
 * @param accessToken the token
 */
record AcsAnswer(
    @JsonProperty("token_type") String tokenType,
    @JsonProperty("expires_in") String expiresIn,
    @JsonProperty("not_before") String notBefore,
    @JsonProperty("expires_on") String expiresOn,
    String resource,
    @JsonProperty("access_token") String accessToken) {

  static AcsAnswer of(Outcome.Issued issued, Instant now) {
    TokenTimes times = issued.signed().times();
    long left = Duration.between(now, times.expires()).toSeconds();
    return new AcsAnswer(
        "Bearer",
        Long.toString(Math.max(0, left)),
        Long.toString(times.notBefore().getEpochSecond()),
        Long.toString(times.expires().getEpochSecond()),
        issued.signed().audience(),
        issued.token());
  }

  @Override
  public String toString() {
    return "AcsAnswer[resource=%s]".formatted(resource);
  }
}
