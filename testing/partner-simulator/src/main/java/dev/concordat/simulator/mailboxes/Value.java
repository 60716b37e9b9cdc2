package dev.concordat.simulator.mailboxes;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * What a property holds: a text, or named parts that are values themselves, as recipients have.
 *
 * @param text its text; empty where it has parts
 * @param attributes what qualifies it, for example a body's type
 * @param parts what it consists of, in order
 */
public record Value(String text, Map<String, String> attributes, List<Part> parts) {

  /** What most bodies have, once for all of them. */
  private static final Map<Map<String, String>, Map<String, String>> BODY_TYPES =
      Map.of(
          Map.of(), Map.of(),
          Map.of("BodyType", "Text"), Map.of("BodyType", "Text"),
          Map.of("BodyType", "HTML"), Map.of("BodyType", "HTML"));

  private static final int MOST_COMMON = 256;
  private static final Map<String, Value> COMMON = new ConcurrentHashMap<>();
  private static final Value TRUE = new Value("true", Map.of(), List.of());
  private static final Value FALSE = new Value("false", Map.of(), List.of());

  /** A named part. */
  public record Part(String name, Value value) {}

  public Value {
    attributes = BODY_TYPES.getOrDefault(attributes, Map.copyOf(attributes));
    parts = List.copyOf(parts);
  }

  /** A text. */
  public static Value of(String text) {
    return switch (text) {
      case "true" -> TRUE;
      case "false" -> FALSE;
      default -> new Value(text, Map.of(), List.of());
    };
  }

  /** A text that many items have, such as their class: they share it. */
  public static Value common(String text) {
    return COMMON.size() >= MOST_COMMON
        ? COMMON.getOrDefault(text, of(text))
        : COMMON.computeIfAbsent(text, Value::of);
  }

  /** A text with one attribute. */
  public static Value of(String text, String attribute, String qualifier) {
    return new Value(text, Map.of(attribute, qualifier), List.of());
  }

  /** Parts alone. */
  public static Value of(Part... parts) {
    return new Value("", Map.of(), List.of(parts));
  }

  /** Its parts of a name. */
  public Stream<Value> all(String name) {
    return parts.stream().filter(it -> it.name().equals(name)).map(Part::value);
  }

  /** Its first part of a name. */
  public Optional<Value> part(String name) {
    return all(name).findFirst();
  }

  /** An attribute; empty where it has none of this name. */
  public String attribute(String name) {
    return attributes.getOrDefault(name, "");
  }

  /** Bytes that it takes, roughly. */
  int size() {
    int size = text.length();
    for (Part part : parts) {
      size += part.value().size() + 16;
    }
    return size;
  }
}
