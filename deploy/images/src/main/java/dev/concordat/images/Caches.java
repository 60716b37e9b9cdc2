package dev.concordat.images;

import dev.concordat.suite.AotCache;
import dev.concordat.suite.Installation;
import dev.concordat.suite.Part;
import dev.concordat.suite.ServiceProgram;
import dev.concordat.suite.SuiteFailure;
import dev.concordat.suite.Training;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Makes the AOT caches of programs, each in the folder that becomes its image: it holds only for
 * the very same Java, jars and times of files.
 */
final class Caches {

  /** A cache, in its program's folder. */
  static final String CACHE = "app.aot";

  /** The heap that the chart and Compose leave a service, more or less. */
  private static final List<String> MEMORY = List.of("-Xmx128m");

  private final Path home;
  private final Path java;

  /**
   * @param home the checkout, whose other parts run beside what is trained
   * @param java the images' {@code java}
   */
  Caches(Path home, Path java) {
    this.home = home;
    this.java = java;
  }

  /** Makes them; the laboratory's programs have none, because nobody waits for them. */
  void make(Map<Program, Path> folders) throws IOException, InterruptedException, SuiteFailure {
    Installation installation = Installation.at(home);
    var caches = new ArrayList<AotCache>();
    for (var staged : folders.entrySet()) {
      Program program = staged.getKey();
      Path folder = staged.getValue();
      if (program.kind() == Program.Kind.SERVICE) {
        Part service = Part.valueOf(program.name());
        installation =
            installation.with(
                service, new ServiceProgram(folder, java, program.flags(), program.start()));
        caches.add(new AotCache(service, MEMORY, folder.resolve(CACHE)));
      } else if (program == Program.CLI) {
        trainCommand(program, folder);
      }
    }
    if (!caches.isEmpty()) {
      Training.run(installation, caches);
    }
  }

  private void trainCommand(Program program, Path folder) throws IOException, InterruptedException {
    var command = new ArrayList<String>();
    command.add(java.toString());
    command.addAll(program.flags());
    command.add("-XX:AOTCacheOutput=" + CACHE);
    command.addAll(program.start());
    command.add("--help");
    var builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder
        .environment()
        .keySet()
        .removeIf(it -> it.startsWith("JAVA_TOOL") || it.startsWith("JDK_JAVA"));
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    if (!Files.exists(folder.resolve(CACHE))) {
      throw new IOException("no AOT cache of the command came about; it says: " + said.strip());
    }
  }
}
