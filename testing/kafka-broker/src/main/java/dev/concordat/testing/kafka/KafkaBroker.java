package dev.concordat.testing.kafka;

import dev.concordat.contracts.Topic;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;
import org.jspecify.annotations.Nullable;

/**
 * One combined KRaft node. It listens on loopback only; its data outlives {@link #stop()}, so that
 * a test can take Kafka away and bring it back on the same port.
 */
public final class KafkaBroker implements AutoCloseable {

  private static final long STARTUP_SECONDS = 60;
  private static final String LOOPBACK = "127.0.0.1";

  private final int port;
  private final Quorum quorum;
  private final Path directory;
  private final boolean temporary;
  private final @Nullable AccessControl accessControl;
  private final String host;
  private final List<Listener> listeners;
  private @Nullable KafkaRaftServer server;

  private KafkaBroker(
      int port,
      Quorum quorum,
      Path directory,
      boolean temporary,
      @Nullable AccessControl accessControl,
      String host,
      List<Listener> listeners) {
    this.host = host;
    this.listeners = List.copyOf(listeners);
    this.accessControl = accessControl;
    this.port = port;
    this.quorum = quorum;
    this.directory = directory;
    this.temporary = temporary;
  }

  /** Starts a broker on free ports, with data that goes when it is closed. */
  public static KafkaBroker start() {
    return startTemporary(null);
  }

  /** The same, for clients who say who they are and do what they may. */
  public static KafkaBroker start(AccessControl accessControl) {
    return startTemporary(accessControl);
  }

  private static KafkaBroker startTemporary(@Nullable AccessControl accessControl) {
    try {
      var broker =
          new KafkaBroker(
              FreePorts.one(),
              alone(FreePorts.one()),
              Files.createTempDirectory("concordat-kafka"),
              true,
              accessControl,
              LOOPBACK,
              List.of());
      broker.startAgain();
      return broker;
    } catch (IOException e) {
      throw new UncheckedIOException("no place for the broker's data", e);
    }
  }

  /**
   * Starts a broker on these ports, with data in this folder: made if it isn't there, used again if
   * it is.
   *
   * @throws IllegalStateException if a port is taken or the broker doesn't come up; the message
   *     says which
   */
  public static KafkaBroker start(int port, int controllerPort, Path directory) {
    return start(port, alone(controllerPort), directory);
  }

  /** Starts one broker of a cluster; it answers when enough of the others do. */
  public static KafkaBroker start(int port, Quorum quorum, Path directory) {
    return start(port, quorum, directory, List.of());
  }

  /** The same, with further listeners beside the one on its port. */
  public static KafkaBroker start(
      int port, Quorum quorum, Path directory, List<Listener> listeners) {
    var broker = new KafkaBroker(port, quorum, directory, false, null, LOOPBACK, listeners);
    broker.startAgain();
    return broker;
  }

  /**
   * Starts a broker that listens at every address and is called by this name, as in a container.
   */
  public static KafkaBroker startAt(String host, int port, int controllerPort, Path directory) {
    var broker =
        new KafkaBroker(port, alone(controllerPort), directory, false, null, host, List.of());
    broker.startAgain();
    return broker;
  }

  private static Quorum alone(int controllerPort) {
    return new Quorum(Uuid.randomUuid().toString(), 1, List.of(controllerPort));
  }

  /** Where clients connect to. */
  public String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  /** Starts it again after {@link #stop()}, on the same ports with the same data. */
  public void startAgain() {
    if (server != null) {
      throw new IllegalStateException("the broker on port " + port + " runs already");
    }
    // A port that is taken would end this JVM without a word.
    var needs = new ArrayList<>(List.of(port, quorum.controllerPort()));
    listeners.forEach(it -> needs.add(it.port()));
    for (int needed : needs) {
      if (!FreePorts.isFree(needed)) {
        throw new IllegalStateException(
            "port " + needed + " is taken, and the Kafka broker needs it");
      }
    }
    format();
    var starting = new KafkaRaftServer(KafkaConfig.fromProps(settings()), Time.SYSTEM);
    starting.startup();
    server = starting;
    awaitAnswering();
  }

  /** Stops it and keeps its data; it can be started again. */
  public void stop() {
    var running = server;
    if (running != null) {
      running.shutdown();
      running.awaitShutdown();
      server = null;
    }
  }

  /** Makes these topics in the shape that {@code contracts} gives them; those that exist stay. */
  public void createTopics(Topic... topics) {
    createTopics(
        Arrays.stream(topics)
            .map(
                topic ->
                    new NewTopic(topic.topicName(), topic.partitions(), (short) 1)
                        .configs(topic.settings()))
            .toList());
  }

  /** Makes topics of any shape; those that exist stay. */
  public void createTopics(List<NewTopic> topics) {
    try (Admin admin = admin()) {
      for (var made : admin.createTopics(topics).values().values()) {
        try {
          made.get(30, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
          if (!(e.getCause() instanceof TopicExistsException)) {
            throw new IllegalStateException("a topic could not be made", e.getCause());
          }
        }
      }
    } catch (TimeoutException e) {
      throw new IllegalStateException("the broker did not make the topics in 30 s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while making topics", e);
    }
  }

  /** An administration client for it; the caller closes it. */
  public Admin admin() {
    var settings = new HashMap<String, Object>();
    settings.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers());
    settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, "10000");
    if (accessControl != null) {
      settings.putAll(accessControl.client(AccessControl.ADMIN));
    }
    return Admin.create(settings);
  }

  /** Stops it; data that {@link #start()} made goes. */
  @Override
  public void close() {
    stop();
    if (temporary) {
      try (var tree = Files.walk(directory)) {
        for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(path);
        }
      } catch (IOException e) {
        throw new UncheckedIOException("the broker's data could not be deleted", e);
      }
    }
  }

  /** Waits until the broker was told to stop and has stopped. */
  void awaitShutdown() {
    var running = server;
    if (running != null) {
      running.awaitShutdown();
    }
  }

  private void format() {
    if (Files.exists(directory.resolve("meta.properties"))) {
      return;
    }
    try {
      Files.createDirectories(directory);
      var formatter = new Formatter();
      if (accessControl != null) {
        formatter.setScramArguments(accessControl.scramArguments());
      }
      formatter
          .setPrintStream(
              new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
          .setNodeId(quorum.node())
          .setClusterId(quorum.clusterId())
          .addDirectory(directory.toString())
          .setMetadataLogDirectory(directory.toString())
          .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION)
          .setControllerListenerName("CONTROLLER")
          .setIgnoreFormatted(true)
          .run();
    } catch (Exception e) {
      throw new IllegalStateException("the folder " + directory + " can't hold a broker's data", e);
    }
  }

  private Properties settings() {
    var settings = new Properties();
    String protocol = accessControl == null ? "PLAINTEXT" : "SASL_SSL";
    String replication = Integer.toString(quorum.replication());
    settings.putAll(
        Map.ofEntries(
            Map.entry("process.roles", "broker,controller"),
            Map.entry("node.id", Integer.toString(quorum.node())),
            Map.entry("controller.quorum.voters", quorum.voters()),
            Map.entry("controller.listener.names", "CONTROLLER"),
            Map.entry(
                "listeners",
                protocol
                    + (host.equals(LOOPBACK) ? "://" + LOOPBACK + ":" : "://0.0.0.0:")
                    + port
                    + ",CONTROLLER://127.0.0.1:"
                    + quorum.controllerPort()
                    + further("://" + LOOPBACK + ":", Listener::port)),
            Map.entry(
                "advertised.listeners",
                protocol
                    + "://"
                    + host
                    + ":"
                    + port
                    + further("://" + LOOPBACK + ":", Listener::advertisedPort)),
            Map.entry(
                "listener.security.protocol.map",
                "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT" + further(":PLAINTEXT", _ -> "")),
            Map.entry("log.dirs", directory.toString()),
            Map.entry("auto.create.topics.enable", "false"),
            Map.entry("offsets.topic.replication.factor", replication),
            Map.entry("offsets.topic.num.partitions", "4"),
            Map.entry("transaction.state.log.replication.factor", replication),
            Map.entry("transaction.state.log.min.isr", Integer.toString(quorum.inSync())),
            Map.entry("default.replication.factor", replication),
            Map.entry("min.insync.replicas", Integer.toString(quorum.inSync())),
            Map.entry("transaction.state.log.num.partitions", "4"),
            Map.entry("share.coordinator.state.topic.replication.factor", "1"),
            Map.entry("share.coordinator.state.topic.min.isr", "1"),
            Map.entry("group.initial.rebalance.delay.ms", "0"),
            Map.entry("group.min.session.timeout.ms", "1000"),
            // Small, so that one node with a handful of topics stays small.
            Map.entry("num.network.threads", "2"),
            Map.entry("num.io.threads", "2"),
            Map.entry("num.replica.fetchers", "1"),
            Map.entry("background.threads", "2"),
            Map.entry("log.cleaner.dedupe.buffer.size", "4194304"),
            Map.entry("log.index.size.max.bytes", "1048576"),
            Map.entry("log.segment.bytes", "67108864"),
            // A broker that comes back is let in again once its former session has ended.
            Map.entry("broker.session.timeout.ms", "2000"),
            Map.entry("broker.heartbeat.interval.ms", "500")));
    if (listeners.stream().anyMatch(it -> it.name().equals(Listener.BROKERS))) {
      settings.put("inter.broker.listener.name", Listener.BROKERS);
    }
    if (accessControl != null) {
      settings.putAll(accessControl.settings());
    }
    return settings;
  }

  /** The further listeners as a setting's list goes on. */
  private String further(String between, Function<Listener, Object> last) {
    return listeners.stream()
        .map(it -> "," + it.name() + between + last.apply(it))
        .collect(Collectors.joining());
  }

  private void awaitAnswering() {
    try (Admin admin = admin()) {
      admin.describeCluster().nodes().get(STARTUP_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException(
          "the Kafka broker on port " + port + " did not answer within " + STARTUP_SECONDS + " s",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the broker started", e);
    }
  }
}
