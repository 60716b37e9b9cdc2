package dev.concordat.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.outbound.ContentCoding.Unpacked;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContentCodingTest {

  private static final byte[] HELLO = "hello".getBytes(StandardCharsets.UTF_8);

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "GZIP", "x-gzip", "identity, gzip", " gzip ,"})
  void gzip_is_unpacked(String header) {
    assertThat(whole(ContentCoding.unpack(List.of(header), gzip(HELLO), 5))).isEqualTo(HELLO);
  }

  @Test
  void what_is_not_packed_stays_as_it_is() {
    assertThat(whole(ContentCoding.unpack(List.of(), HELLO, 5))).isEqualTo(HELLO);
    assertThat(whole(ContentCoding.unpack(List.of("identity"), HELLO, 5))).isEqualTo(HELLO);
  }

  @Test
  void nothing_needs_no_unpacking_whatever_it_says() {
    assertThat(whole(ContentCoding.unpack(List.of("br"), new byte[0], 5))).isEmpty();
  }

  @Test
  void several_members_are_one_answer() {
    byte[] one = gzip(HELLO);
    byte[] two = Arrays.copyOf(one, 2 * one.length);
    System.arraycopy(one, 0, two, one.length, one.length);

    assertThat(whole(ContentCoding.unpack(List.of("gzip"), two, 10)))
        .asString()
        .isEqualTo("hellohello");
  }

  @Test
  void the_limit_counts_what_comes_out() {
    assertThat(ContentCoding.unpack(List.of("gzip"), gzip(HELLO), 4))
        .isInstanceOf(Unpacked.TooLong.class);
  }

  @Test
  void a_bomb_takes_no_more_memory_than_the_limit() {
    byte[] bomb = bomb(256);
    long before = allocated();

    assertThat(ContentCoding.unpack(List.of("gzip"), bomb, 64 * 1024))
        .isInstanceOf(Unpacked.TooLong.class);
    assertThat(allocated() - before).isLessThan(4 * 1024 * 1024);
  }

  @Test
  void every_truncation_is_found() {
    byte[] packed = gzip(HELLO);
    for (int length = 1; length < packed.length; length++) {
      assertThat(ContentCoding.unpack(List.of("gzip"), Arrays.copyOf(packed, length), 100))
          .as("%d bytes", length)
          .isInstanceOf(Unpacked.Damaged.class);
    }
  }

  @Test
  void a_changed_byte_is_found() {
    byte[] packed = gzip(HELLO);
    packed[packed.length - 6] ^= 1;

    assertThat(ContentCoding.unpack(List.of("gzip"), packed, 100))
        .isInstanceOf(Unpacked.Damaged.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "br|br",
        "deflate|deflate",
        "zstd|zstd",
        "gzip, gzip|gzip, gzip",
        "gzip,br|gzip, br"
      })
  void other_codings_and_codings_in_codings_are_not_read(String header, String told) {
    assertThat(ContentCoding.unpack(List.of(header), HELLO, 100))
        .isEqualTo(new Unpacked.NotAskedFor(told));
  }

  private static byte[] whole(Unpacked unpacked) {
    assertThat(unpacked).isInstanceOf(Unpacked.Whole.class);
    return ((Unpacked.Whole) unpacked).body();
  }

  static byte[] gzip(byte[]... parts) {
    var bytes = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(bytes)) {
      for (byte[] part : parts) {
        gzip.write(part);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Zeros, a thousandth as long packed. */
  static byte[] bomb(int megabytes) {
    byte[][] parts = new byte[megabytes][];
    Arrays.fill(parts, new byte[1024 * 1024]);
    return gzip(parts);
  }

  private static long allocated() {
    return ((com.sun.management.ThreadMXBean)
            java.lang.management.ManagementFactory.getThreadMXBean())
        .getThreadAllocatedBytes(Thread.currentThread().threadId());
  }
}
