package dev.concordat.registry.http;

import dev.concordat.contracts.Problem;
import dev.concordat.registry.PartnerFilter;
import dev.concordat.registry.declarations.MalformedDeclaration;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Query parameters, each with an error that says what is allowed. */
final class Parameters {

  private Parameters() {}

  static <E extends Enum<E>> @Nullable E oneOf(String name, Class<E> type, @Nullable String value)
      throws MalformedDeclaration {
    if (value == null) {
      return null;
    }
    return PartnerFilter.named(type, value)
        .orElseThrow(
            () ->
                malformed(
                    name,
                    Arrays.stream(type.getEnumConstants())
                        .map(it -> it.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                        .collect(Collectors.joining(", "))));
  }

  /** A flag that is absent, true or false: a typing mistake is no false. */
  static @Nullable Boolean flag(String name, @Nullable String value) throws MalformedDeclaration {
    return switch (value) {
      case null -> null;
      case "true" -> true;
      case "false" -> false;
      default -> throw malformed(name, "true or false");
    };
  }

  static boolean is(String name, @Nullable String value) throws MalformedDeclaration {
    return Boolean.TRUE.equals(flag(name, value));
  }

  static int number(String name, String value, int least, int most) throws MalformedDeclaration {
    try {
      int number = Integer.parseInt(value);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw malformed(name, least + " to " + most);
    }
    throw malformed(name, least + " to " + most);
  }

  /** The name that a page ended with. */
  static @Nullable String cursor(String name, @Nullable String value) throws MalformedDeclaration {
    try {
      return value == null
          ? null
          : new String(Base64.getUrlDecoder().decode(value), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw malformed(name, "the value of next on the page before");
    }
  }

  /** What leads to the page behind a name, whatever is registered or removed meanwhile. */
  static String cursorBehind(String name) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(name.getBytes(StandardCharsets.UTF_8));
  }

  private static MalformedDeclaration malformed(String name, String allowed) {
    return new MalformedDeclaration(
        Problem.of(
                "parameter-malformed",
                "A parameter does not hold",
                400,
                "%s must be %s.".formatted(name, allowed))
            .with("field", name)
            .with("rule", allowed));
  }
}
