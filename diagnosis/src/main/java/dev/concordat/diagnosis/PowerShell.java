package dev.concordat.diagnosis;

import java.util.Set;

/**
 * Values in commands that an admin pastes: a value must never become code (setup.md 2.5). Windows
 * PowerShell takes curly single quotes for single quotes, so each is doubled as itself.
 */
final class PowerShell {

  private static final Set<Integer> QUOTES = Set.of(0x27, 0x2018, 0x2019, 0x201A, 0x201B);

  private PowerShell() {}

  /**
   * A value between single quotes, or the placeholder where the value has characters that can't be
   * shown safely.
   */
  static String quoted(String value, String placeholder) {
    if (value.codePoints().anyMatch(PowerShell::refused)) {
      return "'<" + placeholder + ">'";
    }
    var quoted = new StringBuilder("'");
    value
        .codePoints()
        .forEach(
            it -> {
              quoted.appendCodePoint(it);
              if (QUOTES.contains(it)) {
                quoted.appendCodePoint(it);
              }
            });
    return quoted.append('\'').toString();
  }

  private static boolean refused(int character) {
    return Character.isISOControl(character)
        || character == 0x2028
        || character == 0x2029
        || (character >= 0x202A && character <= 0x202E)
        || (character >= 0x2066 && character <= 0x2069)
        || (character >= 0xD800 && character <= 0xDFFF);
  }

  /** The same for a POSIX shell. */
  static String shell(String value) {
    if (value.matches("[A-Za-z0-9@%+=:,./_-]+")) {
      return value;
    }
    return value.codePoints().anyMatch(PowerShell::refused)
        ? "'<NAME>'"
        : "'" + value.replace("'", "'\\''") + "'";
  }
}
