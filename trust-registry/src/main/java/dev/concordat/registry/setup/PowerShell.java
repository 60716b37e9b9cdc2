package dev.concordat.registry.setup;

/**
 * How a value gets into PowerShell: as one single-quoted literal, never otherwise. There is no
 * double quote, here-string, filter string or comment that a value could stand in.
 */
final class PowerShell {

  /** Windows PowerShell takes each of these for a single quote (the exact set is assumed). */
  private static final String QUOTES = "'\u2018\u2019\u201A\u201B";

  private PowerShell() {}

  /**
   * A value as a literal: between single quotes, with each single quote in it doubled as itself.
   *
   * @throws IllegalArgumentException if it has characters that can't be shown safely
   */
  static String literal(String value) {
    if (!SafeCharacters.only(value)) {
      throw new IllegalArgumentException(
          "a value with control or format characters is not put into a script");
    }
    var literal = new StringBuilder("'");
    value
        .codePoints()
        .forEach(
            character -> {
              literal.appendCodePoint(character);
              if (QUOTES.indexOf(character) >= 0) {
                literal.appendCodePoint(character);
              }
            });
    return literal.append('\'').toString();
  }

  /** Source of ours with each {@code %s} replaced by a value as a literal. */
  static String command(String source, String... values) {
    var literals = new Object[values.length];
    for (int i = 0; i < values.length; i++) {
      literals[i] = literal(values[i]);
    }
    return source.formatted(literals);
  }

  /**
   * Values, and what runs with them, as one statement in a scope of its own. Pasted into a console
   * it runs as a whole or, where something fails, not beyond that; and it leaves no variable and no
   * preference behind. Blank lines and tabs are left out, because a console takes them for the end
   * of the input and for completion.
   */
  static final class Block {

    private final StringBuilder source = new StringBuilder("& {\n");

    /** Stops at the first error instead of going on with half of it. */
    Block stopping() {
      source.append("  $ErrorActionPreference = 'Stop'\n");
      return this;
    }

    /** Sets a variable to a value. */
    Block with(String variable, String value) {
      return assigned(variable, literal(value));
    }

    /** Sets a variable to true or false. */
    Block with(String variable, boolean value) {
      return assigned(variable, value ? "$true" : "$false");
    }

    private Block assigned(String variable, String expression) {
      source.append("  $").append(variable).append(" = ").append(expression).append('\n');
      return this;
    }

    /** The statement, with source of ours that knows its values by their variables only. */
    String running(String body) {
      return source.append(body.indent(2)).append('}').toString();
    }
  }
}
