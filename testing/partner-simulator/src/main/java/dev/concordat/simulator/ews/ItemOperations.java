package dev.concordat.simulator.ews;

import dev.concordat.simulator.ews.Response.Message;
import dev.concordat.simulator.mailboxes.Content;
import dev.concordat.simulator.mailboxes.Folder;
import dev.concordat.simulator.mailboxes.Item;
import dev.concordat.simulator.mailboxes.ItemType;
import dev.concordat.simulator.mailboxes.Mailbox;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.w3c.dom.Element;

/** What makes, reads, sends, moves, copies and deletes items. */
final class ItemOperations {

  /** A message may be no larger (MaxReceiveSize of 36 MB before encoding; assumed). */
  private static final int LARGEST_ITEM = 36 * 1024 * 1024;

  static final Optional<String> NO_ITEMS = Optional.of("m:Items");

  private ItemOperations() {}

  static void register(Map<String, Call.Operation> operations) {
    operations.put("CreateItem", ItemOperations::create);
    operations.put("GetItem", ItemOperations::get);
    operations.put("UpdateItem", ItemUpdates::update);
    operations.put("SendItem", ItemOperations::send);
    operations.put("MoveItem", ItemOperations::move);
    operations.put("CopyItem", ItemOperations::copy);
    operations.put("DeleteItem", ItemOperations::delete);
    operations.put("CreateAttachment", Attachments::create);
    operations.put("GetAttachment", Attachments::get);
    operations.put("DeleteAttachment", Attachments::delete);
  }

  private static Response create(Call call) throws EwsFault {
    Optional<Element> savedIn = call.child("SavedItemFolderId");
    String disposition = call.operation().getAttribute("MessageDisposition");
    if (!Set.of("", "SaveOnly", "SendOnly", "SendAndSaveCopy").contains(disposition)) {
      Call.word(call.operation(), "MessageDisposition", List.of("SaveOnly"));
    }
    boolean sent = disposition.startsWith("Send");
    Mailbox mailbox = call.mailbox();
    return call.each(
        "Items",
        NO_ITEMS,
        wanted -> {
          Content content = ItemReader.read(wanted, mailbox);
          if (content.type() == ItemType.MESSAGE && disposition.isEmpty()) {
            throw new EwsError(
                "ErrorMessageDispositionRequired", "Message disposition is required.");
          }
          Folder folder =
              savedIn.isPresent()
                  ? call.ids().target(savedIn.get())
                  : usual(content.type(), sent, mailbox);
          requireRoom(content, mailbox, call);
          if (disposition.equals("SendOnly")) {
            return Message.success(out -> out.empty("m:Items"));
          }
          Item made =
              mailbox.create(folder, sent ? content.with("IsDraft", "false") : content, call.now());
          return sent ? Message.success(out -> out.empty("m:Items")) : only(made);
        });
  }

  static void requireRoom(Content content, Mailbox mailbox, Call call) throws EwsError {
    int size = new Item(mailbox.guid(), 0, 0, 0, 0, content, call.now(), call.now()).size();
    if (size > LARGEST_ITEM) {
      throw new EwsError(
          "ErrorMessageSizeExceeded", "The message exceeds the maximum supported size.");
    }
    if (mailbox.isFullWith(size)) {
      throw EwsError.quotaExceeded();
    }
  }

  private static Folder usual(ItemType type, boolean sent, Mailbox mailbox) throws EwsError {
    return mailbox
        .distinguished(
            switch (type) {
              case CALENDAR_ITEM -> "calendar";
              case CONTACT, DISTRIBUTION_LIST -> "contacts";
              case TASK -> "tasks";
              case MESSAGE, POST_ITEM, ITEM -> sent ? "sentitems" : "drafts";
            })
        .orElseThrow(EwsError::folderNotFound);
  }

  /** A message with an item's id alone. */
  static Message only(Item item) {
    return Message.success(
        out ->
            out.element(
                "m:Items",
                items ->
                    items.element(
                        "t:" + item.content().type().element(),
                        it -> Values.write(it, "ItemId", Values.id(item.id(), item.changeKey())))));
  }

  static EwsError stale() {
    return new EwsError(
        "ErrorStaleObject",
        "The object has been changed since it was last read. Read it again, and send the change"
            + " key of that.");
  }

  private static Response get(Call call) throws EwsFault {
    ItemShape shape = ItemShape.of(call);
    return call.each(
        "ItemIds",
        NO_ITEMS,
        id -> {
          Item item = call.ids().item(id);
          return Message.success(out -> out.element("m:Items", items -> shape.write(items, item)));
        });
  }

  private static Response send(Call call) throws EwsFault {
    boolean save = Call.isTrue(call.operation().getAttribute("SaveItemToFolder"));
    Optional<Element> savedIn = call.child("SavedItemFolderId");
    return call.each(
        "ItemIds",
        id -> {
          Item item = call.ids().item(id);
          if (!id.hasAttribute("ChangeKey")) {
            throw new EwsError("ErrorChangeKeyRequired", "The change key is required.");
          }
          if (Ids.isStale(id, item.change())) {
            throw stale();
          }
          Mailbox mailbox = call.mailbox();
          if (save) {
            Folder to =
                savedIn.isPresent()
                    ? call.ids().target(savedIn.get())
                    : usual(item.content().type(), true, mailbox);
            Item sent = mailbox.update(item, item.content().with("IsDraft", "false"), call.now());
            mailbox.move(sent, to, call.now());
          } else {
            mailbox.delete(item, call.now());
          }
          return Message.success();
        });
  }

  private static Response move(Call call) throws EwsFault {
    Element target = call.required("ToFolderId");
    return call.each(
        "ItemIds",
        NO_ITEMS,
        id -> {
          Item item = call.ids().item(id);
          return only(call.mailbox().move(item, call.ids().target(target), call.now()));
        });
  }

  private static Response copy(Call call) throws EwsFault {
    Element target = call.required("ToFolderId");
    return call.each(
        "ItemIds",
        NO_ITEMS,
        id -> {
          Item item = call.ids().item(id);
          Folder to = call.ids().target(target);
          requireRoom(item.content(), call.mailbox(), call);
          return only(call.mailbox().copy(item, to, call.now()));
        });
  }

  private static Response delete(Call call) throws EwsFault {
    String type =
        Call.word(
            call.operation(),
            "DeleteType",
            List.of("HardDelete", "SoftDelete", "MoveToDeletedItems"));
    return call.each(
        "ItemIds",
        id -> {
          Item item = call.ids().item(id);
          if (item.content().type() == ItemType.TASK
              && !call.operation().hasAttribute("AffectedTaskOccurrences")) {
            throw new EwsError(
                "ErrorAffectedTaskOccurrencesRequired", "AffectedTaskOccurrences is required.");
          }
          if (item.content().type() == ItemType.CALENDAR_ITEM
              && !call.operation().hasAttribute("SendMeetingCancellations")) {
            throw new EwsError(
                "ErrorSendMeetingCancellationsRequired", "SendMeetingCancellations is required.");
          }
          delete(item, type, call);
          return Message.success();
        });
  }

  /**
   * Deletes an item in one of three ways. Under a hold, and with single item recovery, what is
   * deleted for good stays in Purges; under a hold it can't be deleted there either (the vendor's
   * page on Recoverable Items; the code of that refusal is assumed).
   */
  private static void delete(Item item, String type, Call call) throws EwsError {
    Mailbox mailbox = call.mailbox();
    Optional<Folder> purges = mailbox.distinguished("recoverableitemspurges");
    boolean purged = purges.map(it -> it.number() == item.folder()).orElse(false);
    if (purged && mailbox.rules().onHold()) {
      throw new EwsError("ErrorCannotDeleteObject", "The object can't be deleted.");
    }
    Optional<Folder> to =
        switch (type) {
          case "SoftDelete" -> mailbox.distinguished("recoverableitemsdeletions");
          case "MoveToDeletedItems" -> mailbox.distinguished("deleteditems");
          default ->
              !purged && (mailbox.rules().onHold() || mailbox.rules().singleItemRecovery())
                  ? purges
                  : Optional.empty();
        };
    if (to.isPresent() && to.get().number() != item.folder()) {
      mailbox.move(item, to.get(), call.now());
    } else {
      mailbox.delete(item, call.now());
    }
  }
}
