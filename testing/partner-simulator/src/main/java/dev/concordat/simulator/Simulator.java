package dev.concordat.simulator;

import dev.concordat.simulator.administration.Administration;
import dev.concordat.simulator.administration.FaultSwitch;
import dev.concordat.simulator.faults.Faults;
import dev.concordat.simulator.mailboxes.Mailboxes;
import dev.concordat.simulator.outgoing.HttpOut;
import dev.concordat.simulator.outgoing.MetadataReads;
import dev.concordat.simulator.tls.Certificates;
import dev.concordat.simulator.tls.Certificates.KeyAndCertificate;
import dev.concordat.simulator.tls.HandshakeKeys;
import dev.concordat.simulator.tls.ServerCertificates;
import dev.concordat.simulator.trust.PartnerApplications;
import dev.concordat.simulator.trust.ProductKind;
import dev.concordat.simulator.trust.ServerIdentity;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Simulated servers that run: an Exchange, a Skype for Business and a SharePoint. */
public final class Simulator implements AutoCloseable {

  private static final long STARTUP_SECONDS = 20;

  private final Vertx vertx;
  private final int httpsPort;
  private final int adminPort;
  private final String caPem;
  private final Farm farm;
  private final Mailboxes mailboxes;

  private Simulator(
      Vertx vertx, int httpsPort, int adminPort, String caPem, Farm farm, Mailboxes mailboxes) {
    this.vertx = vertx;
    this.httpsPort = httpsPort;
    this.adminPort = adminPort;
    this.caPem = caPem;
    this.farm = farm;
    this.mailboxes = mailboxes;
  }

  /** The program: {@code ./concordat simulator}. */
  public static void main(String[] arguments) {
    SimulatorCommand.main(arguments);
  }

  /**
   * Starts one.
   *
   * @throws IllegalStateException if a port is taken; the message says which
   * @throws IllegalArgumentException if a setting does not hold
   */
  public static Simulator start(SimulatorSettings settings) {
    requireFree(settings.bind(), settings.port());
    requireFree(settings.bind(), settings.adminPort());
    InstantSource clock = InstantSource.system();
    var laboratory = new Laboratory(settings.stateFolder());
    var mailboxes = new Mailboxes();
    settings.mailboxes().forEach(mailboxes::make);
    var farm = new Farm(settings, laboratory, mailboxes, clock);
    farm.makeKeys();
    var faults = new Faults(clock);
    var log = new RequestLog();
    Tls tls = tls(settings, laboratory, List.copyOf(farm.hosts()));
    Vertx vertx =
        Vertx.vertx(
            new VertxOptions()
                .setEventLoopPoolSize(2)
                .setWorkerPoolSize(2)
                .setInternalBlockingPoolSize(2));
    try {
      var front = new Front(faults, log, clock);
      var https =
          new HttpsServer(
              vertx,
              front,
              new HandshakeKeys(tls.certificates, faults::meetHandshake),
              settings.bind());
      int port = await(https.listen(settings.port()));
      // The URLs that they publish carry the port, which is only known when it listens.
      front.serve(farm.products(port));
      var http = new HttpOut(vertx, List.of(tls.authority), farm.hosts(), port);
      var hands = farm.hands(http, port);
      refreshFrom(vertx, farm, new MetadataReads(http), settings.metadataRefresh().toMillis());
      var administration =
          new Administration(
              vertx,
              mailboxes,
              new FaultSwitch(faults, https::forgetClients),
              log,
              hands.exchangeShell(),
              farm.known(ProductKind.EXCHANGE),
              hands.shells(),
              hands.callers());
      int admin =
          await(
                  vertx
                      .createHttpServer()
                      .requestHandler(administration.router())
                      .listen(settings.adminPort(), settings.bind()))
              .actualPort();
      return new Simulator(vertx, port, admin, Certificates.pem(tls.authority), farm, mailboxes);
    } catch (RuntimeException e) {
      vertx.close();
      throw e;
    }
  }

  /** The products read the documents of those that they know again, each time after so long. */
  private static void refreshFrom(Vertx vertx, Farm farm, MetadataReads reads, long every) {
    vertx.setPeriodic(
        every,
        _ ->
            Thread.startVirtualThread(
                () -> {
                  try {
                    for (ProductKind kind : ProductKind.values()) {
                      reads.refreshAll(farm.known(kind));
                    }
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                }));
  }

  private record Tls(ServerCertificates certificates, X509Certificate authority) {}

  private static Tls tls(SimulatorSettings settings, Laboratory laboratory, List<String> hosts) {
    if (settings.tls().isEmpty()) {
      KeyAndCertificate authority = laboratory.authority();
      return new Tls(ServerCertificates.signedBy(authority, hosts), authority.certificate());
    }
    var files = settings.tls().get();
    List<X509Certificate> chain = Certificates.certificates(read(files.chain()));
    return new Tls(
        ServerCertificates.of(
            Certificates.key(read(files.key())),
            chain,
            hosts,
            files
                .authorityKey()
                .map(file -> new KeyAndCertificate(Certificates.key(read(file)), chain.getLast()))),
        chain.getLast());
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new IllegalArgumentException("the file " + file + " can't be read", e);
    }
  }

  private static <T> T await(io.vertx.core.Future<T> future) {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .get(STARTUP_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          e.getCause() instanceof BindException
              ? "a port that the simulator needs is taken: " + e.getCause().getMessage()
              : "the simulator can't listen: " + e.getMessage(),
          e);
    } catch (TimeoutException e) {
      throw new IllegalStateException("the simulator did not start in time", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the simulator started", e);
    }
  }

  private static void requireFree(String address, int port) {
    if (port == 0) {
      return;
    }
    try (var socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(address, port));
    } catch (IOException e) {
      throw new IllegalStateException(
          "port " + port + " is taken, and the partner simulator needs it", e);
    }
  }

  /** The port of HTTPS. */
  public int httpsPort() {
    return httpsPort;
  }

  /** The port of the administration. */
  public int adminPort() {
    return adminPort;
  }

  /** The PEM certificate of the authority that signed its TLS certificate. */
  public String caPem() {
    return caPem;
  }

  /** Every host name that it answers under. */
  public Set<String> hosts() {
    return farm.hosts();
  }

  /** Who the simulated Exchange is. */
  public ServerIdentity identity() {
    return farm.exchange();
  }

  /** Who the simulated server of a kind is. */
  public ServerIdentity identity(ProductKind kind) {
    return farm.server(kind);
  }

  /** The mailboxes. */
  public Mailboxes mailboxes() {
    return mailboxes;
  }

  /** The partner applications of the simulated Exchange. */
  public PartnerApplications applications() {
    return farm.known(ProductKind.EXCHANGE);
  }

  /** Those whom the simulated server of a kind knows. */
  public PartnerApplications applications(ProductKind kind) {
    return farm.known(kind);
  }

  /** The metadata document's URL of the simulated server of a kind. */
  public String metadataUrl(ProductKind kind) {
    String host = farm.server(kind).metadataHost();
    return "https://" + (httpsPort == 443 ? host : host + ":" + httpsPort) + kind.metadataPath();
  }

  @Override
  public void close() {
    try {
      vertx.close().toCompletionStage().toCompletableFuture().get(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("the simulator did not stop in order", e);
    }
  }
}
