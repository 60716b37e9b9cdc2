package dev.concordat.simulator.clients;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * A web proxy that takes every tunnel to one port of loopback, whatever host and port it is asked
 * for: so clients call the product's names at its usual port, and nobody needs that port or those
 * names.
 */
final class Tunnel implements AutoCloseable {

  private final ServerSocket server;
  private final int target;

  Tunnel(int target) throws IOException {
    this.target = target;
    server = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    try (client;
        var there = new Socket(InetAddress.getLoopbackAddress(), target)) {
      if (!head(client.getInputStream()).startsWith("CONNECT ")) {
        client
            .getOutputStream()
            .write(ascii("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"));
        return;
      }
      client.getOutputStream().write(ascii("HTTP/1.1 200 Connection established\r\n\r\n"));
      Thread back = Thread.ofVirtual().start(() -> copy(there, client));
      copy(client, there);
      back.join();
    } catch (IOException e) {
      // One side has gone, and so has the tunnel.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String head(InputStream in) throws IOException {
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int one = in.read();
      if (one < 0) {
        break;
      }
      head.append((char) one);
    }
    return head.toString();
  }

  private static void copy(Socket from, Socket to) {
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      in.transferTo(out);
      to.shutdownOutput();
    } catch (IOException e) {
      // The other direction finds out by itself.
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
