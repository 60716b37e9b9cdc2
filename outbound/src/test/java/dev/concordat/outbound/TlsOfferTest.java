package dev.concordat.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What our side offers a server when TLS begins, read off the wire (RFC 8446 4.1.2). */
class TlsOfferTest {

  private static final Vertx VERTX = Vertx.vertx();
  private static Offer offer;

  /** Protocol versions and cipher suites by their numbers, and the host that is asked for. */
  private record Offer(List<Integer> versions, List<Integer> suites, String host) {}

  @BeforeAll
  static void listen() throws Exception {
    var hello = new CompletableFuture<byte[]>();
    try (var guard = new GuardedHttp(VERTX, Settings.strict().allowing("127.0.0.0/8"));
        var server =
            new RawServer(
                socket -> {
                  try {
                    hello.complete(firstRecord(new DataInputStream(socket.getInputStream())));
                  } catch (IOException e) {
                    hello.completeExceptionally(e);
                  }
                })) {
      // No answer comes: the server has heard enough.
      var _ =
          GuardedHttpContract.failure(
              guard, OutboundRequest.get(URI.create("https://localhost:" + server.port() + "/")));
      offer = read(ByteBuffer.wrap(hello.get(10, TimeUnit.SECONDS)));
    }
  }

  @AfterAll
  static void stop() throws Exception {
    VERTX.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Test
  void tls_1_3_and_1_2_and_nothing_older() {
    assertThat(offer.versions).containsExactlyInAnyOrder(0x0304, 0x0303);
  }

  @Test
  void no_suite_without_encryption_or_by_what_is_broken() {
    assertThat(offer.suites).contains(0x1301, 0x1302, 0xc02f, 0xc030);
    assertThat(offer.suites.stream().filter(TlsOfferTest::isWeak).map(Integer::toHexString))
        .as("NULL, EXPORT, RC4, DES, 3DES, anonymous, and blocks chained under SHA-1")
        .isEmpty();
  }

  @Test
  void the_host_that_is_called_is_asked_for() {
    assertThat(offer.host).isEqualTo("localhost");
  }

  /**
   * By the numbers of IANA's registry: 0x0001–0x001b are NULL, EXPORT, RC4, DES and 3DES with RSA,
   * DSS and anonymous Diffie-Hellman; 0x002f–0x003a and 0xc001–0xc019 are AES and others under
   * SHA-1.
   */
  private static boolean isWeak(int suite) {
    return (suite >= 0x0001 && suite <= 0x003b)
        || (suite >= 0x0041 && suite <= 0x0066)
        || (suite >= 0x0084 && suite <= 0x0099)
        || (suite >= 0xc001 && suite <= 0xc022);
  }

  private static byte[] firstRecord(DataInputStream in) throws IOException {
    assertThat(in.readUnsignedByte()).as("a handshake record").isEqualTo(22);
    in.readUnsignedShort();
    byte[] record = new byte[in.readUnsignedShort()];
    in.readFully(record);
    return record;
  }

  private static Offer read(ByteBuffer hello) {
    assertThat(hello.get()).as("a ClientHello").isEqualTo((byte) 1);
    skip(hello, 3 + 2 + 32);
    skip(hello, Byte.toUnsignedInt(hello.get()));
    List<Integer> suites = numbers(part(hello, hello.getShort()));
    skip(hello, Byte.toUnsignedInt(hello.get()));
    List<Integer> versions = List.of();
    String host = "";
    ByteBuffer extensions = part(hello, hello.getShort());
    while (extensions.hasRemaining()) {
      int type = Short.toUnsignedInt(extensions.getShort());
      ByteBuffer extension = part(extensions, extensions.getShort());
      if (type == 43) {
        skip(extension, 1);
        versions = numbers(extension);
      } else if (type == 0) {
        skip(extension, 5);
        host = StandardCharsets.US_ASCII.decode(extension).toString();
      }
    }
    return new Offer(versions, suites, host);
  }

  private static ByteBuffer part(ByteBuffer of, short length) {
    ByteBuffer part = of.slice(of.position(), Short.toUnsignedInt(length));
    skip(of, Short.toUnsignedInt(length));
    return part;
  }

  private static void skip(ByteBuffer buffer, int count) {
    buffer.position(buffer.position() + count);
  }

  private static List<Integer> numbers(ByteBuffer part) {
    var numbers = new ArrayList<Integer>();
    while (part.remaining() >= 2) {
      numbers.add(Short.toUnsignedInt(part.getShort()));
    }
    return numbers;
  }
}
