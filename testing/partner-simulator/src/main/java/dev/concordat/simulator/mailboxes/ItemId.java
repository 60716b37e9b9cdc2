package dev.concordat.simulator.mailboxes;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;

/**
 * Ids of folders and items in the form that published ids have when decoded: a byte for compression
 * (none), one for the kind, the mailbox's GUID in text, and an entry id of 46 bytes for folders and
 * 70 for items (ews.md 8).
 */
final class ItemId {

  private static final int FOLDER = 46;
  private static final int ITEM = 70;

  private ItemId() {}

  static String folder(UUID mailbox, long number) {
    return id(mailbox, number, FOLDER);
  }

  static String item(UUID mailbox, long number) {
    return id(mailbox, number, ITEM);
  }

  /** Whether a text has the form of an id at all. */
  static boolean isWellFormed(String id) {
    return decode(id).isPresent();
  }

  static String changeKey(int type, long version) {
    var bytes = ByteBuffer.allocate(30).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(type).putInt(22).putLong(8, version);
    return Base64.getEncoder().encodeToString(bytes.array());
  }

  private static String id(UUID mailbox, long number, int length) {
    var bytes = ByteBuffer.allocate(43 + length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put((byte) 0).put((byte) 3).putShort((short) 36);
    bytes.put(mailbox.toString().getBytes(StandardCharsets.US_ASCII));
    bytes.put((byte) 0).putShort((short) length);
    bytes.putLong(mailbox.getMostSignificantBits()).putLong(mailbox.getLeastSignificantBits());
    bytes.putLong(43 + length - 8, number);
    return Base64.getEncoder().encodeToString(bytes.array());
  }

  private static Optional<byte[]> decode(String id) {
    if (id.length() > 512) {
      return Optional.empty();
    }
    try {
      byte[] bytes = Base64.getDecoder().decode(id);
      boolean whole =
          (bytes.length == 43 + FOLDER || bytes.length == 43 + ITEM)
              && bytes[0] == 0
              && bytes[1] == 3
              && bytes[2] == 36;
      return whole ? Optional.of(bytes) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
