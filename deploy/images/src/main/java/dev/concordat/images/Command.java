package dev.concordat.images;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Runs a program of the machine. */
final class Command {

  private Command() {}

  /** Runs it to its end, and says what it said if it failed. */
  static void run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = read(process);
    if (process.waitFor() != 0) {
      throw new IOException("%s failed: %s".formatted(List.of(command), said.strip()));
    }
  }

  /** What it prints; nothing if it fails. */
  static String output(String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String said = read(process);
    return process.waitFor() == 0 ? said : "";
  }

  private static String read(Process process) throws IOException {
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }
}
