package dev.concordat.suite;

import dev.concordat.contracts.Topic;
import dev.concordat.testing.kafka.FreePorts;
import dev.concordat.testing.kafka.Listener;
import dev.concordat.testing.kafka.Quorum;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
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
 * Replicas of services and the brokers behind them, each a process of its own that can be killed,
 * held and started again: the ground for tests of faults and for benchmarks.
 */
public final class ServiceCluster implements AutoCloseable {

  private static final Duration START_UP = Duration.ofMinutes(4);

  private final StateFolder state;
  private final Programs programs;
  private final List<Broker> brokers = new ArrayList<>();
  private final List<Replica> replicas = new ArrayList<>();
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(1))
          .build();

  private ServiceCluster(
      Installation installation, Path folder, Brokers wantedBrokers, List<Replicas> wanted)
      throws SuiteFailure {
    int brokerCount = wantedBrokers.count();
    state = StateFolder.open(folder);
    programs = Programs.prepare(installation, state);
    int replicaCount = wanted.stream().mapToInt(Replicas::count).sum();
    List<Integer> ports = FreePorts.of(2 * brokerCount + 2 * replicaCount);
    String clusterId = Uuid.randomUuid().toString();
    List<Integer> controllers = ports.subList(0, brokerCount);
    for (int node = 1; node <= brokerCount; node++) {
      brokers.add(
          new Broker(
              node,
              ports.get(brokerCount + node - 1),
              clusterId,
              controllers,
              wantedBrokers.listeners().getOrDefault(node, List.of())));
    }
    int next = 2 * brokerCount;
    var numbers = new EnumMap<Part, Integer>(Part.class);
    for (Replicas some : wanted) {
      for (int i = 0; i < some.count(); i++) {
        // Numbered through where a part is wanted in several ways: names and logs are one's own.
        int number = numbers.merge(some.part(), 1, Integer::sum) - 1;
        replicas.add(new Replica(some, number, ports.get(next), ports.get(next + 1)));
        next += 2;
      }
    }
  }

  /**
   * Starts brokers, topics and replicas, and waits until all are ready.
   *
   * @param folder where they keep what they keep
   */
  public static ServiceCluster start(Path folder, int brokers, Replicas... replicas)
      throws SuiteFailure, InterruptedException {
    return start(folder, Brokers.of(brokers), replicas);
  }

  /** The same, with brokers of some shape. */
  public static ServiceCluster start(Path folder, Brokers brokers, Replicas... replicas)
      throws SuiteFailure, InterruptedException {
    return start(Installation.find(), folder, brokers, replicas);
  }

  /** The same with the programs of this installation. */
  static ServiceCluster start(
      Installation installation, Path folder, int brokers, Replicas... replicas)
      throws SuiteFailure, InterruptedException {
    return start(installation, folder, Brokers.of(brokers), replicas);
  }

  private static ServiceCluster start(
      Installation installation, Path folder, Brokers brokers, Replicas... replicas)
      throws SuiteFailure, InterruptedException {
    var cluster = new ServiceCluster(installation, folder, brokers, List.of(replicas));
    try {
      cluster.startBrokers();
      cluster.startReplicas();
      return cluster;
    } catch (SuiteFailure | InterruptedException | RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  /** Makes what a cluster needs, and starts nothing yet. */
  public static ServiceCluster prepare(Path folder, int brokers, Replicas... replicas)
      throws SuiteFailure {
    return new ServiceCluster(Installation.find(), folder, Brokers.of(brokers), List.of(replicas));
  }

  /** Starts the brokers and makes the topics, for what is to be on them before any replica is. */
  public void startBrokers() throws SuiteFailure, InterruptedException {
    for (Broker broker : brokers) {
      broker.start();
    }
    createTopics(brokers.size());
  }

  /** Starts all replicas, and waits until they are ready. */
  public void startReplicas() throws SuiteFailure, InterruptedException {
    for (Replica replica : replicas) {
      replica.start();
    }
    for (Replica replica : replicas) {
      replica.awaitReady();
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

  /** Every replica. */
  public List<Replica> replicas() {
    return List.copyOf(replicas);
  }

  /** The replicas of a part. */
  public List<Replica> replicas(Part part) {
    return replicas.stream().filter(it -> it.plan.part() == part).toList();
  }

  /** What they keep. */
  public StateFolder state() {
    return state;
  }

  /** A token with the role {@code admin}. */
  public String adminToken() throws SuiteFailure {
    return state.read("admin-token").orElseThrow();
  }

  /** Where a part is called: at its first replica, or where it would be. */
  private URI url(Part part) {
    return replicas(part).stream()
        .findFirst()
        .map(Replica::url)
        .orElseGet(() -> URI.create("http://127.0.0.1:" + part.port()));
  }

  @Override
  public void close() {
    replicas.forEach(Node::kill);
    brokers.forEach(Node::kill);
    http.close();
  }

  /** Without one of them, the others are not waited for. */
  private void requireBrokers(boolean tooLate) throws SuiteFailure {
    for (Broker broker : brokers) {
      if (tooLate || !broker.isAlive()) {
        throw new SuiteFailure(
            "%s of %d brokers %s. Its log says last:%n%s"
                .formatted(
                    broker.name(),
                    brokers.size(),
                    broker.isAlive() ? "did not find the others" : "ended",
                    String.join("\n", broker.lastLines(12))));
      }
    }
  }

  private void createTopics(int brokerCount) throws SuiteFailure, InterruptedException {
    try (Admin admin =
        Admin.create(
            Map.of(
                "bootstrap.servers", kafkaBootstrap(),
                "reconnect.backoff.max.ms", "200",
                "default.api.timeout.ms", "240000"))) {
      // Topics wait until every broker may hold a copy.
      long deadline = System.nanoTime() + START_UP.toNanos();
      while (admin.describeCluster().nodes().get(4, TimeUnit.MINUTES).size() < brokerCount) {
        requireBrokers(System.nanoTime() > deadline);
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
        made.get(4, TimeUnit.MINUTES);
      }
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw new SuiteFailure("Kafka makes no topics: " + e.getMessage());
      }
    } catch (TimeoutException e) {
      throw new SuiteFailure("Kafka does not answer. See " + state.file("logs"));
    }
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

    /** The folder that it runs in. */
    Path folder() throws SuiteFailure {
      return state.root();
    }

    /** What it is called. */
    public String name() {
      return name;
    }

    /** Starts it, or starts it again, and does not wait for it. */
    public void start() throws SuiteFailure {
      starts++;
      process = SuiteProcess.start(part, command(), folder(), state.log(name + "-" + starts));
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
      stop(Duration.ofSeconds(20));
    }

    /** The same, and kills it only after this time. */
    void stop(Duration patience) throws InterruptedException {
      SuiteProcess running = process;
      if (running != null) {
        running.stop(patience);
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
    private final List<Listener> listeners;

    private Broker(
        int node, int port, String clusterId, List<Integer> controllers, List<Listener> listeners) {
      this.listeners = listeners;
      super(Part.KAFKA, "kafka-" + node);
      this.node = node;
      this.port = port;
      this.clusterId = clusterId;
      this.controllers = List.copyOf(controllers);
    }

    @Override
    List<String> command() throws SuiteFailure {
      var cluster =
          new ArrayList<>(List.of("--quorum", new Quorum(clusterId, node, controllers).toString()));
      if (!listeners.isEmpty()) {
        cluster.addAll(List.of("--listeners", Listener.print(listeners)));
      }
      return programs.broker(
          List.of("-XX:+UseSerialGC", "-Xms64m", "-Xmx256m"), port, state.file(name()), cluster);
    }
  }

  /** A replica of a service, or a simulator. */
  public final class Replica extends Node {
    private final Replicas plan;
    private final int port;
    private final int managementPort;

    private Replica(Replicas plan, int number, int port, int managementPort) {
      super(plan.part(), plan.part().partName() + "-" + number);
      this.plan = plan;
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

    /** Where its health and metrics are; of a simulator, its administration. */
    public URI managementUrl() {
      return URI.create("http://127.0.0.1:" + managementPort);
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

    /** What stands behind a metric's name, by the value of one of its labels. */
    public Map<String, String> labelled(String name, String label) throws InterruptedException {
      var found = new LinkedHashMap<String, String>();
      management("/q/metrics").map(HttpResponse::body).stream()
          .flatMap(String::lines)
          .filter(line -> line.startsWith(name + "{"))
          .forEach(
              line -> {
                String labels = line.substring(name.length(), line.lastIndexOf('}'));
                int value = labels.indexOf(label + "=\"");
                if (value >= 0) {
                  String rest = labels.substring(value + label.length() + 2);
                  found.put(
                      rest.substring(0, rest.indexOf('"')),
                      line.substring(line.lastIndexOf(' ') + 1));
                }
              });
      return found;
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
    Path folder() throws SuiteFailure {
      return plan.part().isService() ? programs.program(plan.part()).folder() : super.folder();
    }

    @Override
    List<String> command() throws SuiteFailure {
      if (plan.part() == Part.PARTNER_SIMULATOR) {
        return plan.launched(programs.simulator(plan.javaFlags(), port, managementPort));
      }
      var settings =
          new LinkedHashMap<>(
              programs.settings(port, managementPort, kafkaBootstrap(), ServiceCluster.this::url));
      if (plan.settings().containsKey("quarkus.oidc.auth-server-url")) {
        settings.keySet().removeAll(Set.of("quarkus.oidc.public-key", "quarkus.oidc.token.issuer"));
      }
      settings.putAll(plan.settings());
      return plan.launched(programs.service(plan.part(), plan.javaFlags(), settings));
    }

    private Optional<HttpResponse<String>> management(String path) throws InterruptedException {
      try {
        return Optional.of(
            http.send(
                HttpRequest.newBuilder(managementUrl().resolve(path))
                    .timeout(Duration.ofSeconds(2))
                    .build(),
                HttpResponse.BodyHandlers.ofString()));
      } catch (IOException e) {
        return Optional.empty();
      }
    }
  }
}
