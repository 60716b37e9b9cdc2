package dev.concordat.simulator;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.SocketException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * An envelope of 100 MB is refused as Exchange does it, and nobody waits for its end: what is kept
 * of it is bounded, and the line is closed.
 */
class OversizedRequestsTest {

  private static final int MEGABYTE = 1024 * 1024;
  private static final int SIZE = 100 * MEGABYTE;

  private static Simulator simulator;
  private static TestClient client;

  @BeforeAll
  static void start() throws Exception {
    simulator = Simulator.start(SimulatorSettings.forTests());
    client = new TestClient(simulator);
  }

  @AfterAll
  static void stop() {
    simulator.close();
  }

  private static String head(String more) {
    return """
    POST /EWS/Exchange.asmx HTTP/1.1\r
    Host: atl-exchange-001.litwareinc.com:%d\r
    Content-Type: text/xml; charset=utf-8\r
    %s\r
    \r
    """
        .formatted(simulator.httpsPort(), more);
  }

  @Test
  void that_announces_its_length_it_is_refused_before_it_comes() throws Exception {
    try (SSLSocket socket = client.connect()) {
      socket.getOutputStream().write(head("Content-Length: " + SIZE).getBytes(US_ASCII));

      assertThat(answer(socket)).startsWith("HTTP/1.1 404");
    }
  }

  @Test
  void that_comes_without_a_length_it_is_refused_when_it_is_too_long() throws Exception {
    try (SSLSocket socket = client.connect()) {
      OutputStream out = socket.getOutputStream();
      out.write(head("Transfer-Encoding: chunked").getBytes(US_ASCII));
      byte[] chunk = new byte[MEGABYTE];
      java.util.Arrays.fill(chunk, (byte) ' ');
      int sent = 0;
      try {
        while (sent < SIZE) {
          out.write((Integer.toHexString(MEGABYTE) + "\r\n").getBytes(US_ASCII));
          out.write(chunk);
          out.write("\r\n".getBytes(US_ASCII));
          sent += MEGABYTE;
        }
      } catch (SocketException closed) {
        // It would not hear more.
      }

      assertThat(sent).isLessThan(SIZE);
    }
    assertThat(client.get("autodiscover.litwareinc.com", "/autodiscover/metadata/json/1", null))
        .as("whoever comes next")
        .returns(200, java.net.http.HttpResponse::statusCode);
  }

  private static String answer(SSLSocket socket) throws IOException {
    return new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII)).readLine();
  }
}
