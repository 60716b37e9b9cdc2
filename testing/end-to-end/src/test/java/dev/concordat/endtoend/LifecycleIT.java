package dev.concordat.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.concordat.suite.FirstJourney;
import dev.concordat.suite.LocalSuite;
import dev.concordat.suite.Options;
import dev.concordat.suite.Part;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starts that are cut off, places that are taken, parts that are missing. */
class LifecycleIT {

  @Test
  void ctrl_c_in_the_middle_of_the_start_leaves_nothing_running_and_nothing_broken(
      @TempDir Path state) throws Exception {
    var concordat = new Launcher(state);
    String offset = Integer.toString(Launcher.freeOffset());
    Process up = concordat.start("up", "--port-offset", offset);
    // In the middle: the first processes run, and nothing is ready.
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> up.descendants().anyMatch(it -> command(it).contains("BrokerProcess")));
    List<ProcessHandle> started = up.descendants().toList();
    // A build that was itself started in the background hands on that interrupts are ignored.
    boolean ignored = ignoresInterrupts(up.pid());
    signal(up.pid(), ignored ? "TERM" : "INT");

    assertThat(up.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(up.exitValue()).isEqualTo(ignored ? 143 : 130);
    await()
        .atMost(Duration.ofSeconds(15))
        .until(() -> started.stream().noneMatch(ProcessHandle::isAlive));

    var again = concordat.run("up", "--detach", "--port-offset", offset);
    try {
      assertThat(again.passed().out()).contains("Test passed in");
    } finally {
      concordat.run("down");
    }
  }

  @Test
  void no_part_outlives_a_suite_that_was_killed(@TempDir Path state) throws Exception {
    var concordat = new Launcher(state);
    concordat
        .run("up", "--detach", "--port-offset", Integer.toString(Launcher.freeOffset()))
        .passed();
    var run = EventSchemas.json(Files.readString(state.resolve("run.json")));
    ProcessHandle supervisor = ProcessHandle.of(run.path("supervisor").asLong()).orElseThrow();
    List<ProcessHandle> parts = supervisor.children().toList();
    assertThat(parts).hasSize(6);

    supervisor.destroyForcibly();

    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> parts.stream().noneMatch(ProcessHandle::isAlive));
    assertThat(concordat.run("status").exitCode()).isEqualTo(1);
  }

  @Test
  void a_taken_port_is_named_with_what_needs_it_and_who_holds_it(@TempDir Path state)
      throws Exception {
    int offset = Launcher.freeOffset();
    try (var taken = new ServerSocket(8083 + offset)) {
      var up = new Launcher(state).run("up", "--port-offset", Integer.toString(offset));

      assertThat(up.exitCode()).isEqualTo(1);
      assertThat(up.err())
          .contains("Port " + taken.getLocalPort() + " is taken")
          .contains("token-service")
          .contains("--port-offset");
      if (Files.isReadable(Path.of("/proc/net/tcp"))) {
        assertThat(up.err()).contains("process " + ProcessHandle.current().pid());
      }
    }
  }

  @Test
  void the_state_of_another_version_is_refused_with_the_way_out(@TempDir Path state)
      throws Exception {
    Files.writeString(state.resolve("state.json"), "{\"version\":0}");

    var up = new Launcher(state).run("up");

    assertThat(up.exitCode()).isEqualTo(1);
    assertThat(up.err()).contains("version 0").contains("--fresh");
  }

  @Test
  void without_kafka_a_service_waits_says_so_and_is_ready_when_kafka_comes(@TempDir Path state)
      throws Exception {
    try (var suite = LocalSuite.start(Options.onFreePorts(state), _ -> {})) {
      suite.stop(Part.TRUST_REGISTRY);
      suite.stop(Part.KAFKA);
      suite.launchAgain(Part.TRUST_REGISTRY);
      URI health = suite.managementUrl(Part.TRUST_REGISTRY).resolve("/q/health/ready");
      var http = HttpClient.newHttpClient();
      await()
          .atMost(Duration.ofSeconds(30))
          .ignoreExceptions()
          .until(
              () -> {
                HttpResponse<String> answer =
                    http.send(
                        HttpRequest.newBuilder(health).build(),
                        HttpResponse.BodyHandlers.ofString());
                return answer.statusCode() == 503 && answer.body().contains("does not answer");
              });

      suite.startAgain(Part.KAFKA);

      await().atMost(Duration.ofSeconds(60)).until(() -> suite.isReady(Part.TRUST_REGISTRY));
      var journey = new FirstJourney(suite);
      journey.makeExchangeAcceptUs();
      journey.registerWorkload();
      journey.registerExchange("exchange");
      assertThat(journey.probe("exchange").path("outcome").asText()).isEqualTo("passed");
    }
  }

  private static String command(ProcessHandle process) {
    try {
      return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"));
    } catch (java.io.IOException e) {
      return "";
    }
  }

  private static void signal(long pid, String name) throws Exception {
    new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor();
  }

  private static boolean ignoresInterrupts(long pid) throws Exception {
    Path status = Path.of("/proc/" + pid + "/status");
    return Files.exists(status)
        && Files.readAllLines(status).stream()
            .filter(line -> line.startsWith("SigIgn:"))
            .mapToLong(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
            .anyMatch(mask -> (mask & 0x2) != 0);
  }
}
