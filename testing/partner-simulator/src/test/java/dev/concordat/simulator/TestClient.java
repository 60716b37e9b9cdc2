package dev.concordat.simulator;

import dev.concordat.contracts.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** Calls a simulator's hosts, which no name service knows, and its administration. */
final class TestClient {

  private final Simulator simulator;
  private final HttpClient http;
  private final SSLContext tls;

  TestClient(Simulator simulator) {
    this.simulator = simulator;
    tls = trusting(simulator.caPem());
    http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).sslContext(tls).build();
  }

  HttpResponse<String> get(String host, String path, String authorization) throws Exception {
    return send(request(host, path, authorization).GET().build());
  }

  HttpResponse<String> post(String host, String path, String authorization, String body)
      throws Exception {
    return send(
        request(host, path, authorization)
            .header("Content-Type", "text/xml; charset=utf-8")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build());
  }

  /** A connection, for requests that no client would send. */
  SSLSocket connect() throws IOException {
    var socket =
        (SSLSocket) tls.getSocketFactory().createSocket("localhost", simulator.httpsPort());
    socket.setSoTimeout(20_000);
    return socket;
  }

  private HttpRequest.Builder request(String host, String path, String authorization) {
    // Asked for by an address, it would be asked without a server name in the handshake.
    var request =
        HttpRequest.newBuilder(URI.create("https://localhost:" + simulator.httpsPort() + path))
            .header("Host", host + ":" + simulator.httpsPort())
            .timeout(Duration.ofSeconds(20));
    return authorization == null ? request : request.header("Authorization", authorization);
  }

  HttpResponse<String> admin(String method, String path, Map<String, ?> body) throws Exception {
    return admin(method, path, Json.mapper().writeValueAsString(body));
  }

  HttpResponse<String> admin(String method, String path, String body)
      throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + simulator.adminPort() + path))
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /** As a page of another server does it. */
  HttpResponse<String> foreign(String path) throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + simulator.adminPort() + path))
            .header("Origin", "https://elsewhere.example")
            .POST(HttpRequest.BodyPublishers.ofString("{}"))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
    return http.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private static SSLContext trusting(String pem) {
    try {
      var store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      store.setCertificateEntry(
          "ca",
          CertificateFactory.getInstance("X.509")
              .generateCertificate(
                  new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII))));
      var managers = TrustManagerFactory.getInstance("PKIX");
      managers.init(store);
      var context = SSLContext.getInstance("TLS");
      context.init(null, managers.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new AssertionError(e);
    }
  }
}
