package dev.concordat.simulator.ews;

import dev.concordat.simulator.Xml;
import dev.concordat.simulator.mailboxes.Change;
import dev.concordat.simulator.mailboxes.Folder;
import dev.concordat.simulator.mailboxes.Mailbox;
import dev.concordat.simulator.mailboxes.StoreId;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import javax.xml.stream.XMLStreamException;
import org.jspecify.annotations.Nullable;

/** Who wants to hear of what happens in a mailbox. Its mailbox guards it. */
final class Subscription {

  /** How many events are told at once. */
  static final int MOST_EVENTS = 50;

  private final String id;
  private final Mailbox mailbox;
  private final Set<Long> folders;
  private final Set<Change.Kind> kinds;
  private final Duration timeout;
  private final boolean streaming;
  private Instant last;
  private long told;
  private @Nullable EventStream stream;

  /**
   * A subscription.
   *
   * @param folders the folders' numbers; empty for all
   * @param kinds what is told
   * @param timeout how long it lives without being asked
   * @param streaming whether it was made for a stream
   * @param now when it was made
   * @param told the last change that is not told any more
   */
  Subscription(
      String id,
      Mailbox mailbox,
      Set<Long> folders,
      Set<Change.Kind> kinds,
      Duration timeout,
      boolean streaming,
      Instant now,
      long told) {
    this.id = id;
    this.mailbox = mailbox;
    this.folders = folders;
    this.kinds = kinds;
    this.timeout = timeout;
    this.streaming = streaming;
    this.last = now;
    this.told = told;
  }

  String id() {
    return id;
  }

  Mailbox mailbox() {
    return mailbox;
  }

  boolean streaming() {
    return streaming;
  }

  /** Somebody asked. */
  void asked(Instant now) {
    last = now;
  }

  boolean isOver(Instant now) {
    return last.plus(timeout).isBefore(now);
  }

  /** The stream that tells of it. */
  @Nullable EventStream stream() {
    return stream;
  }

  void toldBy(@Nullable EventStream by) {
    stream = by;
  }

  /** What happened since a change that it wants to hear of. */
  List<Change> after(long change) {
    return mailbox.changes().after(change).stream().filter(this::tells).toList();
  }

  private boolean tells(Change change) {
    return kinds.contains(change.kind())
        && (folders.isEmpty()
            || folders.contains(change.folder())
            || folders.contains(change.oldFolder()));
  }

  /** Whether something happened that is forgotten before it was told. */
  boolean hasMissed() {
    return !mailbox.changes().reachesBackTo(told);
  }

  /** What its stream has not told yet, of which some is told now. */
  List<Change> news() {
    List<Change> news = after(told);
    if (news.size() > MOST_EVENTS) {
      news = news.subList(0, MOST_EVENTS);
    }
    if (!news.isEmpty()) {
      told = news.getLast().number();
    }
    return news;
  }

  /**
   * Writes what happened.
   *
   * @param withWatermark whether it says from where on to ask; a stream is not asked
   */
  void write(Xml.Writer out, Change change, boolean withWatermark) throws XMLStreamException {
    String name =
        switch (change.kind()) {
          case CREATED -> "t:CreatedEvent";
          case MODIFIED -> "t:ModifiedEvent";
          case DELETED -> "t:DeletedEvent";
          case MOVED -> "t:MovedEvent";
          case COPIED -> "t:CopiedEvent";
        };
    String object = change.of() == StoreId.Kind.ITEM ? "ItemId" : "FolderId";
    out.element(
        name,
        it -> {
          if (withWatermark) {
            it.text("t:Watermark", watermark(mailbox, change.number()));
          }
          it.text("t:TimeStamp", Values.write(change.at()));
          id(it, "t:" + object, change.of(), change.object());
          id(it, "t:ParentFolderId", StoreId.Kind.FOLDER, change.folder());
          if (change.oldObject() != 0) {
            id(it, "t:Old" + object, change.of(), change.oldObject());
            id(it, "t:OldParentFolderId", StoreId.Kind.FOLDER, change.oldFolder());
          }
        });
  }

  private void id(Xml.Writer out, String name, StoreId.Kind kind, long number)
      throws XMLStreamException {
    String changeKey =
        kind == StoreId.Kind.ITEM
            ? mailbox.item(number).map(it -> it.changeKey()).orElse("")
            : mailbox.folder(number).map(Folder::changeKey).orElse("");
    out.element(
        name,
        it -> {
          it.attribute("Id", new StoreId(kind, mailbox.guid(), number).text());
          if (!changeKey.isEmpty()) {
            it.attribute("ChangeKey", changeKey);
          }
        });
  }

  static String watermark(Mailbox mailbox, long change) {
    return Base64.getEncoder()
        .encodeToString(
            ByteBuffer.allocate(24)
                .putLong(mailbox.guid().getMostSignificantBits())
                .putLong(mailbox.guid().getLeastSignificantBits())
                .putLong(change)
                .array());
  }
}
