package dev.concordat.simulator.ews;

import dev.concordat.simulator.Xml;
import dev.concordat.simulator.ews.Response.Message;
import dev.concordat.simulator.mailboxes.Folder;
import dev.concordat.simulator.mailboxes.Item.ExtendedProperty;
import dev.concordat.simulator.mailboxes.Mailbox;
import dev.concordat.simulator.mailboxes.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.w3c.dom.Element;

/** GetFolder, FindFolder, and what makes, changes, moves and deletes folders. */
final class FolderOperations {

  private static final Optional<String> NO_FOLDERS = Optional.of("m:Folders");
  private static final List<String> DELETE_TYPES =
      List.of("HardDelete", "SoftDelete", "MoveToDeletedItems");

  private FolderOperations() {}

  static void register(Map<String, Call.Operation> operations) {
    operations.put("GetFolder", FolderOperations::get);
    operations.put("FindFolder", FolderOperations::find);
    operations.put("CreateFolder", FolderOperations::create);
    operations.put("UpdateFolder", FolderOperations::update);
    operations.put("MoveFolder", FolderOperations::move);
    operations.put("CopyFolder", FolderOperations::copy);
    operations.put("DeleteFolder", FolderOperations::delete);
    operations.put("EmptyFolder", FolderOperations::empty);
    operations.put("MarkAllItemsAsRead", FolderOperations::markAsRead);
  }

  private static Response get(Call call) throws EwsFault {
    FolderShape shape = FolderShape.of(call);
    return call.each(
        "FolderIds",
        NO_FOLDERS,
        id -> {
          Folder folder = call.ids().folder(id);
          return Message.success(
              out -> out.element("m:Folders", folders -> shape.write(folders, folder)));
        });
  }

  private static Response find(Call call) throws EwsFault {
    FolderShape shape = FolderShape.of(call);
    Restriction<Folder> restriction = Restriction.of(call, FolderShape::text);
    boolean deep =
        Call.word(call.operation(), "Traversal", List.of("Shallow", "Deep", "SoftDeleted"))
            .equals("Deep");
    Page page = Page.of(call, "Folder");
    return call.each(
        "ParentFolderIds",
        id -> {
          var found = new ArrayList<Folder>();
          collect(call.ids().folder(id), deep, restriction.holding(), found);
          var shown = page.within(call, "Folder", found.size()).of(found);
          return Message.success(
              out ->
                  out.element(
                      "m:RootFolder",
                      root -> {
                        shown.write(root);
                        root.element(
                            "t:Folders",
                            folders -> {
                              for (Folder folder : shown.all()) {
                                shape.write(folders, folder);
                              }
                            });
                      }));
        });
  }

  private static void collect(
      Folder parent, boolean deep, Predicate<Folder> matching, List<Folder> found) {
    for (Folder folder : parent.folders()) {
      if (matching.test(folder)) {
        found.add(folder);
      }
      if (deep) {
        collect(folder, true, matching, found);
      }
    }
  }

  private static Response create(Call call) throws EwsFault {
    Element parent = call.required("ParentFolderId");
    return call.each(
        "Folders",
        NO_FOLDERS,
        wanted -> {
          String name = Xml.text(wanted, "DisplayName").orElse("");
          if (name.isEmpty()) {
            throw new EwsError(
                "ErrorRequiredPropertyMissing", "The required property DisplayName is missing.");
          }
          String folderClass =
              Xml.text(wanted, "FolderClass")
                  .orElse(
                      switch (wanted.getLocalName()) {
                        case "CalendarFolder" -> "IPF.Appointment";
                        case "ContactsFolder" -> "IPF.Contact";
                        case "TasksFolder" -> "IPF.Task";
                        default -> "IPF.Note";
                      });
          Folder made =
              call.mailbox()
                  .create(call.ids().target(parent), name, folderClass, call.now())
                  .orElseThrow(FolderOperations::exists);
          Map<ExtendedProperty, Value> extended = extended(wanted);
          if (!extended.isEmpty()) {
            call.mailbox().extend(made, extended, call.now());
          }
          return only(made);
        });
  }

  private static EwsError exists() {
    return new EwsError("ErrorFolderExists", "A folder with the specified name already exists.");
  }

  private static Map<ExtendedProperty, Value> extended(Element folder) throws EwsFault {
    Map<ExtendedProperty, Value> extended = new HashMap<>();
    for (Element property : Xml.children(folder)) {
      if (property.getLocalName().equals("ExtendedProperty")) {
        ExtendedProperty name = PropertyPath.extended(Call.required(property, "ExtendedFieldURI"));
        extended.put(name, Values.extended(property, name.type()));
      }
    }
    return extended;
  }

  /** A message with a folder's id alone. */
  private static Message only(Folder folder) {
    return Message.success(
        out ->
            out.element(
                "m:Folders",
                folders ->
                    folders.element(
                        "t:" + FolderShape.element(folder),
                        it ->
                            Values.write(
                                it, "FolderId", Values.id(folder.id(), folder.changeKey())))));
  }

  private static Response update(Call call) throws EwsFault {
    return call.each(
        "FolderChanges",
        NO_FOLDERS,
        change -> {
          Element id = Xml.children(change).getFirst();
          Folder folder = call.ids().folder(id);
          if (Ids.isStale(id, folder.change())) {
            throw ItemOperations.stale();
          }
          for (Element one : Xml.children(Call.required(change, "Updates"))) {
            update(folder, one, call);
          }
          return only(folder);
        });
  }

  private static void update(Folder folder, Element one, Call call) throws EwsError, EwsFault {
    List<Element> parts = Xml.children(one);
    if (parts.isEmpty()) {
      throw EwsFault.schema(one, "The update has incomplete content.");
    }
    PropertyPath path = PropertyPath.of(parts.getFirst());
    if (!one.getLocalName().equals("SetFolderField") || parts.size() < 2) {
      throw new EwsError("ErrorInvalidPropertyDelete", "The property can't be deleted.");
    }
    Element given = parts.get(1);
    switch (path) {
      case PropertyPath.Field field when field.name().equals("DisplayName") -> {
        String name = Xml.text(given, "DisplayName").orElse("");
        requireOrdinary(folder, "ErrorFolderSave");
        Folder parent = folder.parent();
        if (parent != null
            && parent.folders().stream()
                .anyMatch(it -> it != folder && it.displayName().equalsIgnoreCase(name))) {
          throw exists();
        }
        call.mailbox().rename(folder, name, call.now());
      }
      case PropertyPath.Field field when field.name().equals("FolderClass") ->
          call.mailbox()
              .reclass(folder, Xml.text(given, "FolderClass").orElse("IPF.Note"), call.now());
      case PropertyPath.Extended _ -> {
        Map<ExtendedProperty, Value> all = new HashMap<>(folder.extended());
        all.putAll(extended(given));
        call.mailbox().extend(folder, all, call.now());
      }
      default ->
          throw new EwsError("ErrorInvalidPropertySet", "Set action is invalid for property.");
    }
  }

  private static Response move(Call call) throws EwsFault {
    Element target = call.required("ToFolderId");
    return call.each(
        "FolderIds",
        NO_FOLDERS,
        id -> {
          Folder folder = call.ids().folder(id);
          Folder to = call.ids().target(target);
          if (folder.distinguishedId() != null) {
            throw new EwsError(
                "ErrorMoveDistinguishedFolder", "Distinguished folders cannot be moved.");
          }
          if (to.isWithin(folder)) {
            throw new EwsError("ErrorMoveCopyFailed", "The move or copy operation failed.");
          }
          requireFree(to, folder.displayName());
          call.mailbox().move(folder, to, call.now());
          return only(folder);
        });
  }

  private static Response copy(Call call) throws EwsFault {
    Element target = call.required("ToFolderId");
    return call.each(
        "FolderIds",
        NO_FOLDERS,
        id -> {
          Folder folder = call.ids().folder(id);
          Folder to = call.ids().target(target);
          if (to.isWithin(folder)) {
            throw new EwsError("ErrorMoveCopyFailed", "The move or copy operation failed.");
          }
          requireFree(to, folder.displayName());
          return only(call.mailbox().copy(folder, to, call.now()));
        });
  }

  private static void requireFree(Folder parent, String name) throws EwsError {
    if (parent.folders().stream().anyMatch(it -> it.displayName().equalsIgnoreCase(name))) {
      throw exists();
    }
  }

  private static Response delete(Call call) throws EwsFault {
    String type = Call.word(call.operation(), "DeleteType", DELETE_TYPES);
    return call.each(
        "FolderIds",
        id -> {
          Folder folder = call.ids().folder(id);
          requireOrdinary(folder, "ErrorDeleteDistinguishedFolder");
          Mailbox mailbox = call.mailbox();
          Optional<Folder> deleted =
              type.equals("MoveToDeletedItems")
                  ? mailbox.distinguished("deleteditems")
                  : Optional.empty();
          if (deleted.isPresent() && !deleted.get().isWithin(folder)) {
            mailbox.move(folder, deleted.get(), call.now());
          } else {
            mailbox.delete(folder, call.now());
          }
          return Message.success();
        });
  }

  /** Folders that a mailbox must have stay, but for the ones that clients may do without. */
  private static void requireOrdinary(Folder folder, String code) throws EwsError {
    String id = folder.distinguishedId();
    if (id != null && !id.equals("conversationhistory")) {
      throw new EwsError(
          code,
          code.equals("ErrorDeleteDistinguishedFolder")
              ? "Distinguished folders cannot be deleted."
              : "The folder save operation failed.");
    }
  }

  private static Response empty(Call call) throws EwsFault {
    String type = Call.word(call.operation(), "DeleteType", DELETE_TYPES);
    boolean foldersToo = Call.isTrue(call.operation().getAttribute("DeleteSubFolders"));
    return call.each(
        "FolderIds",
        id -> {
          Folder folder = call.ids().folder(id);
          Optional<Folder> deleted =
              type.equals("MoveToDeletedItems")
                  ? call.mailbox().distinguished("deleteditems")
                  : Optional.empty();
          if (deleted.isPresent() && deleted.get() != folder) {
            for (var item : List.copyOf(folder.items())) {
              call.mailbox().move(item, deleted.get(), call.now());
            }
          }
          call.mailbox().empty(folder, foldersToo, call.now());
          return Message.success();
        });
  }

  private static Response markAsRead(Call call) throws EwsFault {
    String read = Boolean.toString(Call.isTrue(call.required("ReadFlag").getTextContent().strip()));
    return call.each(
        "FolderIds",
        id -> {
          for (var item : List.copyOf(call.ids().folder(id).items())) {
            call.mailbox().update(item, item.content().with("IsRead", read), call.now());
          }
          return Message.success();
        });
  }
}
