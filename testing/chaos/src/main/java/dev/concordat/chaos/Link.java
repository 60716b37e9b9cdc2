package dev.concordat.chaos;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * A way between two parts that can be cut and made slow: a TCP proxy, which shares what comes out
 * among those that are ready, as a Kubernetes Service does.
 */
final class Link implements AutoCloseable {

  private final String name;
  private final ServerSocket server;
  private final Supplier<List<Integer>> ends;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger turn = new AtomicInteger();
  private volatile boolean cut;
  private volatile long delayMillis;

  /**
   * Opens it.
   *
   * @param ends the ports that it may lead to now
   */
  Link(String name, Supplier<List<Integer>> ends) throws IOException {
    this.name = name;
    this.ends = ends;
    server = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().name(name).start(this::accept);
  }

  /** What a way to this broker is called. */
  static String toBroker(String from, String broker) {
    return from + " to " + broker;
  }

  /** Whether this is the name of a way to a broker. */
  static boolean leadsToKafka(String name) {
    return name.matches(".* to kafka-\\d+");
  }

  String name() {
    return name;
  }

  int port() {
    return server.getLocalPort();
  }

  /** Ends what runs through it, and lets nothing through from now on. */
  void cut() {
    cut = true;
    open.forEach(Link::close);
  }

  void slow(Duration by) {
    delayMillis = by.toMillis();
  }

  /** Everything runs through it at once again. */
  void mend() {
    cut = false;
    delayMillis = 0;
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket in = server.accept();
        Thread.ofVirtual().start(() -> connect(in));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void connect(Socket in) {
    List<Integer> now = ends.get();
    if (cut || now.isEmpty()) {
      close(in);
      return;
    }
    var out = new Socket();
    open.add(in);
    open.add(out);
    try {
      int port = now.get(Math.floorMod(turn.getAndIncrement(), now.size()));
      out.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 2_000);
      Thread back = Thread.ofVirtual().start(() -> carry(out, in));
      carry(in, out);
      back.join();
    } catch (IOException nobodyThere) {
      // The caller is told by the end of its connection.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      close(in);
      close(out);
      open.remove(in);
      open.remove(out);
    }
  }

  private void carry(Socket from, Socket to) {
    byte[] piece = new byte[16 * 1024];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int length = in.read(piece); length >= 0; length = in.read(piece)) {
        if (delayMillis > 0) {
          Thread.sleep(delayMillis);
        }
        if (cut) {
          return;
        }
        out.write(piece, 0, length);
      }
      to.shutdownOutput();
    } catch (IOException ended) {
      close(from);
      close(to);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is of no use either way.
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    open.forEach(Link::close);
  }
}
