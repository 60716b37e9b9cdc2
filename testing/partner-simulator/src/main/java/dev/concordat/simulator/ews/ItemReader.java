package dev.concordat.simulator.ews;

import dev.concordat.simulator.Xml;
import dev.concordat.simulator.mailboxes.Content;
import dev.concordat.simulator.mailboxes.Content.Attachment;
import dev.concordat.simulator.mailboxes.Item.ExtendedProperty;
import dev.concordat.simulator.mailboxes.ItemType;
import dev.concordat.simulator.mailboxes.Mailbox;
import dev.concordat.simulator.mailboxes.Value;
import dev.concordat.simulator.mailboxes.Value.Part;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.w3c.dom.Element;

/** Reads items that requests give. */
final class ItemReader {

  /** What only the store decides: given all the same, it is refused. */
  private static final Set<String> READ_ONLY =
      Set.of("ItemId", "ParentFolderId", "Size", "HasAttachments", "EffectiveRights");

  private static final Set<String> RECIPIENTS =
      Set.of("ToRecipients", "CcRecipients", "BccRecipients", "ReplyTo", "From", "Sender");

  private ItemReader() {}

  /** A new item of a mailbox. */
  static Content read(Element element, Mailbox owner) throws EwsError, EwsFault {
    ItemType type =
        ItemType.of(element.getLocalName())
            .orElseThrow(
                () ->
                    new EwsError(
                        "ErrorInvalidItemForOperationCreateItem",
                        "The item %s can't be created."
                            .formatted(Call.shortened(element.getLocalName()))));
    Map<String, Value> properties = new HashMap<>();
    Map<ExtendedProperty, Value> extended = new HashMap<>();
    List<Attachment> attachments = new ArrayList<>();
    String mime = null;
    for (Element property : Xml.children(element)) {
      switch (property.getLocalName()) {
        case "MimeContent" -> mime = property.getTextContent().strip();
        case "Attachments" -> {
          for (Element one : Xml.children(property)) {
            attachments.add(Attachments.read(one, attachments.size() + 1));
          }
        }
        case "ExtendedProperty" -> {
          ExtendedProperty name =
              PropertyPath.extended(Call.required(property, "ExtendedFieldURI"));
          extended.put(name, Values.extended(property, name.type()));
        }
        default -> {
          if (READ_ONLY.contains(property.getLocalName())) {
            throw new EwsError("ErrorInvalidPropertySet", "Set action is invalid for property.");
          }
          properties.put(property.getLocalName(), value(property, owner));
        }
      }
    }
    properties.putIfAbsent("ItemClass", Value.of(type.itemClass()));
    Content content = new Content(type, Map.of(), extended, attachments);
    if (mime != null) {
      content = Mime.read(content, mime);
    }
    Map<String, Value> all = new HashMap<>(content.properties());
    all.putAll(properties);
    return flagged(new Content(type, all, content.extended(), content.attachments()));
  }

  /** A property's value, recipients filled up as the directory knows them. */
  static Value value(Element property, Mailbox owner) {
    Value value = Values.read(property);
    if (!RECIPIENTS.contains(property.getLocalName())) {
      return value;
    }
    return Value.of(
        value.parts().stream()
            .map(it -> new Part(it.name(), resolved(it.value(), owner)))
            .toArray(Part[]::new));
  }

  private static Value resolved(Value mailbox, Mailbox owner) {
    String address = mailbox.part("EmailAddress").map(Value::text).orElse("");
    String name =
        mailbox
            .part("Name")
            .map(Value::text)
            .filter(it -> !it.isEmpty())
            .orElse(address.equalsIgnoreCase(owner.address()) ? owner.displayName() : address);
    return Value.of(
        new Part("Name", Value.of(name)),
        new Part("EmailAddress", Value.of(address)),
        new Part("RoutingType", Value.of("SMTP")));
  }

  /** Message flags (0x0E07) say whether a message is read and whether a draft; only when made. */
  private static Content flagged(Content content) {
    if (content.type() != ItemType.MESSAGE) {
      return content;
    }
    String flags =
        content.extended().entrySet().stream()
            .filter(it -> it.getKey().set().isEmpty() && it.getKey().name().equals("0xe07"))
            .map(it -> it.getValue().text())
            .findFirst()
            .orElse("");
    try {
      int set = flags.isEmpty() ? 8 : Integer.parseInt(flags.strip());
      Content drafted = content.with("IsDraft", Boolean.toString((set & 8) != 0));
      return flags.isEmpty() || content.properties().containsKey("IsRead")
          ? drafted
          : drafted.with("IsRead", Boolean.toString((set & 1) != 0));
    } catch (NumberFormatException e) {
      return content.with("IsDraft", "true");
    }
  }
}
