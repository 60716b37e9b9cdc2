package dev.concordat.simulator.mailboxes;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A folder of a mailbox. Its mailbox guards it: it is only used under that one's lock. */
public final class Folder {

  private final String id;
  private final String changeKey;
  private final @Nullable Folder parent;
  private final @Nullable String distinguishedId;
  private final String displayName;
  private final String folderClass;
  private final Map<String, Folder> folders = new LinkedHashMap<>();
  private final Map<String, Item> items = new LinkedHashMap<>();

  Folder(
      String id,
      String changeKey,
      @Nullable Folder parent,
      @Nullable String distinguishedId,
      String displayName,
      String folderClass) {
    this.id = id;
    this.changeKey = changeKey;
    this.parent = parent;
    this.distinguishedId = distinguishedId;
    this.displayName = displayName;
    this.folderClass = folderClass;
  }

  public String id() {
    return id;
  }

  public String changeKey() {
    return changeKey;
  }

  /** The folder that it is in; absent for the root. */
  public @Nullable Folder parent() {
    return parent;
  }

  /** The name that clients know it by whatever its language; absent for ordinary folders. */
  public @Nullable String distinguishedId() {
    return distinguishedId;
  }

  public String displayName() {
    return displayName;
  }

  public String folderClass() {
    return folderClass;
  }

  /** The folders in it, in the order of their creation. */
  public Collection<Folder> folders() {
    return folders.values();
  }

  /** The items in it, in the order of their creation. */
  public Collection<Item> items() {
    return items.values();
  }

  /** How many of its items are not read. */
  public long unread() {
    return items.values().stream().filter(item -> !item.isRead()).count();
  }

  void add(Folder folder) {
    folders.put(folder.id, folder);
  }

  void add(Item item) {
    items.put(item.id(), item);
  }

  void remove(Item item) {
    items.remove(item.id());
  }

  void remove(Folder folder) {
    folders.remove(folder.id);
  }
}
