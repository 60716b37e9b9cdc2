package dev.concordat.token;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** Somebody else's server on this machine, over TLS, with a certificate that the suite trusts. */
final class PartnerServer implements AutoCloseable {

  /** An answer. */
  record Answer(int status, String body) {}

  private static final Identity IDENTITY = Identity.make();

  private final HttpsServer server;
  private final List<String> bodies = new CopyOnWriteArrayList<>();

  private record Identity(TestKeys.Pair key, Path authority) {

    static Identity make() {
      TestKeys.Pair key = TestKeys.server();
      try {
        Path authority = Files.createTempFile("partner-server", ".pem");
        authority.toFile().deleteOnExit();
        Files.writeString(authority, key.certificate().pem());
        return new Identity(key, authority);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** The PEM file of the authority that its certificate chains to. */
  static Path authority() {
    return IDENTITY.authority();
  }

  /** Starts one that answers each request body so. */
  static PartnerServer start(Function<String, Answer> answers) {
    try {
      return new PartnerServer(answers);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private PartnerServer(Function<String, Answer> answers)
      throws IOException, GeneralSecurityException {
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry(
        "server",
        IDENTITY.key().privateKey(),
        new char[0],
        new Certificate[] {IDENTITY.key().certificate().x509()});
    var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(store, new char[0]);
    var context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    server.createContext(
        "/",
        exchange -> {
          String body =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          bodies.add(body);
          Answer answer = answers.apply(body);
          byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.sendResponseHeaders(answer.status(), bytes.length);
          try (var out = exchange.getResponseBody()) {
            out.write(bytes);
          }
        });
    server.start();
  }

  /** Where it is. */
  URI url(String path) {
    return URI.create("https://localhost:" + server.getAddress().getPort() + path);
  }

  /** The bodies of the requests so far. */
  List<String> bodies() {
    return new ArrayList<>(bodies);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
