package dev.concordat.contracts.challenges;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The challenges of an answer, whether they came in one {@code WWW-Authenticate} line or in many
 * (RFC 9110 11.6.1). Never throws: what can't be understood is among the problems.
 *
 * @param challenges in the order sent
 * @param problems what was odd about them, for a person; each at most once
 */
public record WwwAuthenticate(List<Challenge> challenges, List<String> problems) {

  /** Longest header, all lines together, in characters. */
  public static final int MAX_LENGTH = 16 * 1024;

  /** Most challenges. */
  public static final int MAX_CHALLENGES = 32;

  /** Most parameters, all challenges together. */
  public static final int MAX_PARAMETERS = 64;

  public WwwAuthenticate {
    challenges = List.copyOf(challenges);
    problems = List.copyOf(problems);
  }

  /** Reads the values of every {@code WWW-Authenticate} line of an answer. */
  public static WwwAuthenticate parse(List<String> values) {
    String joined = String.join(", ", values);
    return joined.length() > MAX_LENGTH
        ? new WwwAuthenticate(List.of(), List.of("the header is longer than 16 KiB"))
        : new Scanner(joined).scan();
  }

  /** Reads one value. */
  public static WwwAuthenticate parse(String value) {
    return parse(List.of(value));
  }

  /** The first challenge of this scheme, in any case. */
  public Optional<Challenge> challenge(String scheme) {
    return challenges.stream().filter(challenge -> challenge.isOf(scheme)).findFirst();
  }

  /** What the server says about server-to-server tokens, where it says anything. */
  public Optional<BearerChallenge> bearer() {
    return challenge("Bearer").map(BearerChallenge::of);
  }

  /** The schemes, as they were sent. */
  public List<String> schemes() {
    return challenges.stream().map(Challenge::scheme).toList();
  }

  /** Goes over the text once, from left to right. */
  private static final class Scanner {
    private final String text;
    private final List<Challenge> challenges = new ArrayList<>();
    private final Set<String> problems = new LinkedHashSet<>();
    private int at;
    private int parameterCount;
    private @Nullable String scheme;
    private @Nullable String token;
    private Map<String, String> parameters = new LinkedHashMap<>();

    Scanner(String text) {
      this.text = text;
    }

    WwwAuthenticate scan() {
      while (skipSeparators()) {
        String word = word(Scanner::isTokenCharacter);
        if (word.isEmpty()) {
          problems.add("there is a character that belongs to no challenge");
          at++;
        } else if (skipsTo('=')) {
          parameter(word, value());
        } else {
          begin(word);
        }
        if (challenges.size() >= MAX_CHALLENGES || parameterCount > MAX_PARAMETERS) {
          problems.add("there are more challenges or parameters than any server sends");
          break;
        }
      }
      finish();
      return new WwwAuthenticate(challenges, List.copyOf(problems));
    }

    private void begin(String newScheme) {
      finish();
      scheme = newScheme;
      token = token68();
    }

    private void finish() {
      if (scheme != null && challenges.size() < MAX_CHALLENGES) {
        challenges.add(new Challenge(scheme, token, parameters));
      }
      scheme = null;
      token = null;
      parameters = new LinkedHashMap<>();
    }

    private void parameter(String name, String value) {
      parameterCount++;
      if (parameterCount > MAX_PARAMETERS) {
        return;
      }
      if (scheme == null) {
        problems.add("the parameter %s stands before any scheme".formatted(shortened(name)));
      } else if (parameters.putIfAbsent(name.toLowerCase(Locale.ROOT), value) != null) {
        problems.add("the parameter %s is repeated; the first counts".formatted(shortened(name)));
      }
    }

    private String value() {
      skipBlanks();
      if (at < text.length() && text.charAt(at) == '"') {
        at++;
        return quoted();
      }
      String value = word(character -> !isBlank(character) && character != ',');
      if (value.isEmpty()) {
        problems.add("a parameter has no value");
      }
      return value;
    }

    private String quoted() {
      var value = new StringBuilder();
      while (at < text.length()) {
        char character = text.charAt(at++);
        if (character == '"') {
          return value.toString();
        }
        if (character == '\\' && at < text.length()) {
          character = text.charAt(at++);
        }
        value.append(character);
      }
      problems.add("a quoted value doesn't end");
      return value.toString();
    }

    /** The blob right behind a scheme; nothing is consumed where there is none. */
    private @Nullable String token68() {
      int start = at;
      skipBlanks();
      if (at > start) {
        String blob = word(Scanner::isToken68Character) + word(character -> character == '=');
        skipBlanks();
        if (!blob.isEmpty() && (at == text.length() || text.charAt(at) == ',')) {
          return blob;
        }
      }
      at = start;
      return null;
    }

    private boolean skipSeparators() {
      while (at < text.length() && (isBlank(text.charAt(at)) || text.charAt(at) == ',')) {
        at++;
      }
      return at < text.length();
    }

    private void skipBlanks() {
      while (at < text.length() && isBlank(text.charAt(at))) {
        at++;
      }
    }

    /** Skips blanks and this sign; consumes nothing where another sign follows. */
    private boolean skipsTo(char sign) {
      int start = at;
      skipBlanks();
      if (at < text.length() && text.charAt(at) == sign) {
        at++;
        return true;
      }
      at = start;
      return false;
    }

    private String word(CharacterClass characters) {
      int start = at;
      while (at < text.length() && characters.has(text.charAt(at))) {
        at++;
      }
      return text.substring(start, at);
    }

    private static String shortened(String name) {
      return name.length() > 32 ? name.substring(0, 32) + "…" : name;
    }

    private static boolean isBlank(char character) {
      return character == ' ' || character == '\t' || character == '\r' || character == '\n';
    }

    private static boolean isAlphanumeric(char character) {
      return (character >= 'a' && character <= 'z')
          || (character >= 'A' && character <= 'Z')
          || (character >= '0' && character <= '9');
    }

    private static boolean isTokenCharacter(char character) {
      return isAlphanumeric(character) || "!#$%&'*+-.^_`|~".indexOf(character) >= 0;
    }

    private static boolean isToken68Character(char character) {
      return isAlphanumeric(character) || "-._~+/".indexOf(character) >= 0;
    }
  }

  /** Which characters belong to a word. */
  @FunctionalInterface
  private interface CharacterClass {
    boolean has(char character);
  }
}
