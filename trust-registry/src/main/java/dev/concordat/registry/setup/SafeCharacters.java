package dev.concordat.registry.setup;

/** Which characters a value may have before it is quoted for any shell. */
final class SafeCharacters {

  private SafeCharacters() {}

  /**
   * Whether a value is free of what can end a line or deceive a reader: control characters (U+0085
   * among them), line and paragraph separators, format characters (bidirectional controls, marks
   * and isolates, zero-width characters) and surrogates without their pair.
   */
  static boolean only(String value) {
    return value.codePoints().noneMatch(SafeCharacters::unsafe);
  }

  private static boolean unsafe(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          true;
      default -> false;
    };
  }
}
