package dev.concordat.suite;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.Trust;
import dev.concordat.contracts.events.TrustLevel;
import dev.concordat.contracts.metadata.AuthMetadataDocument;
import dev.concordat.contracts.metadata.AuthMetadataWriter;
import dev.concordat.contracts.metadata.SigningCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * As many partners as one wants, whose documents one https server has: {@code /0}, {@code /1} … It
 * answers conditional requests as real ones do, and hangs or hangs up where a test wants it.
 */
public final class PartnerFleet implements AutoCloseable {

  /** What a partner's server does. */
  public enum Condition {
    /** It answers. */
    UP,
    /** It takes the request and never answers. */
    HANGING,
    /** It answers 503. */
    STOPPED
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Published(byte[] body, String etag) {}

  /** Connections to one host are bounded, so there are several, as there are of real partners. */
  private static final int HOSTS = 50;

  private static final String DOMAIN = ".partners." + LocalSuite.DOMAIN;

  private final String certificate;
  private final HttpsServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<Integer, Published> documents = new ConcurrentHashMap<>();
  private final Map<Integer, Condition> conditions = new ConcurrentHashMap<>();
  private final Map<Integer, List<Instant>> visits = new ConcurrentHashMap<>();
  private final AtomicInteger visited = new AtomicInteger();
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile boolean closingConnections;

  /** Starts it, and lets the programs that are started in this folder later know its names. */
  public PartnerFleet(StateFolder state) throws SuiteFailure {
    LaboratoryKey key = LaboratoryKey.tls("*" + DOMAIN);
    certificate = key.certificate().pem();
    var hosts = new StringBuilder(state.read("hosts").orElse(""));
    for (int host = 0; host < HOSTS; host++) {
      hosts.append("127.0.0.1 ").append(host(host)).append('\n');
    }
    state.write("hosts", hosts.toString());
    try {
      server =
          HttpsServer.create(
              new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0), 2000);
      server.setHttpsConfigurator(new HttpsConfigurator(tls(key)));
    } catch (IOException | GeneralSecurityException e) {
      throw new SuiteFailure("The partners' server can't be started: " + e.getMessage());
    }
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  private static SSLContext tls(LaboratoryKey key) throws IOException, GeneralSecurityException {
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry(
        "server", key.privateKey(), new char[0], new Certificate[] {key.certificate().x509()});
    var managers = KeyManagerFactory.getInstance("PKIX");
    managers.init(store, new char[0]);
    var context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }

  private static String host(int number) {
    return Math.floorMod(number, HOSTS) + DOMAIN;
  }

  /** What a partner is called. */
  public static String name(int number) {
    return "partner-" + number;
  }

  /** Whom its document names as issuer: each partner a realm of its own. */
  public static String issuer(int number) {
    return "00000002-0000-0ff1-ce00-000000000000@r" + number + "." + LocalSuite.DOMAIN;
  }

  /** The registration of a partner. */
  public PartnerRegistered registration(int number) {
    return new PartnerRegistered(
        name(number),
        PartnerKind.EXCHANGE,
        "00000002-0000-0ff1-ce00-000000000000",
        "r" + number + "." + LocalSuite.DOMAIN,
        TrustLevel.FULL,
        true,
        new Trust.ByMetadata(
            "https://%s:%d/%d".formatted(host(number), server.getAddress().getPort(), number),
            certificate,
            null),
        List.of(),
        null,
        null,
        null,
        number + 1L,
        Instant.now(),
        "laboratory");
  }

  /** Publishes a partner's document with these keys. */
  public void publish(int number, SigningCertificate... certificates) {
    String issuer = issuer(number);
    byte[] body =
        AuthMetadataWriter.write(
            new AuthMetadataDocument(
                null,
                null,
                "Exchange",
                issuer.substring(issuer.indexOf('@') + 1),
                issuer.substring(0, issuer.indexOf('@')),
                issuer,
                List.of(issuer),
                java.util.Arrays.stream(certificates).map(AuthMetadataDocument.Key::of).toList(),
                List.of()));
    documents.put(
        number,
        new Published(body, "\"" + Integer.toHexString(java.util.Arrays.hashCode(body)) + "\""));
  }

  /** Changes what a partner's server does. */
  public void let(int number, Condition condition) {
    conditions.put(number, condition);
  }

  /**
   * Whether each answer ends its connection, as it is where each partner has a server of its own.
   */
  public void closeConnections(boolean close) {
    closingConnections = close;
  }

  /** When a partner was asked for its document. */
  public List<Instant> visits(int number) {
    return new ArrayList<>(visits.getOrDefault(number, List.of()));
  }

  /** How often all of them were asked. */
  public int visited() {
    return visited.get();
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      int number = Integer.parseInt(exchange.getRequestURI().getPath().substring(1));
      visits.computeIfAbsent(number, _ -> new CopyOnWriteArrayList<>()).add(Instant.now());
      visited.incrementAndGet();
      if (closingConnections) {
        exchange.getResponseHeaders().set("Connection", "close");
      }
      Published document = documents.get(number);
      switch (conditions.getOrDefault(number, Condition.UP)) {
        case HANGING -> closing.await();
        case STOPPED -> exchange.sendResponseHeaders(503, -1);
        case UP -> {
          if (document == null) {
            exchange.sendResponseHeaders(404, -1);
          } else if (document.etag.equals(exchange.getRequestHeaders().getFirst("If-None-Match"))) {
            exchange.getResponseHeaders().set("ETag", document.etag);
            exchange.sendResponseHeaders(304, -1);
          } else {
            exchange.getResponseHeaders().set("ETag", document.etag);
            exchange.getResponseHeaders().set("Content-Type", "application/json; charset=utf-8");
            exchange.sendResponseHeaders(200, document.body.length);
            exchange.getResponseBody().write(document.body);
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
