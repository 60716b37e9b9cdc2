package dev.concordat.suite;

import dev.concordat.contracts.Topic;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TopicExistsException;

/**
 * The suite on this machine. Starting returns when every part is ready; closing stops them in
 * order. A part can be killed and started again meanwhile, as tests of faults need it.
 */
public final class LocalSuite implements AutoCloseable {

  /** The domain, and so the realm, of the laboratory. */
  public static final String DOMAIN = "litwareinc.com";

  /** Our application identifier in the laboratory. */
  public static final String APPLICATION_IDENTIFIER = "5d2a1b7e-3c4f-4e8a-9b6d-c0c0da700001";

  /** The mailbox that there is at first. */
  public static final String MAILBOX = "kenmyer@" + DOMAIN;

  private static final Duration START_UP = Duration.ofSeconds(90);
  private static final Duration STOP = Duration.ofSeconds(8);

  private final Options options;
  private final Installation installation;
  private final StateFolder state;
  private final Programs programs;
  private final Consumer<String> progress;
  private final Map<Part, SuiteProcess> processes = new ConcurrentHashMap<>();
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(1))
          .build();
  private final Instant begun = Instant.now();

  private LocalSuite(
      Options options,
      Installation installation,
      StateFolder state,
      Programs programs,
      Consumer<String> progress) {
    this.options = options;
    this.installation = installation;
    this.state = state;
    this.programs = programs;
    this.progress = progress;
  }

  /**
   * Starts the suite and waits until every part is ready.
   *
   * @param progress is told what happens, line by line
   */
  public static LocalSuite start(Options options, Consumer<String> progress)
      throws SuiteFailure, InterruptedException {
    LocalSuite suite = prepare(options, progress);
    try {
      suite.startAll();
      return suite;
    } catch (SuiteFailure | InterruptedException | RuntimeException e) {
      suite.close();
      throw e;
    }
  }

  /** Makes what the suite needs, and starts nothing yet. */
  static LocalSuite prepare(Options options, Consumer<String> progress) throws SuiteFailure {
    Installation installation = Installation.find();
    StateFolder state = StateFolder.open(options.stateFolder());
    options
        .ports()
        .requireFree(
            Arrays.stream(Part.values())
                .filter(part -> !(part == Part.KAFKA && options.externalKafka().isPresent()))
                .toList());
    return new LocalSuite(
        options, installation, state, Programs.prepare(installation, state), progress);
  }

  void startAll() throws SuiteFailure, InterruptedException {
    for (Part part : Part.values()) {
      if (options.without().contains(part)
          || (part == Part.KAFKA && options.externalKafka().isPresent())) {
        continue;
      }
      launch(part);
    }
    noteEndpoints();
    if (!options.without().contains(Part.KAFKA)) {
      awaitKafka();
      createTopics();
    }
    for (Part part : processes.keySet().stream().sorted().toList()) {
      // Our document needs a key of the token-service; the order of waiting does not matter.
      if (part != Part.KAFKA) {
        awaitReady(part);
      }
    }
  }

  /** Where Kafka is. */
  public String kafkaBootstrap() {
    return options.externalKafka().orElseGet(() -> "127.0.0.1:" + options.ports().of(Part.KAFKA));
  }

  /** The URL of a service, without a path. */
  public URI url(Part part) {
    return URI.create("http://127.0.0.1:" + options.ports().of(part));
  }

  /** The URL of a part's health and metrics; of the simulator, its administration. */
  public URI managementUrl(Part part) {
    return URI.create("http://127.0.0.1:" + options.ports().managementOf(part));
  }

  /** The simulated Exchange's metadata document. */
  public String exchangeMetadataUrl() {
    return "https://autodiscover."
        + DOMAIN
        + ":"
        + options.ports().of(Part.PARTNER_SIMULATOR)
        + "/autodiscover/metadata/json/1";
  }

  /** A token with the role {@code admin}. */
  public String adminToken() throws SuiteFailure {
    return state.read("admin-token").orElseThrow();
  }

  /** A token with the role {@code viewer}. */
  public String viewerToken() throws SuiteFailure {
    return state.read("viewer-token").orElseThrow();
  }

  /** What the suite keeps. */
  public StateFolder state() {
    return state;
  }

  /** The checkout that it runs from. */
  public Installation installation() {
    return installation;
  }

  /** When it began to start. */
  public Instant begun() {
    return begun;
  }

  /** The parts that run. */
  public Set<Part> running() {
    var running = new LinkedHashSet<Part>();
    for (Part part : Part.values()) {
      SuiteProcess process = processes.get(part);
      if (process != null && process.isAlive()) {
        running.add(part);
      }
    }
    return running;
  }

  /** The process of a part. */
  public OptionalLong pid(Part part) {
    SuiteProcess process = processes.get(part);
    return process == null ? OptionalLong.empty() : OptionalLong.of(process.pid());
  }

  /** Resident memory of a part in bytes, where the system tells. */
  public OptionalLong resident(Part part) {
    SuiteProcess process = processes.get(part);
    return process == null ? OptionalLong.empty() : SuiteProcess.resident(process.pid());
  }

  /** Ends a part as {@code kill -9} does. */
  public void kill(Part part) throws InterruptedException {
    SuiteProcess process = processes.get(part);
    if (process != null) {
      process.kill();
    }
  }

  /** Asks a part to stop, and waits for it. */
  public void stop(Part part) throws InterruptedException {
    SuiteProcess process = processes.get(part);
    if (process != null) {
      process.stop(STOP);
    }
  }

  /** Starts a part that was left out, stopped or killed, and waits until it is ready. */
  public void startAgain(Part part) throws SuiteFailure, InterruptedException {
    launch(part);
    if (part == Part.KAFKA) {
      awaitKafka();
      createTopics();
    } else {
      awaitReady(part);
    }
  }

  /** Starts a part that was stopped or killed, and does not wait for it. */
  public void launchAgain(Part part) throws SuiteFailure {
    launch(part);
  }

  /** Whether a part says that it is ready. */
  public boolean isReady(Part part) throws InterruptedException {
    try {
      return health(part).statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  /** A part that has ended by itself; empty while all run. */
  public Optional<Part> fallen() {
    return processes.values().stream()
        .filter(process -> !process.isAlive())
        .map(SuiteProcess::part)
        .findFirst();
  }

  /** What a part's log says last. */
  public List<String> lastLines(Part part, int count) {
    SuiteProcess process = processes.get(part);
    return process == null ? List.of() : process.lastLines(count);
  }

  /** Stops everything: services and simulator together, Kafka last. */
  @Override
  public void close() {
    try {
      List<SuiteProcess> clients =
          processes.values().stream().filter(it -> it.part() != Part.KAFKA).toList();
      clients.forEach(SuiteProcess::askToStop);
      for (SuiteProcess process : clients) {
        process.stop(STOP);
      }
      SuiteProcess kafka = processes.get(Part.KAFKA);
      if (kafka != null) {
        kafka.stop(STOP);
      }
    } catch (InterruptedException e) {
      processes
          .values()
          .forEach(
              process -> ProcessHandle.of(process.pid()).ifPresent(ProcessHandle::destroyForcibly));
      Thread.currentThread().interrupt();
    } finally {
      http.close();
    }
  }

  private void launch(Part part) throws SuiteFailure {
    Path log = state.log(part);
    SuiteProcess process = SuiteProcess.start(part, command(part), state.root(), log);
    processes.put(part, process);
  }

  private List<String> command(Part part) throws SuiteFailure {
    var flags =
        new ArrayList<>(
            List.of(
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xss512k",
                "-XX:+ExitOnOutOfMemoryError",
                "-Xshare:auto",
                "-Djava.awt.headless=true"));
    int port = options.ports().of(part);
    int management = options.ports().managementOf(part);
    return switch (part) {
      case KAFKA -> {
        flags.addAll(List.of("-Xms64m", "-Xmx256m"));
        yield programs.broker(
            flags,
            port,
            state.file("kafka"),
            List.of("--controller-port", Integer.toString(management)));
      }
      case PARTNER_SIMULATOR -> {
        flags.add("-Xmx96m");
        yield programs.simulator(flags, port, management);
      }
      case TRUST_REGISTRY, METADATA_SERVICE, TOKEN_SERVICE, PROBE_SERVICE -> {
        flags.addAll(
            List.of(
                "-Xms32m",
                "-Xmx64m",
                "-XX:MaxMetaspaceSize=128m",
                "-XX:ReservedCodeCacheSize=48m"));
        yield programs.service(
            part, flags, programs.settings(port, management, kafkaBootstrap(), this::url));
      }
    };
  }

  private void noteEndpoints() throws SuiteFailure {
    var endpoints = new LinkedHashMap<String, Object>();
    for (Part part : Part.values()) {
      if (part.isService()) {
        endpoints.put(part.partName(), url(part).toString());
      }
    }
    endpoints.put("kafka", kafkaBootstrap());
    endpoints.put("simulator", managementUrl(Part.PARTNER_SIMULATOR).toString());
    state.writeJson("endpoints.json", endpoints);
    var run = new LinkedHashMap<String, Object>();
    run.put("supervisor", ProcessHandle.current().pid());
    run.put("since", begun.toString());
    var parts = new LinkedHashMap<String, Object>();
    for (Part part : Part.values()) {
      SuiteProcess process = processes.get(part);
      if (process != null) {
        parts.put(
            part.partName(),
            Map.of(
                "pid", process.pid(),
                "port", options.ports().of(part),
                "management", options.ports().managementOf(part)));
      }
    }
    run.put("parts", parts);
    state.writeJson("run.json", run);
  }

  private void awaitKafka() throws SuiteFailure, InterruptedException {
    long deadline = System.nanoTime() + START_UP.toNanos();
    while (true) {
      requireAlive(Part.KAFKA);
      if (connects(options.ports().of(Part.KAFKA)) || options.externalKafka().isPresent()) {
        break;
      }
      if (System.nanoTime() > deadline) {
        throw tooSlow(Part.KAFKA, "nothing listens on its port");
      }
      Thread.sleep(50);
    }
  }

  private static boolean connects(int port) {
    try (var socket = new java.net.Socket()) {
      socket.connect(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private void createTopics() throws SuiteFailure, InterruptedException {
    try (Admin admin =
        Admin.create(
            Map.of(
                "bootstrap.servers", kafkaBootstrap(),
                "reconnect.backoff.max.ms", "200",
                "default.api.timeout.ms", "60000"))) {
      var topics =
          Arrays.stream(Topic.values())
              .map(
                  topic ->
                      new NewTopic(topic.topicName(), topic.partitions(), (short) 1)
                          .configs(topic.settings()))
              .toList();
      for (var made : admin.createTopics(topics).values().values()) {
        try {
          made.get(60, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
          if (!(e.getCause() instanceof TopicExistsException)) {
            throw new SuiteFailure(
                "Kafka at %s makes no topics: %s".formatted(kafkaBootstrap(), e.getMessage()));
          }
        }
      }
      say(Part.KAFKA.partName(), "ready, with " + topics.size() + " topics");
    } catch (KafkaException | TimeoutException e) {
      throw new SuiteFailure(
          "Kafka at %s does not answer: %s".formatted(kafkaBootstrap(), e.getMessage()));
    }
  }

  private void awaitReady(Part part) throws SuiteFailure, InterruptedException {
    long deadline = System.nanoTime() + START_UP.toNanos();
    String last = "it does not answer yet";
    while (true) {
      requireAlive(part);
      requireAlive(Part.KAFKA);
      try {
        HttpResponse<String> answer = health(part);
        if (answer.statusCode() == 200) {
          say(part.partName(), "ready");
          return;
        }
        last = answer.body();
      } catch (IOException e) {
        last = "it does not answer yet";
      }
      if (System.nanoTime() > deadline) {
        throw tooSlow(part, last);
      }
      Thread.sleep(50);
    }
  }

  private HttpResponse<String> health(Part part) throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(managementUrl(part).resolve("/q/health/ready"))
            .timeout(Duration.ofSeconds(2))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private void requireAlive(Part part) throws SuiteFailure {
    SuiteProcess process = processes.get(part);
    if (process != null && !process.isAlive()) {
      throw new SuiteFailure(
          "%s has ended with status %d. Its log (%s) says last:%n%s"
              .formatted(
                  part.partName(),
                  process.exitValue(),
                  process.log(),
                  String.join("\n", process.lastLines(12))));
    }
  }

  private SuiteFailure tooSlow(Part part, String last) {
    return new SuiteFailure(
        "%s was not ready within %d s: %s. See %s."
            .formatted(part.partName(), START_UP.toSeconds(), last.strip(), state.file("logs")));
  }

  void say(String who, String what) {
    progress.accept(
        "%6.1f s  %-17s %s"
            .formatted(Duration.between(begun, Instant.now()).toMillis() / 1000.0, who, what));
  }

  Map<Part, Long> memory() {
    var memory = new EnumMap<Part, Long>(Part.class);
    processes.forEach(
        (part, process) ->
            SuiteProcess.resident(process.pid()).ifPresent(bytes -> memory.put(part, bytes)));
    return memory;
  }

  /** Whether the state folder holds what an admin's earlier registrations left. */
  boolean hasHistory() {
    return Files.isDirectory(state.file("kafka"));
  }
}
