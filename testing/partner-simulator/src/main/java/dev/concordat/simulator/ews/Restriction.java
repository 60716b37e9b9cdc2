package dev.concordat.simulator.ews;

import dev.concordat.simulator.Xml;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import org.w3c.dom.Element;

/**
 * The conditions of FindItem and FindFolder (types.xsd {@code SearchExpressionType}). Times compare
 * as times, numbers as numbers, texts without regard to case, as the store does (assumed).
 *
 * @param text the condition in one spelling: equal texts are equal conditions
 * @param holding what it asks
 */
record Restriction<T>(String text, Predicate<T> holding) {

  /** Deeper conditions are refused: nobody writes them, and they cost. */
  private static final int MOST_CONDITIONS = 255;

  /**
   * The condition of a call; one that always holds where there is none.
   *
   * @param value what a path leads to
   */
  static <T> Restriction<T> of(Call call, BiFunction<T, PropertyPath, Optional<String>> value)
      throws EwsFault {
    Optional<Element> given = call.child("Restriction");
    if (given.isEmpty()) {
      return new Restriction<>("", _ -> true);
    }
    var reading = new Reading<>(value);
    Predicate<T> holding = reading.expression(first(given.get()));
    return new Restriction<>(reading.text.toString(), holding);
  }

  /** A condition being read. */
  private static final class Reading<T> {
    private final BiFunction<T, PropertyPath, Optional<String>> value;
    private final StringBuilder text = new StringBuilder();
    private int conditions;

    Reading(BiFunction<T, PropertyPath, Optional<String>> value) {
      this.value = value;
    }

    Predicate<T> expression(Element expression) throws EwsFault {
      if (++conditions > MOST_CONDITIONS) {
        throw new EwsFault(
            "ErrorRestrictionTooComplex",
            "The restriction or sort order is too complex for this operation.");
      }
      String operator = expression.getLocalName();
      text.append(operator).append('(');
      Predicate<T> holding =
          switch (operator) {
            case "And" -> all(expression);
            case "Or" -> any(expression);
            case "Not" -> expression(first(expression)).negate();
            case "Exists" -> exists(expression);
            case "Contains" -> contains(expression);
            case "Excludes" -> excludes(expression);
            case "IsEqualTo",
                "IsNotEqualTo",
                "IsGreaterThan",
                "IsGreaterThanOrEqualTo",
                "IsLessThan",
                "IsLessThanOrEqualTo" ->
                comparison(expression);
            default -> throw invalid(expression);
          };
      text.append(')');
      return holding;
    }

    private Predicate<T> all(Element expression) throws EwsFault {
      Predicate<T> whole = _ -> true;
      for (Element part : Xml.children(expression)) {
        whole = whole.and(expression(part));
      }
      return whole;
    }

    private Predicate<T> any(Element expression) throws EwsFault {
      Predicate<T> whole = _ -> false;
      for (Element part : Xml.children(expression)) {
        whole = whole.or(expression(part));
      }
      return whole;
    }

    private Predicate<T> exists(Element expression) throws EwsFault {
      Function<T, Optional<String>> property = property(first(expression));
      return it -> property.apply(it).isPresent();
    }

    private Predicate<T> contains(Element expression) throws EwsFault {
      Function<T, Optional<String>> property = property(first(expression));
      Element constant = Call.required(expression, "Constant");
      String mode = expression.getAttribute("ContainmentMode");
      boolean exact =
          List.of("", "Exact").contains(expression.getAttribute("ContainmentComparison"));
      String part = exact ? constant.getAttribute("Value") : folded(constant.getAttribute("Value"));
      text.append(mode).append(exact).append(quoted(part));
      return it ->
          property
              .apply(it)
              .map(found -> exact ? found : folded(found))
              .filter(
                  found ->
                      switch (mode) {
                        case "FullString" -> found.equals(part);
                        case "Prefixed", "PrefixOnWords" -> found.startsWith(part);
                        case "ExactPhrase" -> found.contains(part);
                        default -> found.contains(part);
                      })
              .isPresent();
    }

    private Predicate<T> excludes(Element expression) throws EwsFault {
      Function<T, Optional<String>> property = property(first(expression));
      String mask = Call.required(expression, "Bitmask").getAttribute("Value");
      text.append(mask);
      try {
        long bits = Long.decode(mask);
        return it ->
            property
                .apply(it)
                .flatMap(Restriction::number)
                .filter(n -> (n.longValue() & bits) == 0)
                .isPresent();
      } catch (NumberFormatException e) {
        throw invalid(expression);
      }
    }

    private Predicate<T> comparison(Element expression) throws EwsFault {
      Function<T, Optional<String>> property = property(first(expression));
      Element other = first(Call.required(expression, "FieldURIOrConstant"));
      String operator = expression.getLocalName();
      Function<T, Optional<String>> with;
      if (other.getLocalName().equals("Constant")) {
        String constant = other.getAttribute("Value");
        text.append(quoted(constant));
        Optional<String> same = Optional.of(constant);
        with = _ -> same;
      } else {
        with = property(other);
      }
      boolean unequal = operator.equals("IsNotEqualTo");
      return it -> {
        Optional<String> left = property.apply(it);
        Optional<String> right = with.apply(it);
        return (left.isEmpty() || right.isEmpty())
            ? unequal
            : holds(operator, compare(left.get(), right.get()));
      };
    }

    private Function<T, Optional<String>> property(Element path) throws EwsFault {
      PropertyPath property = PropertyPath.of(path);
      text.append(property).append(' ');
      return it -> value.apply(it, property);
    }
  }

  private static boolean holds(String operator, int comparison) {
    return switch (operator) {
      case "IsEqualTo" -> comparison == 0;
      case "IsNotEqualTo" -> comparison != 0;
      case "IsGreaterThan" -> comparison > 0;
      case "IsGreaterThanOrEqualTo" -> comparison >= 0;
      case "IsLessThan" -> comparison < 0;
      default -> comparison <= 0;
    };
  }

  /** Compares two values by what both of them are. */
  static int compare(String left, String right) {
    if (!left.isEmpty() && !right.isEmpty() && isDigitOrSign(left) && isDigitOrSign(right)) {
      Optional<Instant> time = Values.instant(left);
      Optional<Instant> otherTime = Values.instant(right);
      if (time.isPresent() && otherTime.isPresent()) {
        return time.get().compareTo(otherTime.get());
      }
      Optional<Double> number = number(left);
      Optional<Double> otherNumber = number(right);
      if (number.isPresent() && otherNumber.isPresent()) {
        return number.get().compareTo(otherNumber.get());
      }
    }
    return spelled(left).compareToIgnoreCase(spelled(right));
  }

  private static boolean isDigitOrSign(String text) {
    char first = text.charAt(0);
    return first == '-' || Character.isDigit(first);
  }

  private static String spelled(String text) {
    return switch (text) {
      case "1" -> "true";
      case "0" -> "false";
      default -> text;
    };
  }

  private static Optional<Double> number(String text) {
    try {
      return Optional.of(Double.valueOf(text));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static String folded(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  private static String quoted(String text) {
    return text.length() + "'" + text + "'";
  }

  private static Element first(Element parent) throws EwsFault {
    List<Element> children = Xml.children(parent);
    if (children.isEmpty()) {
      throw invalid(parent);
    }
    return children.getFirst();
  }

  private static EwsFault invalid(Element what) {
    return EwsFault.schema(
        what,
        "The element '%s' in namespace '%s' has invalid content."
            .formatted(Call.shortened(what.getLocalName()), what.getNamespaceURI()));
  }
}
