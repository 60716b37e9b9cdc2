package dev.concordat.suite;

import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.Trust;
import dev.concordat.contracts.events.TrustLevel;
import dev.concordat.contracts.metadata.AuthMetadataDocument;
import dev.concordat.contracts.metadata.AuthMetadataWriter;
import dev.concordat.contracts.metadata.SigningCertificate;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.PemKeyCertOptions;
import java.security.PrivateKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

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
  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
  private final int port;
  private final Map<Integer, Published> documents = new ConcurrentHashMap<>();
  private final Map<Integer, Condition> conditions = new ConcurrentHashMap<>();
  private final Map<Integer, List<Instant>> visits = new ConcurrentHashMap<>();
  private final AtomicInteger visited = new AtomicInteger();
  private volatile boolean closingConnections;

  /** Starts it, and lets the programs that are started in this folder later know its names. */
  public PartnerFleet(StateFolder state) throws SuiteFailure, InterruptedException {
    LaboratoryKey key = LaboratoryKey.tls("*" + DOMAIN);
    certificate = key.certificate().pem();
    var hosts = new StringBuilder(state.read("hosts").orElse(""));
    for (int host = 0; host < HOSTS; host++) {
      hosts.append("127.0.0.1 ").append(host(host)).append('\n');
    }
    state.write("hosts", hosts.toString());
    try {
      port =
          vertx
              .createHttpServer(
                  new HttpServerOptions()
                      .setSsl(true)
                      .setUseAlpn(false)
                      .setAcceptBacklog(4096)
                      .setKeyCertOptions(
                          new PemKeyCertOptions()
                              .addCertValue(Buffer.buffer(certificate))
                              .addKeyValue(Buffer.buffer(pem(key.privateKey())))))
              .requestHandler(this::answer)
              .listen(0, "127.0.0.1")
              .toCompletionStage()
              .toCompletableFuture()
              .get(30, TimeUnit.SECONDS)
              .actualPort();
    } catch (ExecutionException | TimeoutException e) {
      throw new SuiteFailure("The partners' server can't be started: " + e.getMessage());
    }
  }

  private static String pem(PrivateKey key) {
    return "-----BEGIN PRIVATE KEY-----\n"
        + Base64.getMimeEncoder().encodeToString(key.getEncoded())
        + "\n-----END PRIVATE KEY-----\n";
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
            "https://%s:%d/%d".formatted(host(number), port, number), certificate, null),
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
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private void answer(HttpServerRequest request) {
    int number = Integer.parseInt(String.valueOf(request.path()).substring(1));
    visits.computeIfAbsent(number, _ -> new CopyOnWriteArrayList<>()).add(Instant.now());
    visited.incrementAndGet();
    HttpServerResponse answer = request.response();
    if (closingConnections) {
      answer.putHeader("Connection", "close");
    }
    Published document = documents.get(number);
    switch (conditions.getOrDefault(number, Condition.UP)) {
      case HANGING -> {}
      case STOPPED -> answer.setStatusCode(503).end();
      case UP -> {
        if (document == null) {
          answer.setStatusCode(404).end();
          return;
        }
        answer.putHeader("ETag", document.etag);
        if (document.etag.equals(request.getHeader("If-None-Match"))) {
          answer.setStatusCode(304).end();
        } else {
          answer
              .putHeader("Content-Type", "application/json; charset=utf-8")
              .end(Buffer.buffer(document.body));
        }
      }
    }
  }
}
