package dev.concordat.token.oauth;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a token request: {@code application/x-www-form-urlencoded} in UTF-8 (RFC 6749
 * appendix B), each at most once and without control characters. A parameter without a value counts
 * as left out (section 3.2).
 */
final class TokenForm {

  /** The largest form that is read, in bytes. */
  static final int LARGEST = 16 * 1024;

  /** The largest form that is read where it holds a token, which may itself have 16 KiB. */
  static final int LARGEST_WITH_TOKEN = 2 * LARGEST;

  private static final String TYPE = "application/x-www-form-urlencoded";

  private static final int MOST_PARAMETERS = 32;
  private static final int NOT_UTF_8 = 0xFFFD;

  private final Map<String, String> parameters;

  private TokenForm(Map<String, String> parameters) {
    this.parameters = parameters;
  }

  /** Reads the body of a request, which must be a form. */
  static TokenForm of(@Nullable String contentType, byte @Nullable [] body, int largest)
      throws OAuthFailure {
    String type = contentType == null ? "" : contentType.split(";", 2)[0].strip();
    if (!type.equalsIgnoreCase(TYPE)) {
      throw OAuthFailure.malformed("The body must be %s.".formatted(TYPE));
    }
    return parse(body == null ? new byte[0] : body, largest);
  }

  /** Reads a form. */
  static TokenForm parse(byte[] body) throws OAuthFailure {
    return parse(body, LARGEST);
  }

  private static TokenForm parse(byte[] body, int largest) throws OAuthFailure {
    if (body.length > largest) {
      throw OAuthFailure.malformed("The form has more than %d bytes.".formatted(largest));
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
      decoded =
          text.indexOf('%') < 0 && text.indexOf('+') < 0
              ? text
              : URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw OAuthFailure.malformed("The body is no form: a % is not followed by two digits.");
    }
    for (int i = 0; i < decoded.length(); i++) {
      char it = decoded.charAt(i);
      if (it == NOT_UTF_8 || Character.isISOControl(it)) {
        throw OAuthFailure.malformed("A parameter has control characters, or is not UTF-8.");
      }
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
