package dev.concordat.endtoend;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * A tool that others wrote in Python: the one that the environment names, or one installed now from
 * the package index. Where it can't be had, the test is skipped and says so.
 */
final class PythonTool {

  private PythonTool() {}

  /**
   * The tool's command.
   *
   * @param release the package with its version
   * @param folder where it may be installed
   */
  static Path of(String command, String release, Path folder)
      throws IOException, InterruptedException {
    String ready = System.getenv(command.toUpperCase(java.util.Locale.ROOT));
    if (ready != null) {
      return Path.of(ready);
    }
    Path venv = folder.resolve("venv");
    assumeTrue(
        succeeds("python3", "-m", "venv", venv.toString()),
        "skipped: there is no python3 that can make a virtual environment (python3-venv)");
    assumeTrue(
        succeeds(venv.resolve("bin/python").toString(), "-m", "pip", "install", "-q", release),
        "skipped: " + release + " can't be installed from the package index");
    return venv.resolve("bin").resolve(command);
  }

  private static boolean succeeds(String... command) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!process.waitFor(4, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        return false;
      }
      return process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
