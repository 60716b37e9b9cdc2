package dev.concordat.simulator.ews;

import dev.concordat.simulator.mailboxes.Item.ExtendedProperty;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.w3c.dom.Element;

/** What a request names a property by (types.xsd {@code BasePathToElementType}). */
sealed interface PropertyPath {

  /**
   * A property of the schema.
   *
   * @param uri for example {@code item:Subject}
   */
  record Field(String uri) implements PropertyPath {
    /** The property's element. */
    String name() {
      return uri.substring(uri.indexOf(':') + 1);
    }
  }

  /**
   * One entry of a property that is a dictionary.
   *
   * @param name the property's element, for example {@code EmailAddresses}
   * @param part the part of the entry; empty for all of it
   * @param key which entry
   */
  record Entry(String name, String part, String key) implements PropertyPath {}

  /** A property of the store, or of anybody's own. */
  record Extended(ExtendedProperty property) implements PropertyPath {}

  /** The prefixes that field URIs have. */
  Set<String> PREFIXES =
      Set.of(
          "folder",
          "item",
          "message",
          "meeting",
          "meetingRequest",
          "calendar",
          "task",
          "contacts",
          "distributionlist",
          "postitem",
          "conversation",
          "persona",
          "person",
          "sharingMessage");

  /** The dictionaries, by what indexed field URIs call them. */
  Map<String, String> DICTIONARIES =
      Map.of(
          "contacts:EmailAddress", "EmailAddresses",
          "contacts:ImAddress", "ImAddresses",
          "contacts:PhoneNumber", "PhoneNumbers",
          "contacts:PhysicalAddress", "PhysicalAddresses",
          "item:InternetMessageHeader", "InternetMessageHeaders",
          "distributionlist:Members", "Members");

  /** Reads one. */
  static PropertyPath of(Element path) throws EwsFault {
    return switch (path.getLocalName()) {
      case "FieldURI" -> field(path);
      case "IndexedFieldURI" -> entry(path);
      case "ExtendedFieldURI" -> new Extended(extended(path));
      default ->
          throw EwsFault.schema(
              path,
              "The element '%s' in namespace '%s' is no path to a property."
                  .formatted(Call.shortened(path.getLocalName()), path.getNamespaceURI()));
    };
  }

  private static Field field(Element path) throws EwsFault {
    String uri = path.getAttribute("FieldURI");
    int colon = uri.indexOf(':');
    if (colon < 0 || !PREFIXES.contains(uri.substring(0, colon))) {
      throw invalid(path, "FieldURI", uri);
    }
    return new Field(uri);
  }

  private static Entry entry(Element path) throws EwsFault {
    String uri = path.getAttribute("FieldURI");
    for (var dictionary : DICTIONARIES.entrySet()) {
      if (uri.equals(dictionary.getKey()) || uri.startsWith(dictionary.getKey() + ":")) {
        String rest = uri.substring(dictionary.getKey().length());
        return new Entry(
            dictionary.getValue(),
            rest.isEmpty() ? "" : rest.substring(1),
            path.getAttribute("FieldIndex"));
      }
    }
    throw invalid(path, "FieldURI", uri);
  }

  private static EwsFault invalid(Element path, String attribute, String value) {
    return EwsFault.schema(
        path,
        "The '%s' attribute is invalid - The value '%s' is invalid according to its datatype - The Enumeration constraint failed."
            .formatted(attribute, Call.shortened(value)));
  }

  /** The name of an extended property, in one spelling. */
  static ExtendedProperty extended(Element uri) throws EwsFault {
    String type = uri.getAttribute("PropertyType");
    if (type.isEmpty()) {
      throw EwsFault.schema(uri, "The required attribute 'PropertyType' is missing.");
    }
    if (uri.hasAttribute("PropertyTag")) {
      return new ExtendedProperty("", tag(uri), type);
    }
    String set =
        uri.hasAttribute("DistinguishedPropertySetId")
            ? uri.getAttribute("DistinguishedPropertySetId")
            : uri.getAttribute("PropertySetId").toLowerCase(Locale.ROOT);
    String name =
        uri.hasAttribute("PropertyName")
            ? uri.getAttribute("PropertyName")
            : "#" + uri.getAttribute("PropertyId");
    return new ExtendedProperty(set, name, type);
  }

  private static String tag(Element uri) throws EwsFault {
    String tag = uri.getAttribute("PropertyTag");
    try {
      return "0x" + Integer.toHexString(Integer.decode(tag) & 0xffff);
    } catch (NumberFormatException e) {
      throw EwsFault.schema(
          uri,
          "The 'PropertyTag' attribute is invalid - The value '%s' is invalid according to its datatype."
              .formatted(Call.shortened(tag)));
    }
  }
}
