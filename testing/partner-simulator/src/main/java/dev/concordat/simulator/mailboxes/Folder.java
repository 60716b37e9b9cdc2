package dev.concordat.simulator.mailboxes;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A folder of a mailbox. Its mailbox guards it: it is only used under that one's lock. */
public final class Folder {

  /** The product too keeps a few restricted or sorted views of a folder, and forgets old ones. */
  private static final int VIEWS_KEPT = 8;

  private static final Comparator<Item> BY_NUMBER = Comparator.comparingLong(Item::number);

  private final Mailbox mailbox;
  private final long number;
  private final @Nullable String distinguishedId;
  private final long made;
  private long change;
  private @Nullable Folder parent;
  private String displayName;
  private String folderClass;
  private final List<Folder> folders = new ArrayList<>(0);
  private @Nullable TreeSet<Item> items;
  private @Nullable Map<Object, View> views;
  private Map<Item.ExtendedProperty, Value> extended = Map.of();

  Folder(
      Mailbox mailbox,
      long number,
      long made,
      @Nullable Folder parent,
      @Nullable String distinguishedId,
      String displayName,
      String folderClass) {
    this.mailbox = mailbox;
    this.number = number;
    this.made = made;
    this.change = made;
    this.parent = parent;
    this.distinguishedId = distinguishedId;
    this.displayName = displayName;
    this.folderClass = folderClass;
  }

  /** Items that hold to something, in an order, kept right by every write. */
  private record View(Predicate<Item> holding, TreeSet<Item> items) {}

  public String id() {
    return StoreId.folder(mailbox.guid(), number);
  }

  /** Its number in the mailbox. */
  public long number() {
    return number;
  }

  public String changeKey() {
    return StoreId.changeKey(1, change);
  }

  /** The change that brought it here. */
  public long made() {
    return made;
  }

  /** The last change to itself, not to what is in it. */
  public long change() {
    return change;
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

  /** Its extended properties. */
  public Map<Item.ExtendedProperty, Value> extended() {
    return extended;
  }

  /** The folders in it, in the order of their creation. */
  public Collection<Folder> folders() {
    mailbox.complete();
    return folders;
  }

  /** The items in it, in the order of their creation. */
  public Collection<Item> items() {
    return items == null ? List.of() : items;
  }

  /** How many of its items are not read. */
  public long unread() {
    return view("unread", item -> !item.isRead(), BY_NUMBER).size();
  }

  /** Whether it is this folder, or in it at any depth. */
  public boolean isWithin(Folder other) {
    for (Folder at = this; at != null; at = at.parent) {
      if (at == other) {
        return true;
      }
    }
    return false;
  }

  /**
   * Its items that hold to something, in an order. The first call sorts; whoever asks for the same
   * again gets the same set, which every write has kept right meanwhile.
   *
   * @param key what says which view it is: of equal keys, predicate and order must be equal too
   */
  public NavigableSet<Item> view(Object key, Predicate<Item> holding, Comparator<Item> order) {
    if (items == null) {
      return new TreeSet<>(BY_NUMBER);
    }
    if (views == null) {
      views = new LinkedHashMap<>(4, 0.75f, true);
    }
    View view = views.get(key);
    if (view == null) {
      var sorted = new TreeSet<Item>(order.thenComparing(BY_NUMBER));
      items.stream().filter(holding).forEach(sorted::add);
      view = new View(holding, sorted);
      views.put(key, view);
      if (views.size() > VIEWS_KEPT) {
        views.remove(views.keySet().iterator().next());
      }
    }
    return view.items();
  }

  void add(Folder folder) {
    int at = Collections.binarySearch(folders, folder, Comparator.comparingLong(Folder::number));
    folders.add(at < 0 ? -at - 1 : at, folder);
  }

  void remove(Folder folder) {
    folders.remove(folder);
  }

  void add(Item item) {
    if (items == null) {
      items = new TreeSet<>(BY_NUMBER);
    }
    items.add(item);
    if (views != null) {
      for (View view : views.values()) {
        if (view.holding().test(item)) {
          view.items().add(item);
        }
      }
    }
  }

  void remove(Item item) {
    if (items != null) {
      items.remove(item);
    }
    if (views != null) {
      views.values().forEach(view -> view.items().remove(item));
    }
  }

  void rename(String name, long by) {
    displayName = name;
    change = by;
  }

  void reclass(String itsClass, long by) {
    folderClass = itsClass;
    change = by;
  }

  void extend(Map<Item.ExtendedProperty, Value> properties, long by) {
    extended = Map.copyOf(properties);
    change = by;
  }

  void moveTo(Folder other, long by) {
    if (parent != null) {
      parent.remove(this);
    }
    parent = other;
    other.add(this);
    change = by;
  }
}
