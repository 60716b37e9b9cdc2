package dev.concordat.benchmarks;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;

/**
 * Load from one thread that does as little as can be done for a request: bytes that are made
 * beforehand out, an answer's status and length read, nothing kept. What it measures can be several
 * times as fast as an HTTP client is. Either each connection sends again when it is answered, or
 * requests leave at a fixed rate, and then an answer's time counts from when its request was due.
 */
final class WireLoad {

  private static final int ANSWER = 64 * 1024;
  private static final byte[] LENGTH = "content-length:".getBytes(StandardCharsets.US_ASCII);

  private final InetSocketAddress server;
  private final int connections;
  private final IntPredicate expected;

  /**
   * What a run came to.
   *
   * @param perSecond answers a second
   * @param p50 in milliseconds
   * @param p99 in milliseconds
   * @param refused answers other than the expected ones
   * @param givenUp requests of a crowd that were never sent
   */
  record Run(double perSecond, double p50, double p99, int refused, int givenUp) {}

  WireLoad(URI server, int connections, IntPredicate expected) {
    this.server = new InetSocketAddress(server.getHost(), server.getPort());
    this.connections = connections;
    this.expected = expected;
  }

  /** The bytes of a POST of a form. */
  static byte[] post(String path, String headers, String form) {
    String request =
        "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n%sContent-Length: %d\r\n\r\n%s"
            .formatted(path, headers, form.length(), form);
    return request.getBytes(StandardCharsets.US_ASCII);
  }

  /** The bytes of a GET. */
  static byte[] get(String path, String headers) {
    return "GET %s HTTP/1.1\r\nHost: localhost\r\n%s\r\n"
        .formatted(path, headers)
        .getBytes(StandardCharsets.US_ASCII);
  }

  /** As fast as it goes, for this time. */
  Run atMost(double seconds, IntFunction<byte[]> requests) throws IOException {
    return new Loop(requests, seconds, 0, false).run();
  }

  /** At this rate, for this time. */
  Run at(double perSecond, double seconds, IntFunction<byte[]> requests) throws IOException {
    return new Loop(requests, seconds, perSecond, false).run();
  }

  /**
   * At this rate, for this time, by a crowd in which nobody waits for a connection: where requests
   * come faster than even refusals go out, a queue would grow on this side, and be measured.
   */
  Run crowd(double perSecond, double seconds, IntFunction<byte[]> requests) throws IOException {
    return new Loop(requests, seconds, perSecond, true).run();
  }

  private static final class Connection {
    private final SocketChannel channel;
    private final ByteBuffer in = ByteBuffer.allocateDirect(ANSWER);
    private long begun;
    private boolean busy;

    Connection(SocketChannel channel) {
      this.channel = channel;
    }

    /** The status of a whole answer; 0 while there is more to come. */
    int status() throws IOException {
      if (channel.read(in) < 0) {
        throw new IOException("the server closed a connection");
      }
      int end = endOfHeaders();
      if (end < 0 || in.position() < end + length(end)) {
        return 0;
      }
      int status = 100 * (in.get(9) - '0') + 10 * (in.get(10) - '0') + (in.get(11) - '0');
      in.clear();
      return status;
    }

    private int endOfHeaders() {
      for (int i = 3; i < in.position(); i++) {
        if (in.get(i) == '\n' && in.get(i - 1) == '\r' && in.get(i - 2) == '\n') {
          return i + 1;
        }
      }
      return -1;
    }

    private int length(int end) {
      for (int i = 0; i + LENGTH.length < end; i++) {
        int j = 0;
        while (j < LENGTH.length && lower(in.get(i + j)) == LENGTH[j]) {
          j++;
        }
        if (j == LENGTH.length) {
          int length = 0;
          for (int at = i + j; in.get(at) != '\r'; at++) {
            byte digit = in.get(at);
            length = digit >= '0' && digit <= '9' ? 10 * length + (digit - '0') : length;
          }
          return length;
        }
      }
      return 0;
    }

    private static byte lower(byte letter) {
      return letter >= 'A' && letter <= 'Z' ? (byte) (letter + 32) : letter;
    }
  }

  private final class Loop {
    private final IntFunction<byte[]> requests;
    private final long nanos;
    private final double interval;
    private final boolean givesUp;
    private final ArrayDeque<Connection> idle = new ArrayDeque<>();
    private long[] times = new long[1 << 16];
    private int answered;
    private int refused;
    private int givenUp;
    private int due;
    private long begin;

    Loop(IntFunction<byte[]> requests, double seconds, double perSecond, boolean givesUp) {
      this.requests = requests;
      this.givesUp = givesUp;
      this.nanos = (long) (seconds * 1e9);
      this.interval = perSecond == 0 ? 0 : 1e9 / perSecond;
    }

    Run run() throws IOException {
      try (Selector selector = Selector.open()) {
        for (int i = 0; i < connections; i++) {
          SocketChannel channel = SocketChannel.open(server);
          channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
          channel.configureBlocking(false);
          var connection = new Connection(channel);
          channel.register(selector, SelectionKey.OP_READ, connection);
          idle.add(connection);
        }
        begin = System.nanoTime();
        long now = begin;
        while (now - begin < nanos || idle.size() < connections) {
          if (now - begin < nanos) {
            sendDue(now);
          }
          long wait = interval == 0 ? 100 : millisecondsToSpare();
          if (wait > 0) {
            selector.select(wait);
          } else {
            selector.selectNow();
          }
          for (SelectionKey key : selector.selectedKeys()) {
            if (key.attachment() instanceof Connection connection) {
              read(connection);
            }
          }
          selector.selectedKeys().clear();
          now = System.nanoTime();
        }
        for (SelectionKey key : selector.keys()) {
          key.channel().close();
        }
        return result(now);
      }
    }

    /** Whole milliseconds until the next request is due; what is less is waited for awake. */
    private long millisecondsToSpare() {
      double next = Math.min(due * interval, (double) nanos);
      return (long) ((next - (System.nanoTime() - begin)) / 1e6);
    }

    private void sendDue(long now) throws IOException {
      while ((givesUp || !idle.isEmpty()) && (interval == 0 || due * interval <= now - begin)) {
        Connection connection = idle.poll();
        if (connection == null) {
          due++;
          givenUp++;
          continue;
        }
        connection.begun = interval == 0 ? System.nanoTime() : begin + (long) (due * interval);
        connection.busy = true;
        ByteBuffer out = ByteBuffer.wrap(requests.apply(due++));
        while (out.hasRemaining()) {
          connection.channel.write(out);
        }
      }
    }

    private void read(Connection connection) throws IOException {
      int status = connection.status();
      if (status == 0 || !connection.busy) {
        return;
      }
      connection.busy = false;
      idle.add(connection);
      if (!expected.test(status)) {
        refused++;
        return;
      }
      if (answered == times.length) {
        times = Arrays.copyOf(times, 2 * times.length);
      }
      times[answered++] = System.nanoTime() - connection.begun;
    }

    private Run result(long end) {
      long[] sorted = Arrays.copyOf(times, answered);
      Arrays.sort(sorted);
      return new Run(
          answered / ((end - begin) / 1e9),
          quantile(sorted, 0.5),
          quantile(sorted, 0.99),
          refused,
          givenUp);
    }

    private static double quantile(long[] sorted, double share) {
      return sorted.length == 0
          ? Double.NaN
          : sorted[(int) Math.min(sorted.length - 1, (long) (sorted.length * share))] / 1e6;
    }
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%d connections to %s", connections, server);
  }
}
