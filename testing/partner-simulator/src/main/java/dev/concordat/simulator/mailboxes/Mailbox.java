package dev.concordat.simulator.mailboxes;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A user's mailbox. Everything in it is reached under its lock. */
public final class Mailbox {

  private final String address;
  private final String displayName;
  private final UUID guid;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Long, Folder> folders = new TreeMap<>();
  private final Map<Long, Item> items = new HashMap<>();
  private final ChangeLog changes = new ChangeLog();
  private final Map<String, UserConfiguration> configurations = new TreeMap<>();
  private @Nullable ImContactList imContacts;
  private @Nullable List<Runnable> listeners;
  private MailboxRules rules = MailboxRules.DEFAULT;
  private long bytes;
  private boolean complete;
  private long counter = StandardFolder.LAST_NUMBER;

  Mailbox(String address) {
    this.address = address;
    String local = address.substring(0, address.indexOf('@'));
    displayName = local.substring(0, 1).toUpperCase(Locale.ROOT) + local.substring(1);
    guid = UUID.nameUUIDFromBytes(address.getBytes(StandardCharsets.UTF_8));
  }

  /** Its primary SMTP address, in lower case. */
  public String address() {
    return address;
  }

  /** Its user's name. */
  public String displayName() {
    return displayName;
  }

  /** Which one it is among all. */
  public UUID guid() {
    return guid;
  }

  /** Its user's security identifier. */
  public String sid() {
    long high = guid.getMostSignificantBits();
    long low = guid.getLeastSignificantBits();
    return "S-1-5-21-%d-%d-%d-%d"
        .formatted(
            (high >>> 32) & 0xffff_ffffL,
            high & 0xffff_ffffL,
            (low >>> 32) & 0xffff_ffffL,
            1000 + (low & 0xffffL));
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

  /** What an administrator set. */
  public MailboxRules rules() {
    return alone(() -> rules);
  }

  /** Sets what an administrator may set. */
  public void govern(MailboxRules set) {
    alone(() -> rules = set);
  }

  /** Whether this many bytes more would be more than it may hold. */
  public boolean isFullWith(long more) {
    return rules.quotaBytes() > 0 && bytes + more > rules.quotaBytes();
  }

  /**
   * The folder of a distinguished id. The standard folders come to be when somebody needs them:
   * most mailboxes of many are hardly ever looked into.
   */
  public Optional<Folder> distinguished(String id) {
    return StandardFolder.of(id)
        .flatMap(
            it -> {
              Folder there = folders.get(it.number());
              boolean made = there == null && (!complete || it.isMadeWhenAskedFor());
              return made ? Optional.of(make(it)) : Optional.ofNullable(there);
            });
  }

  /** Makes the standard folders that nobody has needed so far. */
  void complete() {
    if (!complete) {
      StandardFolder.atFirst().forEach(it -> distinguished(it.id()));
      complete = true;
    }
  }

  /** The folder of a number. */
  public Optional<Folder> folder(long number) {
    if (number <= StandardFolder.LAST_NUMBER) {
      complete();
    }
    return Optional.ofNullable(folders.get(number));
  }

  /** The item of a number. */
  public Optional<Item> item(long number) {
    return Optional.ofNullable(items.get(number));
  }

  /** Every folder, the oldest first. */
  public Collection<Folder> allFolders() {
    complete();
    return List.copyOf(folders.values());
  }

  /** What happened in it. */
  public ChangeLog changes() {
    return changes;
  }

  /** Calls back after each change, alone in the mailbox: it must be quick. */
  public boolean listen(Runnable listener) {
    if (listeners == null) {
      listeners = new ArrayList<>(1);
    }
    return listeners.add(listener);
  }

  /** Ends it; whether it was told of changes until now. */
  public boolean unlisten(Runnable listener) {
    return listeners != null && listeners.remove(listener);
  }

  /** Its lists of IM contacts. */
  public ImContactList imContacts() {
    if (imContacts == null) {
      imContacts = new ImContactList(() -> ++counter);
    }
    return imContacts;
  }

  /** What programs have stored in its folders, by folder and name. */
  public Map<String, UserConfiguration> configurations() {
    return configurations;
  }

  /** The number of the last change. */
  public long lastChange() {
    return counter;
  }

  /** Makes a folder; empty where one of that name is there already. */
  public Optional<Folder> create(
      Folder parent, String displayName, String folderClass, Instant now) {
    if (parent.folders().stream().anyMatch(it -> it.displayName().equalsIgnoreCase(displayName))) {
      return Optional.empty();
    }
    long number = ++counter;
    var folder = new Folder(this, number, number, parent, null, displayName, folderClass);
    parent.add(folder);
    folders.put(folder.number(), folder);
    log(Change.Kind.CREATED, folder, 0, 0, now);
    return Optional.of(folder);
  }

  /** Gives a folder another name. */
  public void rename(Folder folder, String displayName, Instant now) {
    folder.rename(displayName, ++counter);
    log(Change.Kind.MODIFIED, folder, 0, 0, now);
  }

  /** Gives a folder another class. */
  public void reclass(Folder folder, String folderClass, Instant now) {
    folder.reclass(folderClass, ++counter);
    log(Change.Kind.MODIFIED, folder, 0, 0, now);
  }

  /** Sets a folder's extended properties. */
  public void extend(Folder folder, Map<Item.ExtendedProperty, Value> extended, Instant now) {
    folder.extend(extended, ++counter);
    log(Change.Kind.MODIFIED, folder, 0, 0, now);
  }

  /** Moves a folder with all that is in it; it stays the same folder. */
  public void move(Folder folder, Folder to, Instant now) {
    Folder from = folder.parent();
    folder.moveTo(to, ++counter);
    log(Change.Kind.MOVED, folder, folder.number(), from == null ? 0 : from.number(), now);
  }

  /** Copies a folder with all that is in it. */
  public Folder copy(Folder folder, Folder to, Instant now) {
    long number = ++counter;
    var copy =
        new Folder(this, number, number, to, null, folder.displayName(), folder.folderClass());
    to.add(copy);
    folders.put(copy.number(), copy);
    log(Change.Kind.COPIED, copy, folder.number(), number(folder.parent()), now);
    List.copyOf(folder.items()).forEach(item -> copy(item, copy, now));
    List.copyOf(folder.folders()).stream()
        .filter(inner -> inner != copy)
        .forEach(inner -> copy(inner, copy, now));
    return copy;
  }

  /** Deletes a folder with all that is in it. */
  public void delete(Folder folder, Instant now) {
    empty(folder, true, now);
    folders.remove(folder.number());
    Folder parent = folder.parent();
    if (parent != null) {
      parent.remove(folder);
    }
    counter++;
    log(Change.Kind.DELETED, folder, 0, 0, now);
  }

  /** Deletes what is in a folder. */
  public void empty(Folder folder, boolean foldersToo, Instant now) {
    List.copyOf(folder.items()).forEach(item -> delete(item, now));
    if (foldersToo) {
      List.copyOf(folder.folders()).forEach(inner -> delete(inner, now));
    }
  }

  /** Puts an item into a folder. */
  public Item create(Folder folder, Content content, Instant now) {
    Instant at = seconds(now);
    Item item = put(folder, content, at, at);
    log(Change.Kind.CREATED, item, 0, 0, at);
    return item;
  }

  /** Writes an item; only its change key becomes another. */
  public Item update(Item item, Content content, Instant now) {
    take(item);
    var written =
        new Item(
            guid,
            item.number(),
            item.folder(),
            item.made(),
            ++counter,
            content,
            item.created(),
            seconds(now));
    keep(written);
    log(Change.Kind.MODIFIED, written, 0, 0, now);
    return written;
  }

  /** Moves an item; it gets another id. */
  public Item move(Item item, Folder to, Instant now) {
    take(item);
    Item moved = put(to, item.content(), item.created(), item.modified());
    log(Change.Kind.MOVED, moved, item.number(), item.folder(), now);
    return moved;
  }

  /** Copies an item. */
  public Item copy(Item item, Folder to, Instant now) {
    Item copy = put(to, item.content(), item.created(), item.modified());
    log(Change.Kind.COPIED, copy, item.number(), item.folder(), now);
    return copy;
  }

  /** Deletes an item, and leaves nothing of it. */
  public void delete(Item item, Instant now) {
    take(item);
    counter++;
    log(Change.Kind.DELETED, item, 0, 0, now);
  }

  private Item put(Folder folder, Content content, Instant created, Instant modified) {
    long number = ++counter;
    var item = new Item(guid, number, folder.number(), number, number, content, created, modified);
    keep(item);
    return item;
  }

  private void keep(Item item) {
    items.put(item.number(), item);
    bytes += item.size();
    Folder folder = folders.get(item.folder());
    if (folder != null) {
      folder.add(item);
    }
  }

  private void take(Item item) {
    Item last = items.remove(item.number());
    if (last == null) {
      return;
    }
    bytes -= last.size();
    Folder folder = folders.get(last.folder());
    if (folder != null) {
      folder.remove(last);
    }
  }

  private Folder make(StandardFolder what) {
    Folder parent = distinguished(what.parent()).orElse(null);
    var folder =
        new Folder(
            this,
            what.number(),
            // It counts as there from the start, unless asking for it is what makes it.
            what.isMadeWhenAskedFor() ? ++counter : what.number(),
            parent,
            what.id(),
            what.displayName(),
            what.folderClass());
    if (parent != null) {
      parent.add(folder);
    }
    folders.put(folder.number(), folder);
    return folder;
  }

  private void log(Change.Kind kind, Item item, long oldObject, long oldFolder, Instant now) {
    log(
        new Change(
            counter,
            kind,
            StoreId.Kind.ITEM,
            item.number(),
            item.folder(),
            oldObject,
            oldFolder,
            seconds(now)));
  }

  private void log(Change.Kind kind, Folder folder, long oldObject, long oldFolder, Instant now) {
    log(
        new Change(
            counter,
            kind,
            StoreId.Kind.FOLDER,
            folder.number(),
            number(folder.parent()),
            oldObject,
            oldFolder,
            seconds(now)));
  }

  private void log(Change change) {
    changes.add(change);
    if (listeners != null) {
      List.copyOf(listeners).forEach(Runnable::run);
    }
  }

  private static long number(@Nullable Folder folder) {
    return folder == null ? 0 : folder.number();
  }

  private static Instant seconds(Instant now) {
    Instant whole = now.truncatedTo(ChronoUnit.SECONDS);
    // The same one again costs no memory.
    return whole.equals(now) ? now : whole;
  }
}
