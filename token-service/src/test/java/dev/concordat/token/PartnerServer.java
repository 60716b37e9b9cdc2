package dev.concordat.token;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.concordat.contracts.metadata.SigningCertificate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Somebody else's server on this machine, over TLS, with a certificate that the suite trusts. */
final class PartnerServer implements AutoCloseable {

  /** An answer. */
  record Answer(int status, String body) {}

  private static final Identity IDENTITY = Identity.make();

  private final HttpsServer server;
  private final List<String> bodies = new CopyOnWriteArrayList<>();

  private record Identity(KeyPair keys, Certificate certificate, Path authority) {

    static Identity make() {
      KeyPair keys = TestKeys.keyPair("RSA", 2048);
      var name = new X500Name("CN=localhost");
      try {
        var certificate =
            new JcaX509CertificateConverter()
                .getCertificate(
                    new JcaX509v3CertificateBuilder(
                            name,
                            BigInteger.ONE,
                            Date.from(Instant.now().minusSeconds(3600)),
                            Date.from(Instant.now().plusSeconds(86_400)),
                            name,
                            keys.getPublic())
                        .addExtension(
                            Extension.subjectAlternativeName,
                            false,
                            new GeneralNames(new GeneralName(GeneralName.dNSName, "localhost")))
                        .build(
                            new JcaContentSignerBuilder("SHA256withRSA").build(keys.getPrivate())));
        Path authority = Files.createTempFile("partner-server", ".pem");
        authority.toFile().deleteOnExit();
        Files.writeString(authority, SigningCertificate.of(certificate).pem());
        return new Identity(keys, certificate, authority);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (OperatorCreationException | GeneralSecurityException e) {
        throw new AssertionError(e);
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
        IDENTITY.keys().getPrivate(),
        new char[0],
        new Certificate[] {IDENTITY.certificate()});
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
