package dev.concordat.cli.powershell;

/** A text of somebody else's as a terminal may show it. */
public final class Shown {

  private static final int LONGEST = 200;

  private Shown() {}

  /** The text, bounded, and without characters that control a terminal or mislead a reader. */
  public static String text(String text) {
    var shown = new StringBuilder();
    text.codePoints()
        .limit(LONGEST)
        .forEach(
            point -> {
              switch (Character.getType(point)) {
                case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    shown.append("\\u%04x".formatted(point));
                default -> shown.appendCodePoint(point);
              }
            });
    return text.codePointCount(0, text.length()) > LONGEST ? shown + "…" : shown.toString();
  }
}
