package dev.concordat.simulator.mailboxes;

import java.time.Instant;
import java.util.Map;

/**
 * An item of a mailbox.
 *
 * @param id opaque, changed by a move
 * @param changeKey changed by each write
 * @param folderId the folder that it is in
 * @param itemClass for example {@code IPM.Note.Microsoft.Conversation}
 * @param subject its subject
 * @param body its body
 * @param html whether the body is HTML
 * @param isRead whether it counts as read
 * @param isDraft whether it counts as a draft
 * @param extended its extended properties
 * @param created when it was made
 */
public record Item(
    String id,
    String changeKey,
    String folderId,
    String itemClass,
    String subject,
    String body,
    boolean html,
    boolean isRead,
    boolean isDraft,
    Map<ExtendedProperty, String> extended,
    Instant created) {

  public Item {
    extended = Map.copyOf(extended);
  }

  /**
   * The name of an extended property.
   *
   * @param set the distinguished property set or its GUID; empty for a property tag
   * @param name the property's name, id or tag
   * @param type its type
   */
  public record ExtendedProperty(String set, String name, String type) {}

  /** Its size in bytes, roughly. */
  public int size() {
    return subject.length() + body.length() + 512;
  }
}
