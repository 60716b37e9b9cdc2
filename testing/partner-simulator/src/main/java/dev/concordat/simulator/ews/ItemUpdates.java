package dev.concordat.simulator.ews;

import dev.concordat.simulator.Xml;
import dev.concordat.simulator.ews.Response.Message;
import dev.concordat.simulator.mailboxes.Content;
import dev.concordat.simulator.mailboxes.Item;
import dev.concordat.simulator.mailboxes.ItemType;
import dev.concordat.simulator.mailboxes.Value;
import dev.concordat.simulator.mailboxes.Value.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.w3c.dom.Element;

/** UpdateItem: properties set, added to and deleted, if nobody else wrote meanwhile. */
final class ItemUpdates {

  private static final Set<String> READ_ONLY =
      Set.of(
          "ItemId",
          "ParentFolderId",
          "Size",
          "HasAttachments",
          "EffectiveRights",
          "DateTimeCreated",
          "DateTimeReceived",
          "DateTimeSent",
          "IsDraft",
          "LastModifiedTime",
          "LastModifiedName",
          "ConversationId",
          "DisplayTo",
          "DisplayCc",
          "Attachments");

  private ItemUpdates() {}

  static Response update(Call call) throws EwsFault {
    String resolution =
        Call.word(
            call.operation(),
            "ConflictResolution",
            List.of("NeverOverwrite", "AutoResolve", "AlwaysOverwrite"));
    return call.each(
        "ItemChanges",
        ItemOperations.NO_ITEMS,
        change -> {
          Element id = Xml.children(change).getFirst();
          Item item = call.ids().item(id);
          if (item.content().type() == ItemType.MESSAGE
              && !call.operation().hasAttribute("MessageDisposition")) {
            throw new EwsError(
                "ErrorMessageDispositionRequired", "Message disposition is required.");
          }
          if (item.content().type() == ItemType.CALENDAR_ITEM
              && !call.operation().hasAttribute("SendMeetingInvitationsOrCancellations")) {
            throw new EwsError(
                "ErrorSendMeetingInvitationsOrCancellationsRequired",
                "SendMeetingInvitationsOrCancellations is required.");
          }
          if (!resolution.equals("AlwaysOverwrite") && Ids.isStale(id, item.change())) {
            throw ItemOperations.stale();
          }
          Content content = item.content();
          for (Element one : Xml.children(Call.required(change, "Updates"))) {
            content = updated(content, one, call);
          }
          // What it was made of is no longer what it is.
          content = content.without("MimeContent");
          ItemOperations.requireRoom(content, call.mailbox(), call);
          Item written = call.mailbox().update(item, content, call.now());
          return Message.success(
              out -> {
                ItemOperations.only(written).payload().write(out);
                out.element("m:ConflictResults", it -> it.text("t:Count", "0"));
              });
        });
  }

  private static Content updated(Content content, Element one, Call call)
      throws EwsError, EwsFault {
    List<Element> parts = Xml.children(one);
    if (parts.isEmpty()) {
      throw EwsFault.schema(one, "The update has incomplete content.");
    }
    PropertyPath path = PropertyPath.of(parts.getFirst());
    if (path instanceof PropertyPath.Field field && READ_ONLY.contains(field.name())) {
      throw new EwsError("ErrorInvalidPropertySet", "Set action is invalid for property.");
    }
    return switch (one.getLocalName()) {
      case "DeleteItemField" -> deleted(content, path);
      case "SetItemField" -> set(content, path, property(parts), call);
      case "AppendToItemField" -> appended(content, path, property(parts), call);
      default ->
          throw EwsFault.schema(
              one,
              "The element '%s' in namespace '%s' is not expected."
                  .formatted(Call.shortened(one.getLocalName()), one.getNamespaceURI()));
    };
  }

  /** The one property that an update gives, in an item of its own. */
  private static Element property(List<Element> parts) throws EwsError {
    List<Element> given = parts.size() < 2 ? List.of() : Xml.children(parts.get(1));
    if (given.size() != 1) {
      throw new EwsError(
          "ErrorIncorrectUpdatePropertyCount",
          "An object within a change description must contain one and only one property to"
              + " modify.");
    }
    return given.getFirst();
  }

  private static Content deleted(Content content, PropertyPath path) {
    return switch (path) {
      case PropertyPath.Field field -> content.without(field.name());
      case PropertyPath.Extended(var property) -> content.without(property);
      case PropertyPath.Entry entry -> {
        Value held = content.properties().get(entry.name());
        yield held == null ? content : content.with(entry.name(), without(held, entry.key()));
      }
    };
  }

  private static Content set(Content content, PropertyPath path, Element property, Call call)
      throws EwsFault {
    return switch (path) {
      case PropertyPath.Extended(var name) ->
          content.with(name, Values.extended(property, name.type()));
      case PropertyPath.Field field ->
          content.with(field.name(), ItemReader.value(property, call.mailbox()));
      case PropertyPath.Entry entry -> {
        Value held = content.properties().getOrDefault(entry.name(), Value.of(""));
        var parts = new ArrayList<>(without(held, entry.key()).parts());
        parts.addAll(Values.read(property).parts());
        yield content.with(entry.name(), Value.of(parts.toArray(Part[]::new)));
      }
    };
  }

  private static Content appended(Content content, PropertyPath path, Element property, Call call)
      throws EwsError {
    if (!(path instanceof PropertyPath.Field field)) {
      throw new EwsError("ErrorInvalidPropertyAppend", "The property does not support appending.");
    }
    Value more = ItemReader.value(property, call.mailbox());
    Value held = content.properties().get(field.name());
    if (held == null) {
      return content.with(field.name(), more);
    }
    var parts = new ArrayList<>(held.parts());
    parts.addAll(more.parts());
    return content.with(
        field.name(), new Value(held.text() + more.text(), held.attributes(), parts));
  }

  private static Value without(Value dictionary, String key) {
    return Value.of(
        dictionary.parts().stream()
            .filter(it -> !it.value().attribute("Key").equals(key))
            .toArray(Part[]::new));
  }
}
