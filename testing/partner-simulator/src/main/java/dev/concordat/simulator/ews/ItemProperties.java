package dev.concordat.simulator.ews;

import dev.concordat.simulator.mailboxes.Content.Attachment;
import dev.concordat.simulator.mailboxes.Item;
import dev.concordat.simulator.mailboxes.Item.ExtendedProperty;
import dev.concordat.simulator.mailboxes.ItemType;
import dev.concordat.simulator.mailboxes.Mailbox;
import dev.concordat.simulator.mailboxes.StoreId;
import dev.concordat.simulator.mailboxes.Value;
import dev.concordat.simulator.mailboxes.Value.Part;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An item's properties by name: those that it holds, and those that the store works out from them.
 */
final class ItemProperties {

  private static final int PREVIEW = 255;

  private final Mailbox mailbox;

  ItemProperties(Mailbox mailbox) {
    this.mailbox = mailbox;
  }

  /** A property of the schema; empty where the item has none. */
  Optional<Value> of(Item item, String name) {
    Value worked = worked(item, name);
    if (worked != null) {
      return Optional.of(worked);
    }
    Value held = item.content().properties().get(name);
    return Optional.ofNullable(held != null ? held : byDefault(item, name));
  }

  /** What a path leads to, as a text; empty where the item hasn't it. */
  Optional<String> text(Item item, PropertyPath path) {
    return switch (path) {
      case PropertyPath.Field field -> of(item, field.name()).map(Value::text);
      case PropertyPath.Entry(String name, String part, String key) ->
          of(item, name).flatMap(it -> entry(it, key)).map(it -> part(it, part));
      case PropertyPath.Extended(ExtendedProperty property) ->
          extended(item, property).map(Value::text);
    };
  }

  private static Optional<Value> entry(Value dictionary, String key) {
    return dictionary.parts().stream()
        .map(Part::value)
        .filter(it -> it.attribute("Key").equals(key) || it.attribute("HeaderName").equals(key))
        .findFirst();
  }

  private static String part(Value entry, String part) {
    return part.isEmpty() ? entry.text() : entry.part(part).map(Value::text).orElse("");
  }

  /** What the store decides, whatever the item holds. */
  private @Nullable Value worked(Item item, String name) {
    return switch (name) {
      case "ItemId" -> Values.id(item.id(), item.changeKey());
      case "ParentFolderId" ->
          mailbox.folder(item.folder()).map(it -> Values.id(it.id(), it.changeKey())).orElse(null);
      case "ItemClass" -> Value.of(item.itemClass());
      case "Size" -> Value.of(Integer.toString(item.size()));
      case "DateTimeCreated" -> Value.of(Values.write(item.created()));
      case "LastModifiedTime" -> Value.of(Values.write(item.modified()));
      case "LastModifiedName" -> Value.of(mailbox.displayName());
      case "HasAttachments" -> Value.of(Boolean.toString(!item.content().attachments().isEmpty()));
      case "Attachments" -> attachments(item);
      case "EffectiveRights" -> RIGHTS;
      case "DisplayTo" -> names(item, "ToRecipients");
      case "DisplayCc" -> names(item, "CcRecipients");
      case "InstanceKey", "StoreEntryId", "SearchKey" -> key(item);
      case "ConversationId" -> conversation(item);
      case "Preview" -> Value.of(shortened(Bodies.text(item)));
      case "TextBody" -> Value.of(Bodies.text(item), "BodyType", "Text");
      case "NormalizedBody", "UniqueBody" -> item.content().properties().get("Body");
      case "MimeContent" -> Value.of(Mime.write(item), "CharacterSet", "UTF-8");
      default -> null;
    };
  }

  static final Value RIGHTS =
      Value.of(
          new Part("CreateAssociated", Value.of("true")),
          new Part("CreateContents", Value.of("true")),
          new Part("CreateHierarchy", Value.of("true")),
          new Part("Delete", Value.of("true")),
          new Part("Modify", Value.of("true")),
          new Part("Read", Value.of("true")),
          new Part("ViewPrivateItems", Value.of("true")));

  /** What an item has that was not given it. */
  private @Nullable Value byDefault(Item item, String name) {
    return switch (name) {
      case "DateTimeReceived", "DateTimeSent" -> Value.of(Values.write(item.created()));
      case "Sensitivity", "Importance" -> Value.of("Normal");
      case "IsSubmitted",
          "IsFromMe",
          "IsResend",
          "IsUnmodified",
          "IsAssociated",
          "IsDraft",
          "ReminderIsSet" ->
          Value.of("false");
      case "Culture" -> Value.of("en-US");
      case "ReminderMinutesBeforeStart" -> Value.of("0");
      case "Flag" -> Value.of(new Part("FlagStatus", Value.of("NotFlagged")));
      case "DisplayBcc" -> Value.of("");
      default ->
          switch (item.content().type()) {
            case MESSAGE, POST_ITEM -> ofMessage(item, name);
            case CALENDAR_ITEM -> ofAppointment(item, name);
            case TASK -> ofTask(item, name);
            case CONTACT, DISTRIBUTION_LIST -> ofContact(item, name);
            case ITEM -> null;
          };
    };
  }

  private static @Nullable Value ofMessage(Item item, String name) {
    return switch (name) {
      case "IsRead" -> Value.of("true");
      case "IsReadReceiptRequested", "IsDeliveryReceiptRequested", "IsResponseRequested" ->
          item.content().type() == ItemType.MESSAGE ? Value.of("false") : null;
      case "ConversationTopic" -> Value.of(topic(item));
      case "ConversationIndex" -> Value.of(base64(new byte[22], item));
      case "InternetMessageId" ->
          Value.of(
              "<%x.%s@%s>".formatted(item.number(), "item", "atl-exchange-001.litwareinc.com"));
      case "PostedTime" -> Value.of(Values.write(item.created()));
      default -> null;
    };
  }

  private @Nullable Value ofAppointment(Item item, String name) {
    return switch (name) {
      case "UID" -> Value.of("040000008200E00074C5B7101A82E008%016X".formatted(item.number()));
      case "DateTimeStamp" -> Value.of(Values.write(item.modified()));
      case "IsAllDayEvent", "IsMeeting", "IsCancelled", "IsRecurring", "MeetingRequestWasSent" ->
          Value.of("false");
      case "IsResponseRequested" -> Value.of("true");
      case "LegacyFreeBusyStatus" -> Value.of("Busy");
      case "CalendarItemType" -> Value.of("Single");
      case "MyResponseType" -> Value.of("Organizer");
      case "AppointmentSequenceNumber", "AppointmentState" -> Value.of("0");
      case "ConflictingMeetingCount", "AdjacentMeetingCount" -> Value.of("0");
      case "Organizer" ->
          Value.of(new Part("Mailbox", mailbox(mailbox.displayName(), mailbox.address())));
      case "Duration" ->
          Value.of(
              item.content()
                  .text("Start")
                  .flatMap(Values::instant)
                  .flatMap(
                      start ->
                          item.content()
                              .text("End")
                              .flatMap(Values::instant)
                              .map(end -> Duration.between(start, end).toString()))
                  .orElse("PT0S"));
      default -> null;
    };
  }

  private @Nullable Value ofTask(Item item, String name) {
    return switch (name) {
      case "ChangeCount" -> Value.of("1");
      case "IsComplete" ->
          Value.of(Boolean.toString(item.content().text("Status").orElse("").equals("Completed")));
      case "IsRecurring", "IsTeamTask" -> Value.of("false");
      case "Owner" -> Value.of(mailbox.displayName());
      case "PercentComplete" -> Value.of("0");
      case "Status" -> Value.of("NotStarted");
      case "StatusDescription" -> Value.of("Not Started");
      default -> null;
    };
  }

  private static @Nullable Value ofContact(Item item, String name) {
    return switch (name) {
      case "DisplayName" -> item.content().properties().get("FileAs");
      case "FileAs" -> item.content().properties().get("DisplayName");
      case "FileAsMapping" -> item.content().type() == ItemType.CONTACT ? Value.of("None") : null;
      case "HasPicture" -> item.content().type() == ItemType.CONTACT ? Value.of("false") : null;
      default -> null;
    };
  }

  /** An address as it stands in answers. */
  static Value mailbox(String name, String address) {
    return Value.of(
        new Part("Name", Value.of(name)),
        new Part("EmailAddress", Value.of(address)),
        new Part("RoutingType", Value.of("SMTP")),
        new Part("MailboxType", Value.of("Mailbox")));
  }

  /** An extended property, also where it is another name of one that the schema has. */
  Optional<Value> extended(Item item, ExtendedProperty property) {
    Value held = item.content().extended().get(property);
    if (held != null || !property.set().isEmpty()) {
      return Optional.ofNullable(held);
    }
    return switch (property.name()) {
      case "0x1a" -> of(item, "ItemClass");
      case "0x37" -> of(item, "Subject");
      case "0xe06" -> of(item, "DateTimeReceived");
      case "0x39" -> of(item, "DateTimeSent");
      case "0x3007" -> of(item, "DateTimeCreated");
      case "0x3008" -> of(item, "LastModifiedTime");
      case "0xe08" -> of(item, "Size");
      case "0xe1b" -> of(item, "HasAttachments");
      case "0x1000" -> Optional.of(Value.of(Bodies.text(item)));
      case "0x1035" -> of(item, "InternetMessageId");
      case "0xe07" ->
          Optional.of(
              Value.of(
                  Integer.toString(
                      (item.isRead() ? 1 : 0)
                          | (of(item, "IsDraft").orElseThrow().text().equals("true") ? 8 : 0))));
      case "0xfff" ->
          StoreId.parse(item.id())
              .map(it -> Value.of(Base64.getEncoder().encodeToString(it.entryId())));
      default -> Optional.empty();
    };
  }

  private static @Nullable Value attachments(Item item) {
    if (item.content().attachments().isEmpty()) {
      return null;
    }
    return Value.of(
        item.content().attachments().stream()
            .map(it -> new Part(Attachments.element(it), Attachments.described(it, item)))
            .toArray(Part[]::new));
  }

  private static @Nullable Value names(Item item, String recipients) {
    Value all = item.content().properties().get(recipients);
    return Value.of(
        all == null
            ? ""
            : all.all("Mailbox")
                .map(
                    it ->
                        it.part("Name")
                            .or(() -> it.part("EmailAddress"))
                            .map(Value::text)
                            .orElse(""))
                .collect(Collectors.joining("; ")));
  }

  private @Nullable Value conversation(Item item) {
    if (item.content().type() != ItemType.MESSAGE && item.content().type() != ItemType.POST_ITEM) {
      return null;
    }
    long topic = topic(item).toLowerCase(Locale.ROOT).hashCode() & 0xffff_ffffL;
    return new Value(
        "",
        Map.of("Id", new StoreId(StoreId.Kind.CONVERSATION, mailbox.guid(), topic).text()),
        java.util.List.of());
  }

  private static String topic(Item item) {
    return item.subject().replaceFirst("(?i)^((re|fw|fwd|aw|wg):\\s*)+", "");
  }

  private static Value key(Item item) {
    return Value.of(
        StoreId.parse(item.id())
            .map(it -> Base64.getEncoder().encodeToString(it.entryId()))
            .orElse(""));
  }

  private static String base64(byte[] index, Item item) {
    Instant created = item.created();
    index[0] = 1;
    java.nio.ByteBuffer.wrap(index).putLong(1, created.getEpochSecond()).putLong(9, item.number());
    return Base64.getEncoder().encodeToString(index);
  }

  private static String shortened(String text) {
    return text.length() > PREVIEW ? text.substring(0, PREVIEW) : text;
  }

  /** Whether an attachment belongs to an item. */
  static Optional<Attachment> attachment(Item item, String id) {
    return item.content().attachments().stream().filter(it -> it.id().equals(id)).findFirst();
  }
}
