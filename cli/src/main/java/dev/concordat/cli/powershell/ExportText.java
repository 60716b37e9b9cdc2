package dev.concordat.cli.powershell;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * The text in the bytes that a shell wrote. Windows PowerShell's {@code >} and {@code Out-File}
 * write UTF-16 with a byte order mark, {@code -Encoding utf8} writes UTF-8 with one, other tools
 * write either without (setup.md 3.5).
 */
final class ExportText {

  private ExportText() {}

  static String of(byte[] bytes) throws UnreadableExport {
    if (starts(bytes, 0xFF, 0xFE, 0, 0) || starts(bytes, 0, 0, 0xFE, 0xFF)) {
      throw encoding();
    }
    if (starts(bytes, 0xEF, 0xBB, 0xBF)) {
      return decoded(bytes, 3, StandardCharsets.UTF_8);
    }
    if (starts(bytes, 0xFE, 0xFF)) {
      return decoded(bytes, 2, StandardCharsets.UTF_16BE);
    }
    if (starts(bytes, 0xFF, 0xFE)) {
      return decoded(bytes, 2, StandardCharsets.UTF_16LE);
    }
    // JSON begins with two characters of ASCII: where the NULs are tells UTF-16 and its order.
    if (bytes.length >= 2 && bytes[0] != 0 && bytes[1] == 0) {
      return decoded(bytes, 0, StandardCharsets.UTF_16LE);
    }
    if (bytes.length >= 2 && bytes[0] == 0 && bytes[1] != 0) {
      return decoded(bytes, 0, StandardCharsets.UTF_16BE);
    }
    return decoded(bytes, 0, StandardCharsets.UTF_8);
  }

  private static boolean starts(byte[] bytes, int... with) {
    if (bytes.length < with.length) {
      return false;
    }
    for (int i = 0; i < with.length; i++) {
      if ((bytes[i] & 0xFF) != with[i]) {
        return false;
      }
    }
    return true;
  }

  private static String decoded(byte[] bytes, int from, Charset charset) throws UnreadableExport {
    try {
      return charset
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(bytes, from, bytes.length - from))
          .toString();
    } catch (CharacterCodingException e) {
      throw encoding();
    }
  }

  private static UnreadableExport encoding() {
    return new UnreadableExport(
        "It is neither UTF-8 nor UTF-16. Write it again with: … | Out-File -Encoding utf8 FILE");
  }
}
