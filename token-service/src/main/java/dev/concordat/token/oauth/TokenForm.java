package dev.concordat.token.oauth;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The parameters of a token request: {@code application/x-www-form-urlencoded} in UTF-8 (RFC 6749
 * appendix B), each at most once and without control characters. A parameter without a value counts
 * as left out (section 3.2).
 */
final class TokenForm {

  /** The largest form that is read, in bytes. */
  static final int LARGEST = 16 * 1024;

  private static final int MOST_PARAMETERS = 32;
  private static final int NOT_UTF_8 = 0xFFFD;

  private final Map<String, String> parameters;

  private TokenForm(Map<String, String> parameters) {
    this.parameters = parameters;
  }

  /** Reads a form. */
  static TokenForm parse(byte[] body) throws OAuthFailure {
    if (body.length > LARGEST) {
      throw OAuthFailure.malformed("The form has more than %d bytes.".formatted(LARGEST));
    }
    var parameters = new LinkedHashMap<String, String>();
    String text = new String(body, StandardCharsets.UTF_8);
    String[] pairs = text.isEmpty() ? new String[0] : text.split("&", MOST_PARAMETERS + 1);
    if (pairs.length > MOST_PARAMETERS) {
      throw OAuthFailure.malformed(
          "The form has more than %d parameters.".formatted(MOST_PARAMETERS));
    }
    for (String pair : pairs) {
      int equals = pair.indexOf('=');
      String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
      String value = equals < 0 ? "" : decoded(pair.substring(equals + 1));
      if (parameters.putIfAbsent(name, value) != null) {
        throw OAuthFailure.malformed("A parameter is there twice: " + name);
      }
    }
    return new TokenForm(parameters);
  }

  private static String decoded(String text) throws OAuthFailure {
    String decoded;
    try {
      decoded = URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw OAuthFailure.malformed("The body is no form: a % is not followed by two digits.");
    }
    if (decoded.codePoints().anyMatch(it -> it == NOT_UTF_8 || Character.isISOControl(it))) {
      throw OAuthFailure.malformed("A parameter has control characters, or is not UTF-8.");
    }
    return decoded;
  }

  /** A parameter's value, where there is one. */
  Optional<String> get(String name) {
    return Optional.ofNullable(parameters.get(name)).filter(value -> !value.isEmpty());
  }

  /** The value of a parameter that must be there. */
  String require(String name, String meaning) throws OAuthFailure {
    return get(name)
        .orElseThrow(() -> OAuthFailure.malformed("%s is missing: %s.".formatted(name, meaning)));
  }

  /** The parameters' names. */
  @Override
  public String toString() {
    return parameters.keySet().toString();
  }
}
