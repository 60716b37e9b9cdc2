package dev.concordat.simulator.mailboxes;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** A user's mailbox. Everything in it is reached under its lock. */
public final class Mailbox {

  /** The class of Conversation History; not documented, assumed. */
  public static final String CONVERSATION_CLASS = "IPF.Note.Microsoft.Conversation";

  private static final Map<String, String[]> DISTINGUISHED = new LinkedHashMap<>();

  static {
    add("msgfolderroot", "Top of Information Store", "IPF.Note");
    add("inbox", "Inbox", "IPF.Note");
    add("drafts", "Drafts", "IPF.Note");
    add("sentitems", "Sent Items", "IPF.Note");
    add("deleteditems", "Deleted Items", "IPF.Note");
    add("outbox", "Outbox", "IPF.Note");
    add("junkemail", "Junk Email", "IPF.Note");
    add("calendar", "Calendar", "IPF.Appointment");
    add("contacts", "Contacts", "IPF.Contact");
    add("tasks", "Tasks", "IPF.Task");
    add("notes", "Notes", "IPF.StickyNote");
    add("journal", "Journal", "IPF.Journal");
    add("conversationhistory", "Conversation History", CONVERSATION_CLASS);
    add("searchfolders", "Finder", "IPF.Note");
    add("recoverableitemsroot", "Recoverable Items", "IPF.Note");
    add("recoverableitemsdeletions", "Deletions", "IPF.Note");
    add("recoverableitemspurges", "Purges", "IPF.Note");
  }

  private static void add(String id, String name, String folderClass) {
    DISTINGUISHED.put(id, new String[] {name, folderClass});
  }

  private final String address;
  private final String displayName;
  private final UUID guid;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Folder> folders = new HashMap<>();
  private final Map<String, Folder> distinguished = new HashMap<>();
  private final Map<String, Item> items = new HashMap<>();
  private final Folder root;
  private long counter;

  Mailbox(String address) {
    this.address = address;
    String local = address.substring(0, address.indexOf('@'));
    displayName = local.substring(0, 1).toUpperCase(Locale.ROOT) + local.substring(1);
    guid = UUID.nameUUIDFromBytes(address.getBytes(StandardCharsets.UTF_8));
    root = new Folder(nextFolderId(), ItemId.changeKey(1, counter), null, "root", "", "IPF.Note");
    folders.put(root.id(), root);
    distinguished.put("root", root);
    for (String id : DISTINGUISHED.keySet()) {
      // The product makes it when it is first asked for (assumed).
      if (!id.equals("conversationhistory")) {
        makeDistinguished(id);
      }
    }
  }

  /** Its primary SMTP address, in lower case. */
  public String address() {
    return address;
  }

  /** Its user's name. */
  public String displayName() {
    return displayName;
  }

  /** Does something with its content, alone. */
  public <T> T alone(Supplier<T> work) {
    lock.lock();
    try {
      return work.get();
    } finally {
      lock.unlock();
    }
  }

  /** Whether there is such a distinguished id at all. */
  public static boolean isDistinguishedId(String id) {
    return id.equals("root") || DISTINGUISHED.containsKey(id);
  }

  /** The folder of a distinguished id; Conversation History is made when it is first asked for. */
  public Optional<Folder> distinguished(String id) {
    if (id.equals("conversationhistory") && !distinguished.containsKey(id)) {
      makeDistinguished(id);
    }
    return Optional.ofNullable(distinguished.get(id));
  }

  /** The folder of an id. */
  public Optional<Folder> folder(String id) {
    return Optional.ofNullable(folders.get(id));
  }

  /** The item of an id. */
  public Optional<Item> item(String id) {
    return Optional.ofNullable(items.get(id));
  }

  /** Whether a text could be an id of a folder or an item. */
  public static boolean isWellFormedId(String id) {
    return ItemId.isWellFormed(id);
  }

  /** Every folder. */
  public List<Folder> allFolders() {
    return List.copyOf(folders.values());
  }

  /** Makes a folder; empty where one of that name is there already. */
  public Optional<Folder> create(Folder parent, String displayName, String folderClass) {
    if (parent.folders().stream().anyMatch(it -> it.displayName().equalsIgnoreCase(displayName))) {
      return Optional.empty();
    }
    var folder =
        new Folder(
            nextFolderId(), ItemId.changeKey(1, ++counter), parent, null, displayName, folderClass);
    parent.add(folder);
    folders.put(folder.id(), folder);
    return Optional.of(folder);
  }

  /** Deletes a folder with all that is in it. */
  public void delete(Folder folder) {
    folder.items().forEach(item -> items.remove(item.id()));
    List.copyOf(folder.folders()).forEach(this::delete);
    folders.remove(folder.id());
    if (folder.distinguishedId() != null) {
      distinguished.remove(folder.distinguishedId());
    }
    Folder parent = folder.parent();
    if (parent != null) {
      parent.remove(folder);
    }
  }

  /** Puts an item into a folder; id and change key are made here. */
  public Item create(Folder folder, Item draft, Instant now) {
    var item =
        new Item(
            ItemId.item(guid, ++counter),
            ItemId.changeKey(9, counter),
            folder.id(),
            draft.itemClass(),
            draft.subject(),
            draft.body(),
            draft.html(),
            draft.isRead(),
            draft.isDraft(),
            draft.extended(),
            now.truncatedTo(ChronoUnit.SECONDS));
    folder.add(item);
    items.put(item.id(), item);
    return item;
  }

  /** Deletes an item for good. */
  public void delete(Item item) {
    items.remove(item.id());
    Folder folder = folders.get(item.folderId());
    if (folder != null) {
      folder.remove(item);
    }
  }

  /** Moves an item; it gets another id. */
  public Item move(Item item, Folder to) {
    delete(item);
    return create(to, item, item.created());
  }

  private void makeDistinguished(String id) {
    String[] what = DISTINGUISHED.get(id);
    if (what == null) {
      return;
    }
    Folder parent =
        switch (id) {
          case "msgfolderroot", "searchfolders", "recoverableitemsroot" -> root;
          case "recoverableitemsdeletions", "recoverableitemspurges" ->
              distinguished.getOrDefault("recoverableitemsroot", root);
          default -> distinguished.getOrDefault("msgfolderroot", root);
        };
    var folder =
        new Folder(nextFolderId(), ItemId.changeKey(1, counter), parent, id, what[0], what[1]);
    parent.add(folder);
    folders.put(folder.id(), folder);
    distinguished.put(id, folder);
  }

  private String nextFolderId() {
    return ItemId.folder(guid, ++counter);
  }
}
