package dev.concordat.simulator;

import dev.concordat.simulator.administration.Administration;
import dev.concordat.simulator.autodiscover.Autodiscover;
import dev.concordat.simulator.ews.ExchangeWebServices;
import dev.concordat.simulator.mailboxes.Mailboxes;
import dev.concordat.simulator.trust.ExchangeIdentity;
import dev.concordat.simulator.trust.PartnerApplications;
import dev.concordat.simulator.trust.TokenGate;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A simulated Exchange that runs. */
public final class Simulator implements AutoCloseable {

  private static final long STARTUP_SECONDS = 20;

  private final Vertx vertx;
  private final int httpsPort;
  private final int adminPort;
  private final String caPem;
  private final ExchangeIdentity identity;
  private final Mailboxes mailboxes;
  private final PartnerApplications applications;

  private Simulator(
      Vertx vertx,
      int httpsPort,
      int adminPort,
      String caPem,
      ExchangeIdentity identity,
      Mailboxes mailboxes,
      PartnerApplications applications) {
    this.vertx = vertx;
    this.httpsPort = httpsPort;
    this.adminPort = adminPort;
    this.caPem = caPem;
    this.identity = identity;
    this.mailboxes = mailboxes;
    this.applications = applications;
  }

  @SuppressWarnings("SystemOut") // what a process says to whoever started it
  public static void main(String[] arguments) {
    try {
      SimulatorSettings settings = SimulatorSettings.parse(arguments);
      Simulator simulator = start(settings);
      Runtime.getRuntime().addShutdownHook(new Thread(simulator::close, "stop-simulator"));
      settings.parent().ifPresent(Simulator::endWith);
      System.out.println(
          "Simulated Exchange at https://%s:%d, administration at http://127.0.0.1:%d"
              .formatted(
                  simulator.identity.autodiscoverHost(), simulator.httpsPort, simulator.adminPort));
    } catch (IllegalArgumentException | IllegalStateException e) {
      System.err.println(e.getMessage());
      System.exit(2);
    }
  }

  /**
   * Starts one.
   *
   * @throws IllegalStateException if a port is taken; the message says which
   * @throws IllegalArgumentException if a setting does not hold
   */
  public static Simulator start(SimulatorSettings settings) {
    requireFree(settings.port());
    requireFree(settings.adminPort());
    InstantSource clock = InstantSource.system();
    var identity =
        new ExchangeIdentity(settings.domain(), Laboratory.authCertificate(settings.stateFolder()));
    var mailboxes = new Mailboxes();
    settings.mailboxes().forEach(mailboxes::make);
    var applications = new PartnerApplications(settings.stateFolder());
    var gate = new TokenGate(identity, applications, mailboxes, clock);
    var faults = new Fault.Faults();
    var log = new RequestLog();
    String ca = "";
    PemKeyCertOptions tls;
    if (settings.tlsCertificate().isPresent() && settings.tlsKey().isPresent()) {
      tls =
          new PemKeyCertOptions()
              .setCertPath(settings.tlsCertificate().get().toString())
              .setKeyPath(settings.tlsKey().get().toString());
    } else {
      Laboratory.Tls made =
          Laboratory.tls(
              List.of(identity.autodiscoverHost(), identity.serverHost(), identity.domain()));
      ca = made.authority();
      tls =
          new PemKeyCertOptions()
              .setCertValue(Buffer.buffer(made.certificate() + made.authority()))
              .setKeyValue(Buffer.buffer(made.key()));
    }
    Vertx vertx =
        Vertx.vertx(
            new VertxOptions()
                .setEventLoopPoolSize(2)
                .setWorkerPoolSize(2)
                .setInternalBlockingPoolSize(2));
    try {
      int https = listen(vertx, identity, mailboxes, gate, faults, log, clock, tls, settings);
      int admin =
          await(
                  vertx
                      .createHttpServer()
                      .requestHandler(
                          new Administration(
                                  vertx,
                                  applications,
                                  mailboxes,
                                  faults::add,
                                  faults::clear,
                                  faults::list,
                                  log)
                              .router())
                      .listen(settings.adminPort(), "127.0.0.1"))
              .actualPort();
      return new Simulator(vertx, https, admin, ca, identity, mailboxes, applications);
    } catch (RuntimeException e) {
      vertx.close();
      throw e;
    }
  }

  private static int listen(
      Vertx vertx,
      ExchangeIdentity identity,
      Mailboxes mailboxes,
      TokenGate gate,
      Fault.Faults faults,
      RequestLog log,
      InstantSource clock,
      PemKeyCertOptions tls,
      SimulatorSettings settings) {
    HttpServer server =
        vertx.createHttpServer(
            new HttpServerOptions()
                .setSsl(true)
                .setKeyCertOptions(tls)
                .setCompressionSupported(true)
                .setMaxHeaderSize(64 * 1024)
                .setHost("127.0.0.1"));
    // The URLs that it publishes carry its port, which is only known when it listens.
    var front = new ExchangeFront(identity, gate, faults, log, clock);
    server.requestHandler(front.router(vertx));
    int port = await(server.listen(settings.port())).actualPort();
    String server443 = port == 443 ? identity.serverHost() : identity.serverHost() + ":" + port;
    front.serve(
        new Autodiscover(mailboxes, "https://" + server443 + "/EWS/Exchange.asmx"),
        new ExchangeWebServices(mailboxes, clock));
    return port;
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

  private static void requireFree(int port) {
    if (port == 0) {
      return;
    }
    try (var socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    } catch (IOException e) {
      throw new IllegalStateException(
          "port " + port + " is taken, and the partner simulator needs it", e);
    }
  }

  private static void endWith(long pid) {
    ProcessHandle parent =
        ProcessHandle.of(pid)
            .orElseThrow(
                () -> new IllegalStateException("the process " + pid + " has ended already"));
    Thread.ofPlatform()
        .daemon()
        .name("parent-watch")
        .start(
            () -> {
              parent.onExit().join();
              Thread orderly = Thread.ofPlatform().daemon().start(() -> System.exit(0));
              try {
                if (!orderly.join(Duration.ofSeconds(5))) {
                  Runtime.getRuntime().halt(0);
                }
              } catch (InterruptedException e) {
                Runtime.getRuntime().halt(0);
              }
            });
  }

  /** The port of HTTPS. */
  public int httpsPort() {
    return httpsPort;
  }

  /** The port of the administration. */
  public int adminPort() {
    return adminPort;
  }

  /**
   * The PEM certificate of the authority that signed its TLS certificate, if it made one itself.
   */
  public String caPem() {
    return caPem;
  }

  /** Who it is. */
  public ExchangeIdentity identity() {
    return identity;
  }

  /** Its mailboxes. */
  public Mailboxes mailboxes() {
    return mailboxes;
  }

  /** Its partner applications. */
  public PartnerApplications applications() {
    return applications;
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
