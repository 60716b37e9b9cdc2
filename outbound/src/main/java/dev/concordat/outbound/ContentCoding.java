package dev.concordat.outbound;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

/**
 * Unpacks answers (RFC 9110 8.4). Only gzip is asked for, so only gzip is read, and once: a coding
 * within a coding is how a few bytes become a flood. It is unpacked after the whole answer is there
 * and no further than to the limit, so that a bomb needs no more memory than an honest answer.
 */
final class ContentCoding {

  /** What the body came to. */
  sealed interface Unpacked {
    @SuppressWarnings("ArrayRecordComponent") // never compared, and too large to copy
    record Whole(byte[] body) implements Unpacked {}

    /** It is longer than it may be. */
    record TooLong() implements Unpacked {}

    /** It ends too early, or is no gzip. */
    record Damaged() implements Unpacked {}

    /** It is packed in a way that wasn't asked for. */
    record NotAskedFor(String coding) implements Unpacked {}
  }

  private ContentCoding() {}

  /**
   * @param headers the values of {@code Content-Encoding}
   * @param limit how long the unpacked body may be
   */
  static Unpacked unpack(List<String> headers, byte[] body, int limit) {
    List<String> codings =
        headers.stream()
            .flatMap(it -> Arrays.stream(it.split(",", -1)))
            .map(it -> it.strip().toLowerCase(Locale.ROOT))
            .filter(it -> !it.isEmpty() && !it.equals("identity"))
            .toList();
    if (codings.isEmpty() || body.length == 0) {
      return new Unpacked.Whole(body);
    }
    if (codings.size() > 1 || !(codings.contains("gzip") || codings.contains("x-gzip"))) {
      return new Unpacked.NotAskedFor(String.join(", ", codings));
    }
    var unpacked = new ByteArrayOutputStream(Math.min(limit, 4 * body.length));
    byte[] some = new byte[8192];
    try (var gzip = new GZIPInputStream(new ByteArrayInputStream(body), some.length)) {
      for (int read = gzip.read(some); read >= 0; read = gzip.read(some)) {
        if (unpacked.size() + read > limit) {
          return new Unpacked.TooLong();
        }
        unpacked.write(some, 0, read);
      }
    } catch (IOException e) {
      return new Unpacked.Damaged();
    }
    return new Unpacked.Whole(unpacked.toByteArray());
  }
}
