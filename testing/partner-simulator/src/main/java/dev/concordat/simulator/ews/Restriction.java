package dev.concordat.simulator.ews;

import dev.concordat.simulator.Xml;
import dev.concordat.simulator.mailboxes.Folder;
import dev.concordat.simulator.mailboxes.Item;
import dev.concordat.simulator.mailboxes.Item.ExtendedProperty;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.w3c.dom.Element;

/** The conditions of FindItem and FindFolder (types.xsd {@code SearchExpressionType}). */
final class Restriction {

  private Restriction() {}

  static Predicate<Item> ofItems(Element restriction) throws EwsFault {
    return expression(first(restriction), Restriction::valueOfItem);
  }

  static Predicate<Folder> ofFolders(Element restriction) throws EwsFault {
    return expression(first(restriction), Restriction::valueOfFolder);
  }

  @SuppressWarnings("RefactorSwitch") // a loop in one of its arms
  private static <T> Predicate<T> expression(
      Element expression, Function<Element, Function<T, Optional<String>>> property)
      throws EwsFault {
    switch (expression.getLocalName()) {
      case "And", "Or" -> {
        boolean all = expression.getLocalName().equals("And");
        Predicate<T> whole = _ -> all;
        for (Element part : Xml.children(expression)) {
          Predicate<T> one = expression(part, property);
          whole = all ? whole.and(one) : whole.or(one);
        }
        return whole;
      }
      case "Not" -> {
        return expression(first(expression), property).negate();
      }
      case "Exists" -> {
        var value = property.apply(first(expression));
        return it -> value.apply(it).isPresent();
      }
      case "Contains" -> {
        var value = property.apply(first(expression));
        String part =
            Xml.child(expression, "Constant").map(it -> it.getAttribute("Value")).orElse("");
        return it -> value.apply(it).filter(text -> text.contains(part)).isPresent();
      }
      case "IsEqualTo",
          "IsNotEqualTo",
          "IsGreaterThan",
          "IsGreaterThanOrEqualTo",
          "IsLessThan",
          "IsLessThanOrEqualTo" -> {
        var value = property.apply(first(expression));
        String constant =
            Xml.at(expression, "FieldURIOrConstant", "Constant")
                .map(it -> it.getAttribute("Value"))
                .orElseThrow(() -> invalid(expression.getLocalName()));
        return it ->
            value
                .apply(it)
                .map(text -> holds(expression.getLocalName(), text.compareTo(constant)))
                .orElse(expression.getLocalName().equals("IsNotEqualTo"));
      }
      default -> throw invalid(expression.getLocalName());
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

  private static Function<Item, Optional<String>> valueOfItem(Element property) {
    if (property.getLocalName().equals("ExtendedFieldURI")) {
      ExtendedProperty wanted = extended(property);
      return item -> Optional.ofNullable(item.extended().get(wanted));
    }
    String field = property.getAttribute("FieldURI");
    return item ->
        Optional.ofNullable(
            switch (field) {
              case "item:Subject" -> item.subject();
              case "item:ItemClass" -> item.itemClass();
              case "item:DateTimeCreated", "item:DateTimeReceived" -> item.created().toString();
              case "message:IsRead" -> Boolean.toString(item.isRead());
              default -> null;
            });
  }

  private static Function<Folder, Optional<String>> valueOfFolder(Element property) {
    String field = property.getAttribute("FieldURI");
    return folder ->
        Optional.ofNullable(
            switch (field) {
              case "folder:DisplayName" -> folder.displayName();
              case "folder:FolderClass" -> folder.folderClass();
              default -> null;
            });
  }

  /** The name of an extended property as requests give it. */
  static ExtendedProperty extended(Element uri) {
    String set =
        uri.hasAttribute("DistinguishedPropertySetId")
            ? uri.getAttribute("DistinguishedPropertySetId")
            : uri.getAttribute("PropertySetId");
    String name =
        uri.hasAttribute("PropertyName")
            ? uri.getAttribute("PropertyName")
            : uri.hasAttribute("PropertyTag")
                ? uri.getAttribute("PropertyTag")
                : uri.getAttribute("PropertyId");
    return new ExtendedProperty(set, name, uri.getAttribute("PropertyType"));
  }

  private static Element first(Element parent) throws EwsFault {
    List<Element> children = Xml.children(parent);
    if (children.isEmpty()) {
      throw invalid(parent.getLocalName());
    }
    return children.getFirst();
  }

  private static EwsFault invalid(String what) {
    return new EwsFault(
        "ErrorSchemaValidation",
        "The request failed schema validation: The element '" + what + "' has invalid content.");
  }
}
