package dev.concordat.diagnosis;

/** Others' words, made fit to be shown: one line, bounded, nothing that moves the cursor. */
public final class Shown {

  private static final int LONGEST = 500;

  private Shown() {}

  /** The text in one line of at most 500 characters. */
  public static String text(String foreign) {
    var line = new StringBuilder();
    foreign
        .codePoints()
        .limit(4L * LONGEST)
        .forEach(
            it -> {
              int type = Character.getType(it);
              boolean blank = Character.isWhitespace(it) || type == Character.CONTROL;
              if (blank) {
                if (!line.isEmpty() && line.charAt(line.length() - 1) != ' ') {
                  line.append(' ');
                }
              } else if (type != Character.FORMAT && type != Character.SURROGATE) {
                line.appendCodePoint(it);
              }
            });
    String shown = line.toString().strip();
    return shown.length() <= LONGEST ? shown : shown.substring(0, LONGEST) + "…";
  }
}
