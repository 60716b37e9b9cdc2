package dev.concordat.simulator.ews;

import dev.concordat.simulator.Xml;
import dev.concordat.simulator.ews.Response.Message;
import dev.concordat.simulator.mailboxes.Change;
import dev.concordat.simulator.mailboxes.Folder;
import dev.concordat.simulator.mailboxes.Item;
import dev.concordat.simulator.mailboxes.Mailbox;
import dev.concordat.simulator.mailboxes.StoreId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import javax.xml.stream.XMLStreamException;
import org.w3c.dom.Element;

/** SyncFolderHierarchy and SyncFolderItems: what changed since a client asked last. */
final class SyncOperations {

  private static final int MOST_CHANGES = 512;

  private SyncOperations() {}

  static void register(Map<String, Call.Operation> operations) {
    operations.put("SyncFolderHierarchy", SyncOperations::hierarchy);
    operations.put("SyncFolderItems", SyncOperations::items);
  }

  /**
   * What a client was told already.
   *
   * @param mailbox the mailbox
   * @param folder the number of the folder
   * @param change up to which change
   */
  private record State(Mailbox mailbox, long folder, long change) {

    String text() {
      return Base64.getEncoder()
          .encodeToString(
              ByteBuffer.allocate(32)
                  .putLong(mailbox.guid().getMostSignificantBits())
                  .putLong(mailbox.guid().getLeastSignificantBits())
                  .putLong(folder)
                  .putLong(change)
                  .array());
    }

    /** The state that a request gives; the very beginning where it gives none. */
    static State of(Call call, Folder folder) throws EwsError {
      String text = call.child("SyncState").map(it -> it.getTextContent().strip()).orElse("");
      if (text.isEmpty()) {
        return new State(call.mailbox(), folder.number(), 0);
      }
      try {
        var bytes = ByteBuffer.wrap(Base64.getDecoder().decode(text));
        if (bytes.remaining() == 32
            && bytes.getLong() == call.mailbox().guid().getMostSignificantBits()
            && bytes.getLong() == call.mailbox().guid().getLeastSignificantBits()
            && bytes.getLong() == folder.number()) {
          long change = bytes.getLong();
          if (change == 0 || call.mailbox().changes().reachesBackTo(change)) {
            return new State(call.mailbox(), folder.number(), change);
          }
        }
      } catch (IllegalArgumentException e) {
        // No base64, and so no state of ours.
      }
      throw new EwsError("ErrorInvalidSyncStateData", "Synchronization state data is corrupt.");
    }
  }

  /**
   * A change as it is told.
   *
   * @param change its number
   * @param content what is told
   */
  private record Told(long change, Xml.Content content) {}

  private static Response hierarchy(Call call) throws EwsFault {
    FolderShape shape = FolderShape.of(call);
    return Response.of(
        Call.attempt(
            () -> {
              Optional<Element> around = call.child("SyncFolderId");
              Folder top =
                  around.isPresent()
                      ? call.ids().target(around.get())
                      : call.mailbox()
                          .distinguished("msgfolderroot")
                          .orElseThrow(EwsError::folderNotFound);
              State state = State.of(call, top);
              List<Told> changes = new ArrayList<>();
              for (Folder folder : call.mailbox().allFolders()) {
                if (folder != top && folder.isWithin(top) && folder.change() > state.change()) {
                  String kind = folder.made() > state.change() ? "t:Create" : "t:Update";
                  changes.add(
                      new Told(
                          folder.change(),
                          out -> out.element(kind, it -> shape.write(it, folder))));
                }
              }
              deleted(call, state, StoreId.Kind.FOLDER, _ -> true, "FolderId", changes);
              String next =
                  new State(call.mailbox(), top.number(), call.mailbox().lastChange()).text();
              return Message.success(
                  out -> {
                    out.text("m:SyncState", next);
                    out.text("m:IncludesLastFolderInRange", "true");
                    write(out, inOrder(changes));
                  });
            }));
  }

  private static Response items(Call call) throws EwsFault {
    ItemShape shape = ItemShape.ofFound(call);
    Element around = call.required("SyncFolderId");
    int most = most(call.required("MaxChangesReturned"));
    return Response.of(
        Call.attempt(
            () -> {
              Folder folder = call.ids().target(around);
              State state = State.of(call, folder);
              List<Told> changes = new ArrayList<>();
              NavigableSet<Item> byChange =
                  folder.view(
                      "by change",
                      item -> !item.isAssociated(),
                      Comparator.comparingLong(Item::change));
              for (Item item : after(byChange, state.change(), most + 1)) {
                String kind = item.made() > state.change() ? "t:Create" : "t:Update";
                changes.add(
                    new Told(item.change(), out -> out.element(kind, it -> shape.write(it, item))));
              }
              deleted(
                  call,
                  state,
                  StoreId.Kind.ITEM,
                  change -> gone(change) == folder.number(),
                  "ItemId",
                  changes);
              List<Told> told = page(inOrder(changes), most);
              boolean all = told.size() == changes.size();
              long reached = all ? call.mailbox().lastChange() : told.getLast().change();
              String next = new State(call.mailbox(), folder.number(), reached).text();
              return Message.success(
                  out -> {
                    out.text("m:SyncState", next);
                    out.text("m:IncludesLastItemInRange", Boolean.toString(all));
                    write(out, told);
                  });
            }));
  }

  private static List<Item> after(NavigableSet<Item> byChange, long change, int most) {
    if (byChange.isEmpty()) {
      return List.of();
    }
    Item any = byChange.getFirst();
    // Stands for the last that was told; only its change and its number are compared.
    var last =
        new Item(
            any.mailbox(),
            Long.MAX_VALUE,
            0,
            0,
            change,
            any.content(),
            any.created(),
            any.modified());
    return byChange.tailSet(last, false).stream().limit(most).toList();
  }

  private static List<Told> inOrder(List<Told> changes) {
    return changes.stream().sorted(Comparator.comparingLong(Told::change)).toList();
  }

  /** The first of them, and what has the same number as the last of those. */
  private static List<Told> page(List<Told> changes, int most) {
    int end = Math.min(most, changes.size());
    while (end < changes.size() && changes.get(end).change() == changes.get(end - 1).change()) {
      end++;
    }
    return changes.subList(0, end);
  }

  /** The folder that a change took something out of; 0 where it took nothing away. */
  private static long gone(Change change) {
    return switch (change.kind()) {
      case DELETED -> change.folder();
      case MOVED -> change.oldFolder();
      case CREATED, MODIFIED, COPIED -> 0;
    };
  }

  private static void deleted(
      Call call,
      State state,
      StoreId.Kind kind,
      java.util.function.Predicate<Change> here,
      String element,
      List<Told> changes) {
    if (state.change() == 0) {
      return;
    }
    for (Change change : call.mailbox().changes().after(state.change())) {
      boolean left =
          change.kind() == Change.Kind.DELETED
              || (change.kind() == Change.Kind.MOVED && kind == StoreId.Kind.ITEM);
      if (change.of() == kind && left && here.test(change)) {
        long number = change.kind() == Change.Kind.MOVED ? change.oldObject() : change.object();
        // What came and went since then was never told, and so isn't told now.
        if (number <= state.change()) {
          String id = new StoreId(kind, call.mailbox().guid(), number).text();
          changes.add(
              new Told(
                  change.number(),
                  out ->
                      out.element(
                          "t:Delete",
                          it -> it.element("t:" + element, one -> one.attribute("Id", id)))));
        }
      }
    }
  }

  private static void write(Xml.Writer out, List<Told> changes) throws XMLStreamException {
    out.element(
        "m:Changes",
        it -> {
          for (Told change : changes) {
            change.content().write(it);
          }
        });
  }

  private static int most(Element given) throws EwsFault {
    try {
      int most = Integer.parseInt(given.getTextContent().strip());
      if (most >= 1 && most <= MOST_CHANGES) {
        return most;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw EwsFault.schema(
        given,
        "The 'MaxChangesReturned' element is invalid - The value is invalid according to its datatype 'http://schemas.microsoft.com/exchange/services/2006/types:MaxSyncChangesReturnedType'.");
  }
}
