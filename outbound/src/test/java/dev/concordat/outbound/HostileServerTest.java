package dev.concordat.outbound;

import static dev.concordat.outbound.RawServer.head;
import static dev.concordat.outbound.RawServer.say;
import static dev.concordat.outbound.RawServer.untilGone;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.outbound.OutboundFailure.Reason;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The guard against servers that break HTTP itself, byte by byte. */
class HostileServerTest {

  private static final String OK = "HTTP/1.1 200 OK\r\n";
  private static final Vertx VERTX = Vertx.vertx();
  private static GuardedHttp guard;

  @BeforeAll
  static void start() {
    guard = new GuardedHttp(VERTX, Settings.strict().allowing("127.0.0.0/8"));
  }

  @AfterAll
  static void stop() throws Exception {
    guard.close();
    VERTX.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  // Time.

  @Test
  void headers_that_never_come() throws Exception {
    try (var server = new RawServer(RawServer::untilGone)) {
      assertThat(hurried(server)).isInstanceOf(Reason.TimedOut.class);
    }
  }

  @Test
  void headers_that_drip() throws Exception {
    try (var server =
        new RawServer(
            socket -> {
              say(socket, OK + "X: ");
              drip(socket, "x");
            })) {
      assertThat(hurried(server)).isInstanceOf(Reason.TimedOut.class);
    }
  }

  @Test
  void a_body_that_drips() throws Exception {
    try (var server =
        new RawServer(
            socket -> {
              say(socket, OK + "Content-Length: 1000\r\n\r\n");
              drip(socket, "x");
            })) {
      assertThat(hurried(server)).isInstanceOf(Reason.TimedOut.class);
    }
  }

  @Test
  void a_chunked_body_without_an_end() throws Exception {
    try (var server =
        new RawServer(
            socket -> {
              say(socket, OK + "Transfer-Encoding: chunked\r\n\r\n");
              drip(socket, "1\r\nx\r\n");
            })) {
      assertThat(hurried(server)).isInstanceOf(Reason.TimedOut.class);
    }
  }

  @Test
  void trailers_that_drip() throws Exception {
    try (var server =
        new RawServer(
            socket -> {
              say(socket, OK + "Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n");
              drip(socket, "X: x\r\n");
            })) {
      assertThat(hurried(server)).isInstanceOf(Reason.TimedOut.class);
    }
  }

  @Test
  void interim_answers_without_an_end() throws Exception {
    try (var server =
        new RawServer(
            socket -> {
              head(socket);
              drip(socket, "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n");
            })) {
      assertThat(hurried(server)).isInstanceOf(Reason.TimedOut.class);
    }
  }

  @Test
  void a_tls_handshake_that_never_comes() throws Exception {
    try (var server = new RawServer(RawServer::untilGone)) {
      var request =
          OutboundRequest.get(URI.create("https://localhost:" + server.port() + "/"))
              .within(new Limits(Duration.ofMillis(300), 1024));
      assertThat(GuardedHttpContract.failure(guard, request).reason())
          .isInstanceOf(Reason.TimedOut.class);
    }
  }

  // Size.

  @Test
  void a_status_line_without_an_end() throws Exception {
    var said = new AtomicLong();
    try (var server = flooding("HTTP/1.1 200 ", "x".repeat(1024), said)) {
      assertThat(failure(server)).isInstanceOf(Reason.ConnectionLost.class);
    }
    assertThat(said.get()).isLessThan(64L * 1024 * 1024);
  }

  @Test
  void a_header_without_an_end() throws Exception {
    var said = new AtomicLong();
    try (var server = flooding(OK + "X: ", "x".repeat(1024), said)) {
      assertThat(failure(server)).isInstanceOf(Reason.ConnectionLost.class);
    }
    assertThat(said.get()).isLessThan(64L * 1024 * 1024);
  }

  @Test
  void headers_without_an_end() throws Exception {
    var said = new AtomicLong();
    try (var server = flooding(OK, "X: x\r\n".repeat(100), said)) {
      assertThat(failure(server)).isInstanceOf(Reason.ConnectionLost.class);
    }
    assertThat(said.get()).isLessThan(64L * 1024 * 1024);
  }

  @Test
  void trailers_without_an_end() throws Exception {
    var said = new AtomicLong();
    try (var server =
        flooding(OK + "Transfer-Encoding: chunked\r\n\r\n0\r\n", "X: x\r\n".repeat(100), said)) {
      assertThat(failure(server)).isInstanceOf(Reason.ConnectionLost.class);
    }
    assertThat(said.get()).isLessThan(64L * 1024 * 1024);
  }

  @Test
  void a_body_without_a_length_and_without_an_end() throws Exception {
    var said = new AtomicLong();
    try (var server = flooding(OK + "\r\n", "x".repeat(1024), said)) {
      assertThat(failure(server)).isEqualTo(new Reason.TooLarge(Settings.LIMIT));
    }
    assertThat(said.get()).isLessThan(64L * 1024 * 1024);
  }

  @Test
  void chunks_without_an_end() throws Exception {
    var said = new AtomicLong();
    try (var server =
        flooding(
            OK + "Transfer-Encoding: chunked\r\n\r\n",
            "400\r\n" + "x".repeat(1024) + "\r\n",
            said)) {
      assertThat(failure(server)).isEqualTo(new Reason.TooLarge(Settings.LIMIT));
    }
    assertThat(said.get()).isLessThan(64L * 1024 * 1024);
  }

  @Test
  void a_bomb_is_not_unpacked_in_memory_beyond_the_limit() throws Exception {
    // Fifty thousand bytes that come in one read, and fifty millions behind them.
    byte[] bomb = ContentCodingTest.bomb(50);
    assertThat(bomb).hasSizeLessThan(Settings.LIMIT);
    try (var server = packed("gzip", bomb)) {
      long before = allocatedByClient();

      assertThat(failure(server)).isInstanceOf(Reason.TooLarge.class);
      assertThat(allocatedByClient() - before).isLessThan(16 * 1024 * 1024);
    }
  }

  // What is no HTTP, or breaks.

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<html>hello</html>\n",
        "hello",
        "ICY 200 OK\r\n\r\n",
        "SSH-2.0-OpenSSH_9.6\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
        "HTTP/1.1 102 Processing\r\n\r\n",
        "HTTP/1.1 abc OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        "HTTP/1.1 200 OK\r\nX",
        ""
      })
  void what_is_no_http_or_ends_too_early_is_told_as_a_lost_connection(String said)
      throws Exception {
    try (var server =
        new RawServer(
            socket -> {
              head(socket);
              say(socket, said);
            })) {
      assertThat(failure(server)).isInstanceOf(Reason.ConnectionLost.class);
      // What only reads is tried once more, and no more.
      assertThat(server.connections()).isEqualTo(2);
    }
  }

  @Test
  void what_may_have_been_done_is_not_asked_for_again() throws Exception {
    try (var server = new RawServer(RawServer::head)) {
      var post =
          OutboundRequest.post(request(server).uri(), "text/plain", new byte[] {1})
              .allowingHttp(true);
      assertThat(GuardedHttpContract.failure(guard, post).reason())
          .isInstanceOf(Reason.ConnectionLost.class);
      assertThat(server.connections()).isEqualTo(1);
    }
  }

  @Test
  void a_reset_in_the_middle() throws Exception {
    try (var server =
        new RawServer(
            socket -> {
              head(socket);
              say(socket, OK + "Content-Length: 10\r\n\r\nhello");
              socket.setSoLinger(true, 0);
            })) {
      assertThat(failure(server)).isInstanceOf(Reason.ConnectionLost.class);
    }
  }

  // Packing.

  @Test
  void truncated_gzip_is_told_and_not_tried_again() throws Exception {
    byte[] whole = ContentCodingTest.gzip("hello".getBytes(StandardCharsets.UTF_8));
    try (var server = packed("gzip", Arrays.copyOf(whole, whole.length - 4))) {
      assertThat(failure(server)).isEqualTo(new Reason.Undecodable("gzip"));
      assertThat(server.connections()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"br", "zstd", "deflate", "gzip, gzip"})
  void what_is_packed_as_was_not_asked_for(String coding) throws Exception {
    try (var server = packed(coding, new byte[] {1, 2, 3})) {
      assertThat(failure(server)).isEqualTo(new Reason.Undecodable(coding));
    }
  }

  @Test
  void an_error_that_cannot_be_unpacked_still_tells_its_status() throws Exception {
    try (var server =
        new RawServer(
            socket -> {
              head(socket);
              say(
                  socket,
                  "HTTP/1.1 403 Forbidden\r\nContent-Encoding: br\r\nContent-Length: 1\r\n\r\nx");
            })) {
      OutboundAnswer answer = guard.send(request(server));

      assertThat(answer.status()).isEqualTo(403);
      assertThat(answer.header("content-encoding")).hasValue("br");
    }
  }

  // What is odd, but HTTP.

  @Test
  void interim_answers_are_waited_past() throws Exception {
    try (var server =
        new RawServer(
            socket -> {
              head(socket);
              say(socket, "HTTP/1.1 100 Continue\r\n\r\n");
              say(socket, "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n");
              say(socket, OK + "Content-Length: 2\r\n\r\nok");
              untilGone(socket);
            })) {
      OutboundAnswer answer = guard.send(request(server));

      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.body()).asString().isEqualTo("ok");
    }
  }

  @Test
  void an_answer_before_the_request_has_ended_counts_and_its_connection_does_not()
      throws Exception {
    var end = new CountDownLatch(1);
    try (var server =
        new RawServer(
            socket -> {
              boolean large = head(socket).startsWith("POST");
              say(
                  socket,
                  "HTTP/1.1 %s\r\nContent-Length: 0\r\n\r\n"
                      .formatted(large ? "413 Content Too Large" : "200 OK"));
              if (large) {
                end.await(); // keeps the connection, and reads no more
              }
            })) {
      var post =
          OutboundRequest.post(request(server).uri(), "text/plain", new byte[32 * 1024 * 1024])
              .allowingHttp(true);

      assertThat(guard.send(post).status()).isEqualTo(413);
      assertThat(guard.send(request(server)).status()).isEqualTo(200);
      assertThat(server.connections()).isEqualTo(2);
    } finally {
      end.countDown();
    }
  }

  /** Says it again and again, a little later each time, until nobody listens any more. */
  private static void drip(Socket socket, String what) throws IOException {
    socket.setSoTimeout(20);
    while (true) {
      say(socket, what);
      try {
        untilGone(socket);
        return;
      } catch (SocketTimeoutException _) {
        // Somebody is still there.
      }
    }
  }

  private static RawServer flooding(String begin, String rest, AtomicLong said) throws IOException {
    return new RawServer(
        socket -> {
          head(socket);
          say(socket, begin);
          byte[] more = rest.getBytes(StandardCharsets.ISO_8859_1);
          while (said.get() < 100L * 1024 * 1024) {
            say(socket, more);
            said.addAndGet(more.length);
          }
        });
  }

  private static RawServer packed(String coding, byte[] body) throws IOException {
    return new RawServer(
        socket -> {
          head(socket);
          say(
              socket,
              OK
                  + "Content-Encoding: %s\r\nContent-Length: %d\r\n\r\n"
                      .formatted(coding, body.length));
          say(socket, body);
          untilGone(socket);
        });
  }

  private static long allocatedByClient() {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    return Arrays.stream(threads.dumpAllThreads(false, false))
            .filter(it -> it.getThreadName().startsWith("vert.x-eventloop"))
            .mapToLong(it -> threads.getThreadAllocatedBytes(it.getThreadId()))
            .sum()
        + threads.getThreadAllocatedBytes(Thread.currentThread().threadId());
  }

  private static Reason failure(RawServer server) {
    return GuardedHttpContract.failure(guard, request(server)).reason();
  }

  private static Reason hurried(RawServer server) {
    return GuardedHttpContract.failure(
            guard, request(server).within(new Limits(Duration.ofMillis(300), Settings.LIMIT)))
        .reason();
  }

  private static OutboundRequest request(RawServer server) {
    return OutboundRequest.get(URI.create("http://localhost:" + server.port() + "/"))
        .allowingHttp(true);
  }
}
