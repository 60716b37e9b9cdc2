package dev.concordat.testing.kafka;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Ports that nobody listens on, for what is started a moment later. They lie below those that
 * systems give to connections and to whoever asks for any port (Linux: {@code
 * net.ipv4.ip_local_port_range}, from 32768), so that none is lost in between; and no port is given
 * twice by one process before all were.
 */
public final class FreePorts {

  private static final int FIRST = 20_000;
  private static final int COUNT = 12_768;
  private static final AtomicInteger NEXT =
      new AtomicInteger(ThreadLocalRandom.current().nextInt(COUNT));

  private FreePorts() {}

  /** One of them. */
  public static int one() {
    for (int i = 0; i < COUNT; i++) {
      int port = FIRST + Math.floorMod(NEXT.getAndIncrement(), COUNT);
      if (isFree(port)) {
        return port;
      }
    }
    throw new IllegalStateException(
        "no free port between %d and %d on this machine".formatted(FIRST, FIRST + COUNT - 1));
  }

  /** So many of them, each another. */
  public static List<Integer> of(int count) {
    return Stream.generate(FreePorts::one).limit(count).toList();
  }

  /** Whether nobody listens on it, at loopback or at every address. */
  public static boolean isFree(int port) {
    try (var socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
