package dev.concordat.simulator.ews;

import dev.concordat.simulator.Xml;
import dev.concordat.simulator.mailboxes.Item.ExtendedProperty;
import dev.concordat.simulator.mailboxes.Value;
import dev.concordat.simulator.mailboxes.Value.Part;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLStreamException;
import org.w3c.dom.Attr;
import org.w3c.dom.Element;

/**
 * Values of properties between requests, the store and answers. Dates and truth values leave in one
 * spelling, whatever they came in: clients read no other (ews.md, "Know first").
 */
final class Values {

  private Values() {}

  /** Reads what an element holds. */
  static Value read(Element element) {
    Map<String, String> attributes = new HashMap<>();
    for (int i = 0; i < element.getAttributes().getLength(); i++) {
      Attr attribute = (Attr) element.getAttributes().item(i);
      if (attribute.getNamespaceURI() == null) {
        attributes.put(attribute.getName(), attribute.getValue());
      }
    }
    List<Element> children = Xml.children(element);
    if (children.isEmpty()) {
      String text = element.getTextContent();
      String name = element.getLocalName();
      String spelled = isTruth(name) ? truth(text.strip()) : isTime(name) ? time(text) : text;
      if (name.equals("ItemClass")) {
        return Value.common(spelled);
      }
      return attributes.isEmpty() ? Value.of(spelled) : new Value(spelled, attributes, List.of());
    }
    List<Part> parts = new ArrayList<>();
    for (Element child : children) {
      parts.add(new Part(child.getLocalName(), read(child)));
    }
    return new Value("", attributes, parts);
  }

  /** Reads the value of an extended property, in the spelling of its type. */
  static Value extended(Element property, String type) {
    var values = Xml.child(property, "Values");
    if (values.isPresent()) {
      return Value.of(
          Xml.children(values.get()).stream()
              .map(it -> new Part("Value", Value.of(spelled(it.getTextContent(), type))))
              .toArray(Part[]::new));
    }
    return Value.of(
        spelled(Xml.child(property, "Value").map(Element::getTextContent).orElse(""), type));
  }

  private static String spelled(String text, String type) {
    return switch (type) {
      case "SystemTime", "SystemTimeArray" -> time(text);
      case "Boolean" -> truth(text.strip());
      default -> text;
    };
  }

  private static boolean isTruth(String name) {
    return name.startsWith("Is")
        || name.startsWith("Has")
        || name.equals("ReminderIsSet")
        || name.equals("AllowNewTimeProposal")
        || name.equals("MeetingRequestWasSent");
  }

  private static boolean isTime(String name) {
    return name.startsWith("DateTime")
        || switch (name) {
          case "Start",
              "End",
              "ReminderDueBy",
              "ReminderNextTime",
              "DueDate",
              "StartDate",
              "CompleteDate",
              "Birthday",
              "WeddingAnniversary",
              "PostedTime",
              "LastResponseTime" ->
              true;
          default -> false;
        };
  }

  private static String truth(String text) {
    return switch (text) {
      case "1" -> "true";
      case "0" -> "false";
      default -> text;
    };
  }

  /** A time in UTC, to the second; what is no time with a clock stays as it came. */
  static String time(String text) {
    return instant(text).map(Values::write).orElse(text);
  }

  /** A time as answers write it. */
  static String write(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /** Reads a time; without a zone it is taken as UTC. */
  static java.util.Optional<Instant> instant(String text) {
    String stripped = text.strip();
    try {
      return java.util.Optional.of(OffsetDateTime.parse(stripped).toInstant());
    } catch (DateTimeException e) {
      try {
        return java.util.Optional.of(LocalDateTime.parse(stripped).toInstant(ZoneOffset.UTC));
      } catch (DateTimeException again) {
        return java.util.Optional.empty();
      }
    }
  }

  /** Writes a value as an element. */
  static void write(Xml.Writer out, String name, Value value) throws XMLStreamException {
    if (value.parts().isEmpty() && value.attributes().isEmpty()) {
      out.text("t:" + name, value.text());
      return;
    }
    out.element(
        "t:" + name,
        it -> {
          attributes(it, value.attributes());
          if (value.parts().isEmpty()) {
            it.characters(value.text());
          }
          for (Part part : value.parts()) {
            write(it, part.name(), part.value());
          }
        });
  }

  /** In one order, and the id before its change key, as the product does. */
  private static void attributes(Xml.Writer out, Map<String, String> attributes)
      throws XMLStreamException {
    String id = attributes.get("Id");
    if (id != null) {
      out.attribute("Id", id);
    }
    for (var one : attributes.entrySet().stream().sorted(Map.Entry.comparingByKey()).toList()) {
      if (!one.getKey().equals("Id")) {
        out.attribute(one.getKey(), one.getValue());
      }
    }
  }

  /** Writes an extended property. */
  static void write(Xml.Writer out, ExtendedProperty property, Value value)
      throws XMLStreamException {
    out.element(
        "t:ExtendedProperty",
        it -> {
          it.element("t:ExtendedFieldURI", uri -> path(uri, property));
          write(it, value.parts().isEmpty() ? "Value" : "Values", value);
        });
  }

  private static void path(Xml.Writer uri, ExtendedProperty property) throws XMLStreamException {
    if (property.set().isEmpty()) {
      uri.attribute("PropertyTag", property.name());
    } else {
      uri.attribute(
          property.set().contains("-") ? "PropertySetId" : "DistinguishedPropertySetId",
          property.set());
      if (property.name().startsWith("#")) {
        uri.attribute("PropertyId", property.name().substring(1));
      } else {
        uri.attribute("PropertyName", property.name());
      }
    }
    uri.attribute("PropertyType", property.type());
  }

  /** An id with its change key. */
  static Value id(String id, String changeKey) {
    return new Value("", Map.of("Id", id, "ChangeKey", changeKey), List.of());
  }
}
