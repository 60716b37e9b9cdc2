package dev.concordat.token.tokenservers;

import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.contracts.Json;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What a token server answers, in ACS' form (numbers as strings) or OAuth's; only what is read of
 * it. It prints nothing of the token.
 *
 * @param accessToken the token; absent in an error
 * @param error RFC 6749's code; absent in a success
 * @param description its own words
 */
record TokenServerAnswer(
    @Nullable String accessToken, @Nullable String error, @Nullable String description) {

  private static final int LONGEST = 300;

  static TokenServerAnswer read(byte[] body) {
    try {
      JsonNode json = Json.mapper().readTree(body);
      return new TokenServerAnswer(
          text(json, "access_token"), text(json, "error"), text(json, "error_description"));
    } catch (IOException noJson) {
      return new TokenServerAnswer(null, null, null);
    }
  }

  /** The error in words that can stand in an answer of ours. */
  String problem() {
    String words =
        (error == null ? "no token" : error) + (description == null ? "" : ": " + description);
    var clean = new StringBuilder();
    words
        .codePoints()
        .limit(LONGEST)
        .map(it -> it < 0x20 || it > 0x7E ? ' ' : it)
        .forEach(clean::appendCodePoint);
    return clean.toString().strip();
  }

  private static @Nullable String text(JsonNode json, String name) {
    JsonNode value = json.get(name);
    return value == null ? null : value.textValue();
  }

  @Override
  public String toString() {
    return "TokenServerAnswer[error=%s]".formatted(error);
  }
}
