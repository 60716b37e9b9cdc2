package dev.concordat.suite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A part of the suite as a process that runs. */
final class SuiteProcess {

  private static final Pattern RESIDENT = Pattern.compile("(?m)^VmRSS:\\s+(\\d+) kB");

  private final Part part;
  private final Process process;
  private final Path log;

  private SuiteProcess(Part part, Process process, Path log) {
    this.part = part;
    this.process = process;
    this.log = log;
  }

  static SuiteProcess start(Part part, List<String> command, Path folder, Path log)
      throws SuiteFailure {
    try {
      var builder =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
              .redirectOutput(log.toFile());
      // What the caller's shell has set for other Java programs is not for these.
      builder.environment().keySet().removeIf(name -> name.startsWith("JAVA_TOOL"));
      builder.environment().keySet().removeIf(name -> name.startsWith("QUARKUS_"));
      return new SuiteProcess(part, builder.start(), log);
    } catch (IOException e) {
      throw new SuiteFailure("%s can't be started: %s".formatted(part.partName(), e.getMessage()));
    }
  }

  Part part() {
    return part;
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  int exitValue() {
    return process.exitValue();
  }

  Path log() {
    return log;
  }

  /** Asks it to end, and ends it if it doesn't. */
  void stop(Duration patience) throws InterruptedException {
    process.destroy();
    if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
      kill();
    }
  }

  void askToStop() {
    process.destroy();
  }

  /** As {@code kill -9} does. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor(5, TimeUnit.SECONDS);
  }

  /** Resident memory in bytes, where the system tells. */
  static OptionalLong resident(long pid) {
    try {
      Matcher found = RESIDENT.matcher(Files.readString(Path.of("/proc/" + pid + "/status")));
      return found.find()
          ? OptionalLong.of(Long.parseLong(found.group(1)) * 1024)
          : OptionalLong.empty();
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }

  /** The last lines of its log. */
  List<String> lastLines(int count) {
    try {
      List<String> lines = Files.readAllLines(log);
      return lines.subList(Math.max(0, lines.size() - count), lines.size());
    } catch (IOException e) {
      return List.of();
    }
  }
}
