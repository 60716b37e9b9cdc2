package dev.concordat.suite;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./concordat up}, {@code down} and {@code status}. */
@Command(
    name = "concordat",
    description = "The whole suite on this machine.",
    subcommands = {SuiteCommand.Up.class, SuiteCommand.Down.class, SuiteCommand.Status.class})
public final class SuiteCommand {

  private static final String EXCHANGE = "exchange";
  private static final String UP = "The suite is up.";

  @Spec CommandSpec spec;

  private SuiteCommand() {}

  public static void main(String... arguments) {
    QuietLogs.apply();
    System.exit(
        new CommandLine(new SuiteCommand())
            .setExecutionExceptionHandler(
                (failure, line, _) -> {
                  if (failure instanceof SuiteFailure told) {
                    line.getErr().println(told.sentence());
                    return 1;
                  }
                  throw failure;
                })
            .execute(arguments));
  }

  /** Starts everything, registers the simulated Exchange and proves that it works. */
  @Command(
      name = "up",
      mixinStandardHelpOptions = true,
      description = "Starts the suite with a simulated Exchange, and runs the first probe.")
  static final class Up implements java.util.concurrent.Callable<Integer> {

    @Spec CommandSpec spec;

    @Option(names = "--detach", description = "Goes on in the background when the suite is up.")
    boolean detach;

    @Option(names = "--fresh", description = "Forgets partners, events and keys of earlier starts.")
    boolean fresh;

    @Option(names = "--port-offset", paramLabel = "N", description = "Is added to every port.")
    int portOffset;

    @Option(
        names = "--state-dir",
        paramLabel = "DIR",
        description = "What is kept between starts. Default: .concordat in the checkout.")
    Path stateFolder;

    @Override
    public Integer call() throws Exception {
      Path folder = stateFolder(stateFolder);
      Optional<Long> running = supervisor(folder);
      if (running.isPresent()) {
        throw new SuiteFailure(
            "The suite runs already (process %d). ./concordat status shows it, ./concordat down stops it."
                .formatted(running.get()));
      }
      if (fresh) {
        StateFolder.forget(folder);
      }
      return detach ? detached(folder) : attached(folder);
    }

    private int attached(Path folder) throws SuiteFailure, InterruptedException {
      PrintStream out = System.out;
      var options = new Options(folder, Ports.documented(portOffset), Optional.empty(), Set.of());
      LocalSuite suite = LocalSuite.prepare(options, out::println);
      var stopped = new CountDownLatch(1);
      Thread main = Thread.currentThread();
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    stopped.countDown();
                    main.interrupt();
                    suite.close();
                    try {
                      suite.state().delete("run.json");
                    } catch (SuiteFailure e) {
                      System.err.println(e.sentence());
                    }
                  },
                  "stop-suite"));
      boolean passed;
      try {
        suite.startAll();
        passed = journey(suite, out);
        report(suite, out);
      } catch (InterruptedException e) {
        // Ctrl-C in the middle of the start: the hook stops what has been started.
        stopped.await(1, TimeUnit.SECONDS);
        return 130;
      }
      if (!passed) {
        out.println("The suite goes on running, so that you can look. Ctrl-C stops it.");
      }
      while (!stopped.await(500, TimeUnit.MILLISECONDS)) {
        Optional<Part> fallen = suite.fallen();
        if (fallen.isPresent()) {
          System.err.println(
              "%s has ended. Its log says last:%n%s"
                  .formatted(
                      fallen.get().partName(),
                      String.join("\n", suite.lastLines(fallen.get(), 12))));
          return 1;
        }
      }
      return 0;
    }

    private static boolean journey(LocalSuite suite, PrintStream out)
        throws SuiteFailure, InterruptedException {
      var journey = new FirstJourney(suite);
      journey.makeExchangeAcceptUs();
      journey.registerWorkload();
      journey.registerExchange(EXCHANGE);
      out.println();
      out.println("Conversation history of sip:" + LocalSuite.MAILBOX + " at " + EXCHANGE);
      JsonNode result = journey.probe(EXCHANGE);
      for (JsonNode stage : result.path("stages")) {
        out.println(
            "  %-14s %-8s %6d ms  %s"
                .formatted(
                    stage.path("name").asText(),
                    stage.path("outcome").asText(),
                    stage.path("duration").asLong(),
                    stage.path("detail").asText("")));
      }
      boolean passed = result.path("outcome").asText().equals("passed");
      if (passed) {
        out.println("Test passed in " + result.path("duration").asLong() + " ms.");
      } else {
        out.println("Test failed: " + result.path("diagnosis").path("summary").asText(""));
        for (JsonNode remedy : result.path("diagnosis").path("remedies")) {
          out.println(
              "  on %s: %s"
                  .formatted(remedy.path("where").asText(), remedy.path("command").asText()));
        }
      }
      out.println(
          "%.1f s from the first process starting to the verdict."
              .formatted(Duration.between(suite.begun(), Instant.now()).toMillis() / 1000.0));
      return passed;
    }

    private void report(LocalSuite suite, PrintStream out) {
      long total = 0;
      var memory = new ArrayList<String>();
      for (Map.Entry<Part, Long> part : suite.memory().entrySet()) {
        total += part.getValue();
        memory.add(part.getKey().partName() + " " + part.getValue() / 1_000_000);
      }
      out.println();
      out.println(
          "Resident memory (MB): " + String.join(", ", memory) + "; together " + total / 1_000_000);
      out.println("Status page:  " + suite.url(Part.PROBE_SERVICE) + "/");
      out.println(
          "Its event:    ./concordat events --type ProbeCompleted   (topic concordat.probes, Kafka at "
              + suite.kafkaBootstrap()
              + ")");
      out.println("Try:          ./concordat partner list");
      out.println("              ./concordat probe sip:" + LocalSuite.MAILBOX);
      out.println("              ./concordat token get --partner " + EXCHANGE);
      out.println(UP + (detached() ? "" : " Ctrl-C stops it; what is registered stays."));
      out.flush();
    }

    private static boolean detached() {
      return System.getProperty("concordat.detached") != null;
    }

    private int detached(Path folder) throws SuiteFailure, InterruptedException, IOException {
      StateFolder state = StateFolder.open(folder);
      Path log = state.log("up");
      var command = new ArrayList<String>();
      if (Files.isExecutable(Path.of("/usr/bin/setsid"))) {
        command.add("/usr/bin/setsid");
      }
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(
          List.of(
              "-XX:+UseSerialGC",
              "-XX:TieredStopAtLevel=1",
              "-Xmx96m",
              "-Dconcordat.detached=true",
              "-Dconcordat.home=" + Installation.find().home(),
              "-cp",
              System.getProperty("java.class.path"),
              SuiteCommand.class.getName(),
              "up",
              "--port-offset",
              Integer.toString(portOffset),
              "--state-dir",
              folder.toString()));
      Process supervisor =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
              .redirectOutput(log.toFile())
              .start();
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    if (!up(log)) {
                      supervisor.destroy();
                    }
                  },
                  "stop-supervisor"));
      int shown = 0;
      while (true) {
        shown = show(log, shown);
        if (up(log)) {
          show(log, shown);
          System.out.println("It goes on in the background; ./concordat down stops it.");
          return 0;
        }
        if (!supervisor.isAlive()) {
          show(log, shown);
          return supervisor.exitValue() == 0 ? 1 : supervisor.exitValue();
        }
        Thread.sleep(100);
      }
    }

    private static boolean up(Path log) {
      try {
        return Files.readString(log).contains(UP);
      } catch (IOException e) {
        return false;
      }
    }

    private static int show(Path log, int shown) throws IOException {
      String text = Files.readString(log);
      int whole = text.lastIndexOf('\n') + 1;
      if (whole > shown) {
        System.out.print(text.substring(shown, whole));
        System.out.flush();
        return whole;
      }
      return shown;
    }
  }

  /** Stops the suite that runs from a state folder. */
  @Command(
      name = "down",
      mixinStandardHelpOptions = true,
      description = "Stops the suite; what is registered stays.")
  static final class Down implements java.util.concurrent.Callable<Integer> {

    @Option(names = "--state-dir", paramLabel = "DIR", description = "As for up.")
    Path stateFolder;

    @Override
    public Integer call() throws Exception {
      Path folder = stateFolder(stateFolder);
      Optional<Long> supervisor = supervisor(folder);
      List<ProcessHandle> left = new ArrayList<>();
      if (supervisor.isPresent()) {
        Optional<ProcessHandle> handle = ProcessHandle.of(supervisor.get());
        handle.ifPresent(ProcessHandle::destroy);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (handle.isPresent() && handle.get().isAlive() && System.nanoTime() < deadline) {
          Thread.sleep(50);
        }
        handle.filter(ProcessHandle::isAlive).ifPresent(left::add);
      }
      left.addAll(parts(folder));
      left.forEach(ProcessHandle::destroyForcibly);
      if (Files.exists(folder.resolve("run.json"))) {
        Files.deleteIfExists(folder.resolve("run.json"));
      }
      System.out.println(
          supervisor.isPresent() || !left.isEmpty()
              ? "The suite is down."
              : "Nothing runs from " + folder + ".");
      return 0;
    }

    private static List<ProcessHandle> parts(Path folder) throws SuiteFailure {
      var handles = new ArrayList<ProcessHandle>();
      Optional<JsonNode> run = run(folder);
      if (run.isPresent()) {
        for (JsonNode part : run.get().path("parts")) {
          ours(part.path("pid").asLong()).ifPresent(handles::add);
        }
      }
      return handles;
    }
  }

  /** Shows which parts run, and how they are. */
  @Command(
      name = "status",
      mixinStandardHelpOptions = true,
      description = "Shows what runs, on which port, and how healthy it is.")
  static final class Status implements java.util.concurrent.Callable<Integer> {

    @Option(names = "--state-dir", paramLabel = "DIR", description = "As for up.")
    Path stateFolder;

    @Override
    public Integer call() throws Exception {
      Path folder = stateFolder(stateFolder);
      Optional<JsonNode> run = run(folder);
      if (run.isEmpty() || supervisor(folder).isEmpty()) {
        System.out.println("The suite is not running. Start it with ./concordat up");
        return 1;
      }
      System.out.println("Running since " + run.get().path("since").asText() + " from " + folder);
      boolean all = true;
      var http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();
      for (Map.Entry<String, JsonNode> part : run.get().path("parts").properties()) {
        String name = part.getKey();
        long pid = part.getValue().path("pid").asLong();
        String health = ours(pid).isEmpty() ? "gone" : health(http, name, part.getValue());
        all &= health.equals("ready");
        System.out.println(
            "%-18s port %-6d process %-8d %4d MB  %s"
                .formatted(
                    name,
                    part.getValue().path("port").asInt(),
                    pid,
                    SuiteProcess.resident(pid).orElse(0) / 1_000_000,
                    health));
      }
      return all ? 0 : 1;
    }

    private static String health(HttpClient http, String name, JsonNode part)
        throws InterruptedException {
      if (name.equals(Part.KAFKA.partName())) {
        return "ready";
      }
      try {
        HttpResponse<String> answer =
            http.send(
                HttpRequest.newBuilder(
                        URI.create(
                            "http://127.0.0.1:"
                                + part.path("management").asInt()
                                + "/q/health/ready"))
                    .timeout(Duration.ofSeconds(2))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
        return answer.statusCode() == 200
            ? "ready"
            : "not ready: " + answer.body().replaceAll("\\s+", " ");
      } catch (IOException e) {
        return "does not answer";
      }
    }
  }

  private static Path stateFolder(Path given) throws SuiteFailure {
    return given == null
        ? Installation.find().home().resolve(".concordat")
        : given.toAbsolutePath().normalize();
  }

  private static Optional<JsonNode> run(Path folder) throws SuiteFailure {
    return Files.exists(folder.resolve("state.json"))
        ? StateFolder.open(folder).readJson("run.json")
        : Optional.empty();
  }

  private static Optional<Long> supervisor(Path folder) throws SuiteFailure {
    // An older state has no run of ours.
    Path file = folder.resolve("run.json");
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    return run(folder)
        .map(it -> it.path("supervisor").asLong())
        .filter(pid -> ours(pid).isPresent());
  }

  /** A process that runs and is a Java program: process numbers are used again. */
  private static Optional<ProcessHandle> ours(long pid) {
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .filter(it -> it.info().command().map(command -> command.endsWith("java")).orElse(true));
  }
}
