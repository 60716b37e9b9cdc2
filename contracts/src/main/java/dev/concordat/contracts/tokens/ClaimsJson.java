package dev.concordat.contracts.tokens;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.concordat.contracts.names.AudienceName;
import dev.concordat.contracts.names.PrincipalName;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The claims of our own tokens as they are written: a flat JSON object, member by member. A user
 * token is made for every request, so this is plain text rather than a tree that is printed.
 */
final class ClaimsJson {

  private static final JsonStringEncoder ESCAPING = JsonStringEncoder.getInstance();

  private final StringBuilder json;

  private ClaimsJson(int usualLength) {
    json = new StringBuilder(usualLength).append('{');
  }

  /** The claims that actor tokens and user tokens both begin with. */
  static ClaimsJson frame(
      AudienceName audience,
      PrincipalName issuer,
      Instant notBefore,
      Instant expiry,
      TimeForm times,
      int usualLength) {
    var claims =
        new ClaimsJson(usualLength)
            .put("aud", audience.lowerCase().toString())
            .put("iss", issuer.lowerCase().toString());
    return switch (times) {
      case STRING ->
          claims
              .put("nbf", Long.toString(notBefore.getEpochSecond()))
              .put("exp", Long.toString(expiry.getEpochSecond()));
      case NUMBER ->
          claims.put("nbf", notBefore.getEpochSecond()).put("exp", expiry.getEpochSecond());
    };
  }

  /** Adds a claim; an absent one is left out. */
  ClaimsJson put(String name, @Nullable String value) {
    if (value == null) {
      return this;
    }
    name(name).append('"');
    if (plain(value)) {
      json.append(value);
    } else {
      ESCAPING.quoteAsString(value, json);
    }
    json.append('"');
    return this;
  }

  private ClaimsJson put(String name, long value) {
    name(name).append(value);
    return this;
  }

  private StringBuilder name(String name) {
    if (json.length() > 1) {
      json.append(',');
    }
    return json.append('"').append(name).append("\":");
  }

  /** Whether it can stand in JSON as it is, as nearly every name and every token can. */
  private static boolean plain(String value) {
    for (int i = 0; i < value.length(); i++) {
      char it = value.charAt(i);
      if (it < ' ' || it == '"' || it == '\\') {
        return false;
      }
    }
    return true;
  }

  /** The object. */
  @Override
  public String toString() {
    return json + "}";
  }

  static String part(String json) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }
}
