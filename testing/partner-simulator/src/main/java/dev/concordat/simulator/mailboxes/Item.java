package dev.concordat.simulator.mailboxes;

import java.time.Instant;
import java.util.UUID;

/**
 * An item of a mailbox as it stands: each write puts another one in its place.
 *
 * @param mailbox the mailbox that it is in
 * @param number its number there; a move gives it another
 * @param folder the number of the folder that it is in
 * @param made the change that brought it there
 * @param change the last change to it
 * @param content what it holds
 * @param created when it was made
 * @param modified when it was last written
 */
public record Item(
    UUID mailbox,
    long number,
    long folder,
    long made,
    long change,
    Content content,
    Instant created,
    Instant modified) {

  /**
   * The name of an extended property.
   *
   * @param set the distinguished property set or its GUID; empty for a property tag
   * @param name the property's name, id or tag
   * @param type its type
   */
  public record ExtendedProperty(String set, String name, String type) {}

  /** Opaque, changed by a move. */
  public String id() {
    return StoreId.item(mailbox, number);
  }

  /** Changed by each write. */
  public String changeKey() {
    return StoreId.changeKey(
        switch (content.type()) {
          case CONTACT -> 0x11;
          case DISTRIBUTION_LIST -> 0x12;
          default -> 9;
        },
        change);
  }

  public String subject() {
    return content.text("Subject").orElse("");
  }

  /** For example {@code IPM.Note.Microsoft.Conversation}. */
  public String itemClass() {
    return content.text("ItemClass").orElse(content.type().itemClass());
  }

  public boolean isRead() {
    return content.text("IsRead").orElse("true").equals("true");
  }

  /** Whether it belongs to the folder itself, as settings do, and isn't shown. */
  public boolean isAssociated() {
    return content.text("IsAssociated").orElse("false").equals("true");
  }

  /** Its size in bytes, roughly. */
  public int size() {
    return content.size();
  }
}
