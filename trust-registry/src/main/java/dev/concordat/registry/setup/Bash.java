package dev.concordat.registry.setup;

import java.util.regex.Pattern;

/** How a value gets into a command line of a POSIX shell: as one word, never otherwise. */
final class Bash {

  private static final Pattern PLAIN =
      Pattern.compile("[A-Za-z0-9@%+=:,./_][A-Za-z0-9@%+=:,./_-]*");

  private Bash() {}

  /**
   * A value as one word: as it is where it is plain, otherwise between single quotes.
   *
   * @throws IllegalArgumentException if it has characters that can't be shown safely
   */
  static String word(String value) {
    if (!SafeCharacters.only(value)) {
      throw new IllegalArgumentException(
          "a value with control or format characters is not put into a command");
    }
    return PLAIN.matcher(value).matches() ? value : "'" + value.replace("'", "'\\''") + "'";
  }
}
