package dev.concordat.validation;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.concordat.contracts.metadata.SigningCertificate;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Publishes a metadata document over TLS, and counts how often it is read. */
final class DocumentServer implements AutoCloseable {

  private static final char[] PASSWORD = "throw-away".toCharArray();
  private static final String PATH = "/metadata/json/1";

  private final HttpsServer server;
  private final HttpClient client;
  private final AtomicInteger readings = new AtomicInteger();
  private volatile String document = "";
  private volatile int status = 200;

  DocumentServer(Path folder) throws IOException, GeneralSecurityException, InterruptedException {
    SSLContext tls = tls(keyStore(folder, "EC"));
    client = HttpClient.newBuilder().sslContext(tls).build();
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
    server.setHttpsConfigurator(new HttpsConfigurator(tls));
    server.createContext(
        PATH,
        exchange -> {
          readings.incrementAndGet();
          byte[] body = document.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, body.length);
          try (var out = exchange.getResponseBody()) {
            out.write(body);
          }
        });
    server.start();
  }

  /** The document of an issuer with one key. */
  static String document(String issuer, SigningCertificate key) {
    return "{\"issuer\":\"%s\",\"keys\":[{\"usage\":\"signing\",\"keyvalue\":{\"type\":\"x509Certificate\",\"value\":\"%s\"}}]}"
        .formatted(issuer, key.base64());
  }

  void serve(String text) {
    document = text;
  }

  void answerWith(int httpStatus) {
    status = httpStatus;
  }

  int readings() {
    return readings.get();
  }

  URI url() {
    return URI.create("https://localhost:" + server.getAddress().getPort() + PATH);
  }

  /** A client that trusts this server alone. */
  HttpClient client() {
    return client;
  }

  @Override
  public void close() {
    server.stop(0);
    client.close();
  }

  /** A key and its certificate for localhost, under the alias of its algorithm, by keytool. */
  static KeyStore keyStore(Path folder, String algorithm)
      throws IOException, GeneralSecurityException, InterruptedException {
    Path file = folder.resolve(algorithm + ".p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                algorithm,
                "-keyalg",
                algorithm,
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost",
                "-storetype",
                "PKCS12",
                "-storepass",
                new String(PASSWORD),
                "-keystore",
                file.toString())
            .redirectErrorStream(true)
            .start();
    keytool.getInputStream().readAllBytes();
    assertThat(keytool.waitFor()).isZero();
    var store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD);
    }
    return store;
  }

  static char[] password() {
    return PASSWORD.clone();
  }

  private static SSLContext tls(KeyStore store) throws IOException, GeneralSecurityException {
    var trust = KeyStore.getInstance("PKCS12");
    trust.load(null, null);
    trust.setCertificateEntry("server", store.getCertificate("EC"));
    var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, PASSWORD);
    var trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trusted.init(trust);
    var context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trusted.getTrustManagers(), null);
    return context;
  }
}
