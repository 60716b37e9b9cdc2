package dev.concordat.outbound;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server that says what no server library would. */
final class RawServer implements AutoCloseable {

  /** What is done with a connection; it is closed at the end. */
  interface Conversation {
    void with(Socket socket) throws IOException, InterruptedException;
  }

  private final ServerSocket server;
  private final List<Socket> accepted = new CopyOnWriteArrayList<>();

  RawServer(Conversation conversation) throws IOException {
    this("127.0.0.1", 0, conversation);
  }

  RawServer(String address, int port, Conversation conversation) throws IOException {
    server = new ServerSocket(port, 50, InetAddress.getByName(address));
    Thread.ofVirtual()
        .start(
            () -> {
              while (!server.isClosed()) {
                try {
                  Socket socket = server.accept();
                  accepted.add(socket);
                  Thread.ofVirtual().start(() -> converse(socket, conversation));
                } catch (IOException _) {
                  return;
                }
              }
            });
  }

  private static void converse(Socket socket, Conversation conversation) {
    try (socket) {
      conversation.with(socket);
    } catch (IOException | InterruptedException _) {
      // The other side has gone, which is what these conversations are for.
    }
  }

  int port() {
    return server.getLocalPort();
  }

  /** How many connections there were. */
  int connections() {
    return accepted.size();
  }

  /** Reads a request's or an answer's head. */
  static String head(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    var read = new ByteArrayOutputStream();
    int last = 0;
    for (int one = in.read(); one >= 0; one = in.read()) {
      read.write(one);
      last = last << 8 | one;
      if (last == 0x0d0a0d0a) {
        return read.toString(StandardCharsets.ISO_8859_1);
      }
    }
    throw new IOException("no head");
  }

  static void say(Socket socket, String what) throws IOException {
    say(socket, what.getBytes(StandardCharsets.ISO_8859_1));
  }

  static void say(Socket socket, byte[] what) throws IOException {
    socket.getOutputStream().write(what);
    socket.getOutputStream().flush();
  }

  /** Waits until the other side goes away. */
  static void untilGone(Socket socket) throws IOException {
    while (socket.getInputStream().read() >= 0) {
      // What is still sent is of no interest.
    }
  }

  /** Carries bytes between a client and a server of this machine. */
  static void relay(Socket client, int port) throws IOException {
    try (var there = new Socket(InetAddress.getLoopbackAddress(), port)) {
      Thread.ofVirtual()
          .start(
              () -> {
                try (client) {
                  there.getInputStream().transferTo(client.getOutputStream());
                } catch (IOException _) {
                  // One of them has gone.
                }
              });
      client.getInputStream().transferTo(there.getOutputStream());
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : accepted) {
      socket.close();
    }
  }
}
