package dev.concordat.registry.setup;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads PowerShell as far as strings go, by the language's own rules and not by those that wrote
 * it: any of five characters opens a single-quoted string, any two of them in a row are one in it,
 * and any one of them ends it. What is between is code.
 *
 * @param literals what the single-quoted strings say, in order
 * @param code the rest, with {@code «»} where each of them stood
 */
record PowerShellTokens(List<String> literals, String code) {

  private static boolean quote(char character) {
    return character == '\''
        || character == '\u2018'
        || character == '\u2019'
        || character == '\u201A'
        || character == '\u201B';
  }

  static PowerShellTokens of(String source) {
    var literals = new ArrayList<String>();
    var code = new StringBuilder();
    int at = 0;
    while (at < source.length()) {
      char character = source.charAt(at);
      if (character == '"') {
        // Ours alone have double quotes, without a quote inside.
        int end = source.indexOf('"', at + 1);
        if (end < 0) {
          throw new IllegalArgumentException("a double-quoted string that does not end");
        }
        code.append(source, at, end + 1);
        at = end + 1;
      } else if (quote(character)) {
        var literal = new StringBuilder();
        at++;
        while (true) {
          if (at >= source.length()) {
            throw new IllegalArgumentException("a single-quoted string that does not end");
          }
          char inside = source.charAt(at);
          if (!quote(inside)) {
            literal.append(inside);
            at++;
          } else if (at + 1 < source.length() && quote(source.charAt(at + 1))) {
            literal.append(inside);
            at += 2;
          } else {
            at++;
            break;
          }
        }
        literals.add(literal.toString());
        code.append("«»");
      } else if (character == '#' || character == '`' || character == '\uFEFF') {
        throw new IllegalArgumentException("none of ours has comments, escapes or marks");
      } else {
        code.append(character);
        at++;
      }
    }
    return new PowerShellTokens(List.copyOf(literals), code.toString());
  }
}
