package dev.concordat.metadata.reading;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A partner's https server that says, byte by byte, what a test wants it to say. */
public final class HostileServer implements AutoCloseable {

  /** What is answered to a request; the connection is closed afterwards. */
  public interface Answer {
    void to(String head, Socket socket) throws IOException;
  }

  private final SSLServerSocket server;
  private final X509Certificate certificate;
  private final List<Socket> accepted = new CopyOnWriteArrayList<>();
  private volatile Answer answer = (_, _) -> {};

  public HostileServer() throws Exception {
    var generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    KeyPair keys = generator.generateKeyPair();
    certificate = certificate(keys);
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry(
        "server", keys.getPrivate(), new char[0], new X509Certificate[] {certificate});
    var managers = KeyManagerFactory.getInstance("PKIX");
    managers.init(store, new char[0]);
    var context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    server =
        (SSLServerSocket)
            context
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
    Thread.ofVirtual().start(this::serve);
  }

  private void serve() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        accepted.add(socket);
        Thread.ofVirtual().start(() -> converse(socket));
      } catch (IOException _) {
        return;
      }
    }
  }

  private void converse(Socket socket) {
    try (socket) {
      answer.to(head(socket), socket);
    } catch (IOException _) {
      // The other side has gone, which is what these conversations are for.
    }
  }

  private static String head(Socket socket) throws IOException {
    var read = new ByteArrayOutputStream();
    int last = 0;
    for (int one = socket.getInputStream().read(); one >= 0; one = socket.getInputStream().read()) {
      read.write(one);
      last = last << 8 | one;
      if (last == 0x0d0a0d0a) {
        return read.toString(StandardCharsets.ISO_8859_1);
      }
    }
    throw new IOException("no head");
  }

  private static X509Certificate certificate(KeyPair keys) throws Exception {
    var name = new X500Name("CN=litwareinc");
    var builder =
        new JcaX509v3CertificateBuilder(
            name,
            BigInteger.valueOf(System.nanoTime()),
            Date.from(Instant.now().minus(Duration.ofHours(1))),
            Date.from(Instant.now().plus(Duration.ofDays(90))),
            name,
            keys.getPublic());
    builder.addExtension(
        Extension.subjectAlternativeName,
        false,
        new GeneralNames(
            new GeneralName[] {
              new GeneralName(GeneralName.dNSName, "localhost"),
              new GeneralName(GeneralName.iPAddress, "127.0.0.1")
            }));
    return new JcaX509CertificateConverter()
        .getCertificate(
            builder.build(new JcaContentSignerBuilder("SHA256withRSA").build(keys.getPrivate())));
  }

  public void answering(Answer what) {
    answer = what;
  }

  public int port() {
    return server.getLocalPort();
  }

  public int connections() {
    return accepted.size();
  }

  /** Its certificate, to be trusted. */
  public String pem() throws Exception {
    return "-----BEGIN CERTIFICATE-----\n"
        + Base64.getMimeEncoder().encodeToString(certificate.getEncoded())
        + "\n-----END CERTIFICATE-----\n";
  }

  public static void say(Socket socket, String what) throws IOException {
    say(socket, what.getBytes(StandardCharsets.ISO_8859_1));
  }

  public static void say(Socket socket, byte[] what) throws IOException {
    socket.getOutputStream().write(what);
    socket.getOutputStream().flush();
  }

  /** Waits until the other side goes away. */
  public static void untilGone(Socket socket) throws IOException {
    while (socket.getInputStream().read() >= 0) {
      // What is still sent is of no interest.
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
