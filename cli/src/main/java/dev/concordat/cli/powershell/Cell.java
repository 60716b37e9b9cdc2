package dev.concordat.cli.powershell;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The text of a member, whichever form {@code ConvertTo-Json} gave it (setup.md 3.5): a text, a
 * number, an object with a value or a name, what is left of an object below the depth that was
 * asked for.
 */
sealed interface Cell {

  /** Nothing there, or blank. */
  record Absent() implements Cell {}

  /** A text that isn't blank. */
  record Text(String text) implements Cell {}

  /** Cut off at the depth that was asked for; only the name of its type is left. */
  record Cut(String left) implements Cell {}

  /** The name of a .NET type stands where its value should. A name has capitals and dots. */
  Pattern TYPE_NAME =
      Pattern.compile(
          "(?:Deserialized\\.)?(?:System\\.[A-Z][\\w`]*|Microsoft\\.[A-Z]\\w*\\.[A-Z][\\w`]*)(?:[.+][\\w`]+)*(?:\\[.*])?");

  /** In which members an object keeps its text, the best first. */
  List<String> TEXT_MEMBERS =
      List.of("value", "originalstring", "absoluteuri", "name", "distinguishedname", "key");

  int DEEPEST = 4;

  default Optional<String> value() {
    return this instanceof Text(String text) ? Optional.of(text) : Optional.empty();
  }

  /** The first of these members that says something. */
  static Cell of(ObjectNode members, String... names) {
    Cell cut = new Absent();
    for (String name : names) {
      switch (of(members.get(name))) {
        case Text text -> {
          return text;
        }
        case Cut seen -> cut = seen;
        case Absent _ -> {}
      }
    }
    return cut;
  }

  static Cell of(@Nullable JsonNode node) {
    return of(node, DEEPEST);
  }

  private static Cell of(@Nullable JsonNode node, int deepest) {
    if (node == null || node.isNull() || node.isBinary() || deepest == 0) {
      return new Absent();
    }
    if (node.isArray()) {
      return node.size() == 1 ? of(node.get(0), deepest - 1) : new Absent();
    }
    if (node instanceof ObjectNode object) {
      for (String name : TEXT_MEMBERS) {
        Cell found = of(object.get(name), deepest - 1);
        if (!(found instanceof Absent)) {
          return name.equals("distinguishedname") && found instanceof Text(String dn)
              ? new Text(firstOf(dn))
              : found;
        }
      }
      return new Absent();
    }
    String text = node.asText().strip();
    if (text.isEmpty()) {
      return new Absent();
    }
    if (text.startsWith("@{")) {
      Optional<ObjectNode> table = table(text);
      return table.isPresent() ? of(table.get(), deepest - 1) : new Cut(text);
    }
    return TYPE_NAME.matcher(text).matches() ? new Cut(text) : new Text(text);
  }

  /** {@code CN=x,CN=Users,…} is x. */
  private static String firstOf(String distinguishedName) {
    String first = distinguishedName.split("(?<!\\\\),", 2)[0];
    return first.substring(first.indexOf('=') + 1).strip();
  }

  /** The object that {@code @{k=v; …}} was; empty where its end is missing. */
  static Optional<ObjectNode> table(String text) {
    if (!text.startsWith("@{") || !text.endsWith("}")) {
      return Optional.empty();
    }
    ObjectNode table = JsonNodeFactory.instance.objectNode();
    String body = text.substring(2, text.length() - 1);
    int depth = 0;
    int from = 0;
    for (int i = 0; i <= body.length(); i++) {
      char next = i < body.length() ? body.charAt(i) : ';';
      if (next == '{') {
        depth++;
      } else if (next == '}') {
        depth--;
      } else if (next == ';' && (depth == 0 || i == body.length())) {
        String entry = body.substring(from, i);
        int equals = entry.indexOf('=');
        if (equals > 0) {
          table.put(
              entry.substring(0, equals).strip().toLowerCase(Locale.ROOT),
              entry.substring(equals + 1).strip());
        }
        from = i + 1;
      }
    }
    return depth == 0 ? Optional.of(table) : Optional.empty();
  }

  /** Yes or no: {@code true}, {@code "True"}, {@code 1}. */
  static Optional<Boolean> flag(@Nullable JsonNode node) {
    return of(node)
        .value()
        .flatMap(
            it ->
                switch (it.toLowerCase(Locale.ROOT)) {
                  case "true", "1" -> Optional.of(true);
                  case "false", "0" -> Optional.of(false);
                  default -> Optional.empty();
                });
  }

  /** Whether a list, or a text in its place, has anything in it; a cut one had. */
  static boolean hasAny(@Nullable JsonNode node) {
    return node != null && ((node.isArray() && !node.isEmpty()) || !(of(node) instanceof Absent));
  }
}
