package dev.concordat.contracts.names;

import java.util.Locale;

/** What holds of every name's text, and how its parts are put into the form that is emitted. */
final class NameText {

  /** Longest name that is read or written, in characters. */
  static final int MAX_LENGTH = 512;

  private NameText() {}

  static String checked(String what, String text) {
    if (ordinary(text)) {
      return text;
    }
    // A few characters are longer in lower case, and what was read must fit when it is emitted.
    if (text.length() > MAX_LENGTH || lower(text).length() > MAX_LENGTH) {
      throw new MalformedName("%s is longer than %d characters".formatted(what, MAX_LENGTH));
    }
    text.codePoints()
        .filter(NameText::forbidden)
        .findFirst()
        .ifPresent(
            found -> {
              throw new MalformedName(
                  "%s contains U+%04X: no white space, control character or %% is allowed"
                      .formatted(what, found));
            });
    return text;
  }

  /** One part of a name: not empty, and without the signs that part the name. */
  static String part(String what, String text) {
    checked(what, text);
    if (text.isEmpty()) {
      throw new MalformedName(what + " is empty");
    }
    if (text.indexOf('@') >= 0 || text.indexOf('/') >= 0) {
      throw new MalformedName(what + " contains @ or /");
    }
    return text;
  }

  /** Whether nothing in it needs a closer look, as in nearly every name. */
  private static boolean ordinary(String text) {
    if (text.length() > MAX_LENGTH) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char it = text.charAt(i);
      if (it <= ' ' || it > '~' || it == '%') {
        return false;
      }
    }
    return true;
  }

  static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  private static boolean forbidden(int codePoint) {
    return codePoint == '%'
        || Character.isWhitespace(codePoint)
        || Character.isSpaceChar(codePoint)
        || Character.isISOControl(codePoint)
        || Character.getType(codePoint) == Character.FORMAT
        || Character.getType(codePoint) == Character.SURROGATE;
  }
}
