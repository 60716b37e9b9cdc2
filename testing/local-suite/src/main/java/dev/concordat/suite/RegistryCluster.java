package dev.concordat.suite;

import dev.concordat.contracts.Topic;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.TopicExistsException;
import org.jspecify.annotations.Nullable;

/**
 * Replicas of the trust-registry and the brokers behind them, each a process of its own that can be
 * killed, held and started again: the ground for its fault tests and its benchmark.
 */
public final class RegistryCluster implements AutoCloseable {

  private static final Duration START_UP = Duration.ofSeconds(90);

  private final StateFolder state;
  private final Installation installation;
  private final LocalIssuer issuer;
  private final List<String> registryFlags;
  private final @Nullable URI oidcIssuer;
  private final List<Broker> brokers = new ArrayList<>();
  private final List<Replica> replicas = new ArrayList<>();
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(1))
          .build();

  private RegistryCluster(
      Path folder, int brokerCount, int replicaCount, List<String> flags, @Nullable URI oidcIssuer)
      throws SuiteFailure {
    this.oidcIssuer = oidcIssuer;
    installation = Installation.find();
    state = StateFolder.open(folder);
    new DevelopmentAuthority(state, Instant.now()).prepare(List.of(LocalSuite.DOMAIN));
    issuer = new LocalIssuer(state, Instant.now());
    registryFlags = List.copyOf(flags);
    List<Integer> ports = freePorts(2 * brokerCount + 2 * replicaCount);
    String clusterId = Uuid.randomUuid().toString();
    List<Integer> controllers = ports.subList(0, brokerCount);
    for (int node = 1; node <= brokerCount; node++) {
      brokers.add(new Broker(node, ports.get(brokerCount + node - 1), clusterId, controllers));
    }
    for (int i = 0; i < replicaCount; i++) {
      replicas.add(
          new Replica(
              i, ports.get(2 * brokerCount + 2 * i), ports.get(2 * brokerCount + 2 * i + 1)));
    }
  }

  /**
   * Starts brokers, topics and replicas, and waits until all are ready.
   *
   * @param folder where they keep what they keep
   * @param registryFlags of the registry's Java: its heap above all
   */
  public static RegistryCluster start(
      Path folder, int brokers, int replicas, List<String> registryFlags)
      throws SuiteFailure, InterruptedException {
    return start(folder, brokers, replicas, registryFlags, null);
  }

  /** The same, with callers' tokens by this OpenID Connect issuer rather than the suite's own. */
  public static RegistryCluster start(
      Path folder, int brokers, int replicas, List<String> registryFlags, @Nullable URI oidcIssuer)
      throws SuiteFailure, InterruptedException {
    var cluster = new RegistryCluster(folder, brokers, replicas, registryFlags, oidcIssuer);
    try {
      for (Broker broker : cluster.brokers) {
        broker.start();
      }
      cluster.createTopics(brokers);
      for (Replica replica : cluster.replicas) {
        replica.start();
      }
      for (Replica replica : cluster.replicas) {
        replica.awaitReady();
      }
      return cluster;
    } catch (SuiteFailure | InterruptedException | RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  /** Where Kafka is. */
  public String kafkaBootstrap() {
    return brokers.stream().map(it -> "127.0.0.1:" + it.port).collect(Collectors.joining(","));
  }

  /** The brokers. */
  public List<Broker> brokers() {
    return List.copyOf(brokers);
  }

  /** The replicas of the registry. */
  public List<Replica> replicas() {
    return List.copyOf(replicas);
  }

  /** A token with the role {@code admin}. */
  public String adminToken() throws SuiteFailure {
    return state.read("admin-token").orElseThrow();
  }

  /** The replica that decides now, if one says so. */
  public Optional<Replica> deciding() throws InterruptedException {
    for (Replica replica : replicas) {
      if (replica.isDeciding()) {
        return Optional.of(replica);
      }
    }
    return Optional.empty();
  }

  @Override
  public void close() {
    replicas.forEach(Node::kill);
    brokers.forEach(Node::kill);
    http.close();
  }

  private void createTopics(int brokerCount) throws SuiteFailure, InterruptedException {
    try (Admin admin =
        Admin.create(
            Map.of(
                "bootstrap.servers", kafkaBootstrap(),
                "reconnect.backoff.max.ms", "200",
                "default.api.timeout.ms", "60000"))) {
      // Topics wait until every broker may hold a copy.
      long deadline = System.nanoTime() + START_UP.toNanos();
      while (admin.describeCluster().nodes().get(60, TimeUnit.SECONDS).size() < brokerCount) {
        if (System.nanoTime() > deadline) {
          throw new SuiteFailure("Not every broker came up. See " + state.file("logs"));
        }
        Thread.sleep(100);
      }
      var topics =
          Arrays.stream(Topic.values())
              .map(
                  topic ->
                      new NewTopic(
                              topic.topicName(),
                              topic.partitions(),
                              (short) Math.min(3, brokerCount))
                          .configs(topic.settings()))
              .toList();
      for (var made : admin.createTopics(topics).values().values()) {
        made.get(60, TimeUnit.SECONDS);
      }
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw new SuiteFailure("Kafka makes no topics: " + e.getMessage());
      }
    } catch (TimeoutException e) {
      throw new SuiteFailure("Kafka does not answer. See " + state.file("logs"));
    }
  }

  private static List<Integer> freePorts(int count) throws SuiteFailure {
    var held = new ArrayList<ServerSocket>();
    var ports = new ArrayList<Integer>();
    try {
      for (int i = 0; i < count; i++) {
        var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        held.add(socket);
        ports.add(socket.getLocalPort());
      }
      for (ServerSocket socket : held) {
        socket.close();
      }
      return ports;
    } catch (IOException e) {
      throw new SuiteFailure("No free ports on this machine: " + e.getMessage());
    }
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** A process of the cluster. */
  public abstract class Node {
    private final Part part;
    private final String name;
    private @Nullable SuiteProcess process;
    private int starts;

    private Node(Part part, String name) {
      this.part = part;
      this.name = name;
    }

    abstract List<String> command() throws SuiteFailure;

    /** What it is called. */
    public String name() {
      return name;
    }

    /** Starts it, or starts it again, and does not wait for it. */
    public void start() throws SuiteFailure {
      starts++;
      process = SuiteProcess.start(part, command(), state.root(), state.log(name + "-" + starts));
    }

    /** Ends it as {@code kill -9} does. */
    public void kill() {
      SuiteProcess running = process;
      if (running != null) {
        try {
          running.kill();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
    }

    /** Ends it in order. */
    public void stop() throws InterruptedException {
      SuiteProcess running = process;
      if (running != null) {
        running.stop(Duration.ofSeconds(20));
      }
    }

    /** Holds it where it stands ({@code SIGSTOP}). */
    public void hold() throws InterruptedException {
      signal("STOP");
    }

    /** Lets it go on ({@code SIGCONT}). */
    public void release() throws InterruptedException {
      signal("CONT");
    }

    /** Whether its process runs, held or not. */
    public boolean isAlive() {
      SuiteProcess running = process;
      return running != null && running.isAlive();
    }

    /** Its process. */
    public long pid() {
      SuiteProcess running = process;
      if (running == null) {
        throw new IllegalStateException(name + " was never started");
      }
      return running.pid();
    }

    /** What its log says last. */
    public List<String> lastLines(int count) {
      SuiteProcess running = process;
      return running == null ? List.of() : running.lastLines(count);
    }

    private void signal(String signal) throws InterruptedException {
      try {
        int status =
            new ProcessBuilder("kill", "-" + signal, Long.toString(pid())).start().waitFor();
        if (status != 0) {
          throw new IllegalStateException("kill -" + signal + " of " + name + " says " + status);
        }
      } catch (IOException e) {
        throw new IllegalStateException("there is no kill on this machine", e);
      }
    }
  }

  /** A broker, which is a controller too. */
  public final class Broker extends Node {
    private final int node;
    private final int port;
    private final String clusterId;
    private final List<Integer> controllers;

    private Broker(int node, int port, String clusterId, List<Integer> controllers) {
      super(Part.KAFKA, "kafka-" + node);
      this.node = node;
      this.port = port;
      this.clusterId = clusterId;
      this.controllers = List.copyOf(controllers);
    }

    @Override
    List<String> command() throws SuiteFailure {
      return List.of(
          java(),
          "-XX:+UseSerialGC",
          "-Xms64m",
          "-Xmx256m",
          "-cp",
          installation.kafkaClassPath(),
          "dev.concordat.testing.kafka.BrokerProcess",
          "--port",
          Integer.toString(port),
          "--quorum",
          clusterId
              + "/"
              + node
              + "/"
              + controllers.stream().map(String::valueOf).collect(Collectors.joining(",")),
          "--dir",
          state.file("kafka-" + node).toString(),
          "--parent-pid",
          Long.toString(ProcessHandle.current().pid()));
    }
  }

  /** A replica of the registry. */
  public final class Replica extends Node {
    private final int port;
    private final int managementPort;

    private Replica(int number, int port, int managementPort) {
      super(Part.TRUST_REGISTRY, "trust-registry-" + number);
      this.port = port;
      this.managementPort = managementPort;
    }

    /** Where it answers, without a path. */
    public URI url() {
      return URI.create("http://127.0.0.1:" + port);
    }

    /** Whether it says that it is ready. */
    public boolean isReady() throws InterruptedException {
      return management("/q/health/ready").map(it -> it.statusCode() == 200).orElse(false);
    }

    /** Whether it says that it decides. */
    public boolean isDeciding() throws InterruptedException {
      return metric("concordat_registry_deciding").orElse(0) == 1;
    }

    /** The number that stands behind a metric's name; of those with labels, the sum. */
    public OptionalDouble metric(String name) throws InterruptedException {
      return management("/q/metrics")
          .map(HttpResponse::body)
          .map(
              text ->
                  text.lines()
                      .filter(
                          line ->
                              line.startsWith(name)
                                  && " {,".indexOf(line.charAt(name.length())) >= 0)
                      .mapToDouble(
                          line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                      .reduce(Double::sum))
          .orElse(OptionalDouble.empty());
    }

    /** Waits until it is ready. */
    public void awaitReady() throws SuiteFailure, InterruptedException {
      long deadline = System.nanoTime() + START_UP.toNanos();
      while (!isReady()) {
        if (!isAlive() || System.nanoTime() > deadline) {
          throw new SuiteFailure(
              "%s is not ready. Its log says last:%n%s"
                  .formatted(name(), String.join("\n", lastLines(12))));
        }
        Thread.sleep(50);
      }
    }

    @Override
    List<String> command() throws SuiteFailure {
      var command = new ArrayList<String>();
      command.add(java());
      command.addAll(registryFlags);
      command.addAll(
          List.of(
              "-XX:+ExitOnOutOfMemoryError",
              "--enable-native-access=ALL-UNNAMED",
              "--sun-misc-unsafe-memory-access=allow",
              "-Djava.util.logging.manager=org.jboss.logmanager.LogManager"));
      Map<String, String> tokens =
          oidcIssuer == null
              ? Map.of(
                  "quarkus.oidc.public-key",
                  issuer.publicKey(),
                  "quarkus.oidc.token.issuer",
                  LocalIssuer.ISSUER)
              : Map.of("quarkus.oidc.auth-server-url", oidcIssuer.toString());
      tokens.forEach((key, value) -> command.add("-D" + key + "=" + value));
      Map.of(
              "quarkus.http.host",
              "127.0.0.1",
              "quarkus.management.host",
              "127.0.0.1",
              "quarkus.http.port",
              Integer.toString(port),
              "quarkus.management.port",
              Integer.toString(managementPort),
              "kafka.bootstrap.servers",
              kafkaBootstrap(),
              "quarkus.console.color",
              "false",
              "concordat.identity.application-identifier",
              LocalSuite.APPLICATION_IDENTIFIER,
              "concordat.identity.realm",
              LocalSuite.DOMAIN)
          .forEach((key, value) -> command.add("-D" + key + "=" + value));
      command.addAll(
          List.of(
              "-cp",
              installation.serviceClassPath(Part.TRUST_REGISTRY),
              "dev.concordat.suite.ServiceProcess",
              Long.toString(ProcessHandle.current().pid())));
      return command;
    }

    private Optional<HttpResponse<String>> management(String path) throws InterruptedException {
      try {
        return Optional.of(
            http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managementPort + path))
                    .timeout(Duration.ofSeconds(2))
                    .build(),
                HttpResponse.BodyHandlers.ofString()));
      } catch (IOException e) {
        return Optional.empty();
      }
    }
  }
}
