package dev.concordat.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.suite.Installation;
import dev.concordat.suite.Ports;
import dev.concordat.suite.SuiteFailure;
import dev.concordat.testing.kafka.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** {@code ./concordat}, called as an admin calls it. */
final class Launcher {

  private static final long PATIENCE_SECONDS = 150;

  private static final int FIRST_OFFSET = 11_000;
  private static final int OFFSET_STEP = 1_700;

  /** Test classes run in two processes; each looks for ports where the other does not. */
  private static final int OFFSET_OF_THIS_PROCESS =
      OFFSET_STEP / 2 * (Integer.getInteger("concordat.tests.process", 1) - 1);

  private final Path state;
  private final Map<String, String> environment;

  /**
   * @param state the state folder that every command is given
   */
  Launcher(Path state) {
    this(state, Map.of());
  }

  private Launcher(Path state, Map<String, String> environment) {
    this.state = state;
    this.environment = environment;
  }

  /** The same with these environment variables. */
  Launcher with(Map<String, String> further) {
    return new Launcher(state, further);
  }

  /** What a command did. */
  record Result(int exitCode, String out, String err) {

    List<String> lines() {
      return out.lines().toList();
    }

    Result passed() {
      assertThat(exitCode).as("exit code; it said: %s %s", out, err).isZero();
      return this;
    }

    /** Nothing that a user sees may be a stack trace. */
    Result withoutStackTrace() {
      assertThat(out + err)
          .doesNotContain("\tat ")
          .doesNotContain("Exception in thread")
          .doesNotContain("java.lang.");
      return this;
    }
  }

  /** Runs a command to its end. */
  Result run(String... arguments) {
    return runWith("", arguments);
  }

  /** Runs a command that reads standard input. */
  Result runWith(String input, String... arguments) {
    try {
      Process process = start(arguments);
      var errors = new StringBuilder();
      Thread reading =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      errors.append(
                          new String(
                              process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8));
                    } catch (IOException e) {
                      throw new UncheckedIOException(e);
                    }
                  });
      try (var in = process.getOutputStream()) {
        in.write(input.getBytes(StandardCharsets.UTF_8));
      }
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
      reading.join();
      return new Result(process.exitValue(), out, errors.toString()).withoutStackTrace();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Starts a command and leaves it running. */
  Process start(String... arguments) throws IOException {
    var command = new ArrayList<String>();
    command.add(home().resolve("concordat").toString());
    command.addAll(List.of(arguments));
    command.add("--state-dir");
    command.add(state.toString());
    var builder = new ProcessBuilder(command).directory(home().toFile());
    builder.environment().put("CONCORDAT_BUILD", "never");
    builder.environment().remove("CONCORDAT_TOKEN");
    builder.environment().putAll(environment);
    return builder.start();
  }

  static Path home() {
    try {
      return Installation.find().home();
    } catch (SuiteFailure e) {
      throw new IllegalStateException(e.sentence(), e);
    }
  }

  /** An offset at which every documented port is free. */
  static int freeOffset() {
    for (int offset = FIRST_OFFSET + OFFSET_OF_THIS_PROCESS;
        offset < 50_000;
        offset += OFFSET_STEP) {
      Ports ports = Ports.documented(offset);
      if (Stream.of(ports.main(), ports.management())
          .flatMap(it -> it.values().stream())
          .allMatch(FreePorts::isFree)) {
        return offset;
      }
    }
    throw new IllegalStateException("no free ports");
  }
}
