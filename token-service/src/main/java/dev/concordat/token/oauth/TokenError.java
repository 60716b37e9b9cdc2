package dev.concordat.token.oauth;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * The body of an error (RFC 6749 section 5.2).
 *
 * @param error the RFC's code
 * @param description for a person; only the characters that the RFC lets stand there
 * @param reason our own code for the rule that refused, as the RFC allows further members
 */
record TokenError(
    String error, @JsonProperty("error_description") String description, String reason) {

  TokenError {
    description = printable(description);
  }

  /** Only the characters that RFC 6749 section 5.2 lets stand in a description. */
  static String printable(String description) {
    var allowed = new StringBuilder(description.length());
    description
        .codePoints()
        .map(it -> it == '"' ? '\'' : it)
        .map(it -> it < 0x20 || it > 0x7E || it == '\\' ? '?' : it)
        .forEach(allowed::appendCodePoint);
    return allowed.toString();
  }
}
