package dev.concordat.simulator.ews;

import dev.concordat.simulator.Xml;
import dev.concordat.simulator.mailboxes.Item;
import dev.concordat.simulator.mailboxes.Item.ExtendedProperty;
import dev.concordat.simulator.mailboxes.ItemType;
import dev.concordat.simulator.mailboxes.Value;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.xml.stream.XMLStreamException;
import org.w3c.dom.Element;

/**
 * Which properties of items an answer carries. Extended properties are only told where they are
 * asked for, also under {@code AllProperties}; FindItem tells none that is costly to read.
 */
final class ItemShape {

  private static final Set<String> DEFAULT =
      Set.of(
          "ItemId",
          "Subject",
          "Sensitivity",
          "Body",
          "Attachments",
          "Size",
          "DateTimeSent",
          "DateTimeCreated",
          "HasAttachments",
          "From",
          "ToRecipients",
          "CcRecipients",
          "BccRecipients",
          "IsReadReceiptRequested",
          "IsDeliveryReceiptRequested",
          "IsRead",
          "Importance",
          "Start",
          "End",
          "Location",
          "Organizer",
          "LegacyFreeBusyStatus",
          "CalendarItemType",
          "RequiredAttendees",
          "OptionalAttendees",
          "IsRecurring",
          "DueDate",
          "Status",
          "PercentComplete",
          "StartDate",
          "FileAs",
          "DisplayName",
          "CompanyName",
          "EmailAddresses",
          "PhoneNumbers",
          "ImAddresses",
          "JobTitle");

  /** Only told where they are asked for by name. */
  private static final Set<String> ON_DEMAND =
      Set.of(
          "MimeContent",
          "UniqueBody",
          "NormalizedBody",
          "TextBody",
          "StoreEntryId",
          "InstanceKey",
          "Preview",
          "SearchKey");

  private static final Set<String> NEVER_FOUND =
      Set.of(
          "Body",
          "MimeContent",
          "Attachments",
          "UniqueBody",
          "NormalizedBody",
          "TextBody",
          "ToRecipients",
          "CcRecipients",
          "BccRecipients",
          "ReplyTo",
          "InternetMessageHeaders",
          "RequiredAttendees",
          "OptionalAttendees",
          "Resources",
          "Members",
          "Recurrence");

  private static final Map<String, SchemaVersion> SINCE =
      Map.ofEntries(
          Map.entry("EffectiveRights", SchemaVersion.EXCHANGE2007_SP1),
          Map.entry("LastModifiedName", SchemaVersion.EXCHANGE2007_SP1),
          Map.entry("LastModifiedTime", SchemaVersion.EXCHANGE2007_SP1),
          Map.entry("IsAssociated", SchemaVersion.EXCHANGE2010),
          Map.entry("ConversationId", SchemaVersion.EXCHANGE2010),
          Map.entry("UniqueBody", SchemaVersion.EXCHANGE2010),
          Map.entry("Flag", SchemaVersion.EXCHANGE2013),
          Map.entry("StoreEntryId", SchemaVersion.EXCHANGE2010_SP2),
          Map.entry("InstanceKey", SchemaVersion.EXCHANGE2013),
          Map.entry("NormalizedBody", SchemaVersion.EXCHANGE2013),
          Map.entry("Preview", SchemaVersion.EXCHANGE2013),
          Map.entry("TextBody", SchemaVersion.EXCHANGE2013));

  private final String base;
  private final String bodyType;
  private final Set<String> names = new HashSet<>();
  private final Map<String, Set<String>> entries = new HashMap<>();
  private final List<ExtendedProperty> extended = new ArrayList<>();
  private final boolean found;
  private final SchemaVersion version;
  private final ItemProperties properties;
  private final Map<ItemType, List<String>> told = new EnumMap<>(ItemType.class);

  private ItemShape(Element shape, Call call, boolean found) throws EwsFault {
    this.found = found;
    version = call.version();
    properties = new ItemProperties(call.mailbox());
    base = base(shape);
    bodyType = Xml.text(shape, "BodyType").orElse("Best");
    if (Xml.text(shape, "IncludeMimeContent").map(Call::isTrue).orElse(false)) {
      names.add("MimeContent");
    }
    Optional<Element> more = Xml.child(shape, "AdditionalProperties");
    if (more.isPresent()) {
      for (Element path : Xml.children(more.get())) {
        switch (PropertyPath.of(path)) {
          case PropertyPath.Field field -> names.add(field.name());
          case PropertyPath.Entry entry ->
              entries.computeIfAbsent(entry.name(), _ -> new HashSet<>()).add(entry.key());
          case PropertyPath.Extended(var property) -> extended.add(property);
        }
      }
    }
  }

  /** The properties that a shape begins with. */
  static String base(Element shape) throws EwsFault {
    Element given = Call.required(shape, "BaseShape");
    String base = given.getTextContent().strip();
    if (!List.of("IdOnly", "Default", "AllProperties", "PcxPeopleSearch").contains(base)) {
      throw EwsFault.schema(
          given,
          "The 'BaseShape' element is invalid - The value '%s' is invalid according to its datatype - The Enumeration constraint failed."
              .formatted(Call.shortened(base)));
    }
    return base;
  }

  /** The shape that a call asks for. */
  static ItemShape of(Call call) throws EwsFault {
    return new ItemShape(call.required("ItemShape"), call, false);
  }

  /** The same for an operation that finds items, and reads less of them. */
  static ItemShape ofFound(Call call) throws EwsFault {
    return new ItemShape(call.required("ItemShape"), call, true);
  }

  void write(Xml.Writer out, Item item) throws XMLStreamException {
    ItemType type = item.content().type();
    List<String> order = told.computeIfAbsent(type, this::told);
    out.element(
        "t:" + type.element(),
        it -> {
          for (String name : order) {
            write(it, item, name);
          }
        });
  }

  private void write(Xml.Writer it, Item item, String name) throws XMLStreamException {
    if (name.equals("ExtendedProperty")) {
      for (ExtendedProperty property : extended) {
        Optional<Value> value = properties.extended(item, property);
        if (value.isPresent()) {
          Values.write(it, property, value.get());
        }
      }
      return;
    }
    Optional<Value> value = properties.of(item, name);
    if (value.isPresent()) {
      Values.write(it, name, asAsked(name, value.get()));
    }
  }

  private Value asAsked(String name, Value value) {
    Set<String> keys = entries.get(name);
    if (keys != null && !wants(name)) {
      return Value.of(
          value.parts().stream()
              .filter(it -> keys.contains(it.value().attribute("Key")))
              .toArray(Value.Part[]::new));
    }
    return name.equals("Body") || name.equals("UniqueBody") || name.equals("NormalizedBody")
        ? Bodies.as(value, bodyType)
        : value;
  }

  private List<String> told(ItemType type) {
    return PropertyOrder.of(type).stream()
        .filter(
            it ->
                it.equals("ItemId")
                    || (it.equals("ExtendedProperty") && !extended.isEmpty())
                    || (!it.equals("ExtendedProperty") && (wants(it) || entries.containsKey(it))))
        .filter(it -> !found || !NEVER_FOUND.contains(it))
        .filter(it -> version.isAtLeast(SINCE.getOrDefault(it, SchemaVersion.EXCHANGE2007)))
        .toList();
  }

  private boolean wants(String name) {
    return names.contains(name)
        || (base.equals("AllProperties") && !ON_DEMAND.contains(name))
        || (base.equals("Default") && DEFAULT.contains(name));
  }
}
