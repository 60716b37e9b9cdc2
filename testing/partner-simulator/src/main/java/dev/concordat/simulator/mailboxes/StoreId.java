package dev.concordat.simulator.mailboxes;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;

/**
 * Ids of folders, items and conversations in the form that published ids have when decoded: a byte
 * for compression (none), one for the kind, the mailbox's GUID in text, and an entry id of 46 bytes
 * for folders, 70 for items, 16 for conversations (ews.md 8).
 *
 * @param kind what it names
 * @param mailbox the mailbox that it is in
 * @param number its number there
 */
public record StoreId(Kind kind, UUID mailbox, long number) {

  private static final int HEAD = 43;

  /** What an id names. */
  public enum Kind {
    FOLDER(3, 46),
    ITEM(3, 70),
    CONVERSATION(4, 16);

    private final int type;
    private final int length;

    Kind(int type, int length) {
      this.type = type;
      this.length = length;
    }

    /** How many bytes such an id has before it is encoded. */
    public int bytes() {
      return HEAD + length;
    }
  }

  static String folder(UUID mailbox, long number) {
    return new StoreId(Kind.FOLDER, mailbox, number).text();
  }

  static String item(UUID mailbox, long number) {
    return new StoreId(Kind.ITEM, mailbox, number).text();
  }

  /** A change key: an object's type and the number of its last change. */
  static String changeKey(int type, long change) {
    var bytes = ByteBuffer.allocate(30).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(type).putInt(22).putLong(8, change);
    return Base64.getEncoder().encodeToString(bytes.array());
  }

  /**
   * The change that a change key names; empty for what is no change key. The short form of samples
   * ({@code AQAAAA==}) has none, and counts as none given.
   */
  public static Optional<Long> change(String changeKey) {
    try {
      byte[] bytes = Base64.getDecoder().decode(changeKey);
      if (bytes.length == 4) {
        return Optional.of(-1L);
      }
      var key = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      return bytes.length == 30 && key.getInt(4) == 22
          ? Optional.of(key.getLong(8))
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** As clients see it. */
  public String text() {
    return Base64.getEncoder().encodeToString(bytes());
  }

  /** The entry id alone, as the formats of {@code ConvertId} carry it. */
  public byte[] entryId() {
    byte[] all = bytes();
    return java.util.Arrays.copyOfRange(all, HEAD, all.length);
  }

  private byte[] bytes() {
    var bytes = ByteBuffer.allocate(HEAD + kind.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put((byte) 0).put((byte) kind.type).putShort((short) 36);
    bytes.put(mailbox.toString().getBytes(StandardCharsets.US_ASCII));
    bytes.put((byte) 0).putShort((short) kind.length);
    if (kind != Kind.CONVERSATION) {
      bytes.putLong(mailbox.getMostSignificantBits()).putLong(mailbox.getLeastSignificantBits());
    }
    bytes.putLong(HEAD + kind.length - 8, number);
    return bytes.array();
  }

  /** Reads an id; empty where it hasn't the form of one. */
  public static Optional<StoreId> parse(String id) {
    if (id.length() > 512) {
      return Optional.empty();
    }
    try {
      var bytes = ByteBuffer.wrap(Base64.getDecoder().decode(id)).order(ByteOrder.LITTLE_ENDIAN);
      if (bytes.capacity() < HEAD || bytes.get(0) != 0 || bytes.getShort(2) != 36) {
        return Optional.empty();
      }
      for (Kind kind : Kind.values()) {
        if (bytes.capacity() == HEAD + kind.length
            && bytes.get(1) == kind.type
            && bytes.getShort(41) == kind.length) {
          UUID mailbox =
              UUID.fromString(new String(bytes.array(), 4, 36, StandardCharsets.US_ASCII));
          return Optional.of(new StoreId(kind, mailbox, bytes.getLong(HEAD + kind.length - 8)));
        }
      }
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Reads an entry id as {@code ConvertId} gives it, of a folder or an item of this mailbox. */
  public static Optional<StoreId> ofEntryId(byte[] entryId, UUID mailbox) {
    for (Kind kind : new Kind[] {Kind.FOLDER, Kind.ITEM}) {
      if (entryId.length == kind.length) {
        var bytes = ByteBuffer.wrap(entryId).order(ByteOrder.LITTLE_ENDIAN);
        return bytes.getLong(0) == mailbox.getMostSignificantBits()
            ? Optional.of(new StoreId(kind, mailbox, bytes.getLong(kind.length - 8)))
            : Optional.empty();
      }
    }
    return Optional.empty();
  }
}
