package dev.concordat.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;

/** What a benchmark asks of the machine that it runs on. */
final class Machine {

  /** The core of what is measured. */
  static final int MEASURED = 0;

  /** The core of everything else. */
  static final int REST = 1;

  /** Taken before this process is itself kept to one of them. */
  private static final int CORES = Runtime.getRuntime().availableProcessors();

  private Machine() {}

  /** How many cores there are. */
  static int cores() {
    return CORES;
  }

  /** Keeps a process, with all of its threads, to one core; false where that can't be done. */
  static boolean pin(long pid, int core) throws InterruptedException {
    if (CORES < 2) {
      return false;
    }
    try {
      return new ProcessBuilder(
                  "taskset", "-a", "-c", "-p", Integer.toString(core), Long.toString(pid))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }

  /** Holds a process where it stands. */
  static void hold(long pid) throws IOException, InterruptedException {
    signal("STOP", pid);
  }

  /** Lets a process go on that was held. */
  static void release(long pid) throws IOException, InterruptedException {
    signal("CONT", pid);
  }

  private static void signal(String signal, long pid) throws IOException, InterruptedException {
    int status = new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).start().waitFor();
    if (status != 0) {
      throw new IllegalStateException("kill -" + signal + " says " + status);
    }
  }

  /** Has a process throw away what it needs no more. */
  static void collect(long pid) throws IOException, InterruptedException {
    new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
            Long.toString(pid),
            "GC.run")
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }

  /** The processor time that a process has used, in seconds; NaN where the system doesn't tell. */
  static double cpuSeconds(long pid) {
    return ProcessHandle.of(pid)
        .flatMap(it -> it.info().totalCpuDuration())
        .map(it -> it.toNanos() / 1e9)
        .orElse(Double.NaN);
  }

  /** Resident memory in megabytes; NaN where the system doesn't tell. */
  static double residentMegabytes(long pid) {
    try {
      return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1024)
          .findFirst()
          .orElse(Double.NaN);
    } catch (IOException e) {
      return Double.NaN;
    }
  }

  /**
   * RSA-2048 signatures a second by {@code openssl speed} on the measured core: by the clock on the
   * wall, as everything else is measured, not by the processor's time.
   */
  static OptionalDouble opensslSignatures() throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(
                  List.of(
                      "taskset",
                      "-c",
                      Integer.toString(MEASURED),
                      "openssl",
                      "speed",
                      "-seconds",
                      "2",
                      "-elapsed",
                      "rsa2048"))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      process.waitFor();
      // rsa 2048 bits 0.000276s 0.000008s   3620.6 122345.1
      return text.lines()
          .filter(line -> line.startsWith("rsa 2048") || line.startsWith("rsa  2048"))
          .map(line -> line.trim().split("\\s+"))
          .filter(columns -> columns.length >= 2)
          .mapToDouble(columns -> Double.parseDouble(columns[columns.length - 2]))
          .findFirst();
    } catch (IOException e) {
      return OptionalDouble.empty();
    }
  }
}
