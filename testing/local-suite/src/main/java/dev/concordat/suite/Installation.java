package dev.concordat.suite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where the built programs of the suite are: in the checkout, in each module's {@code target}. */
public final class Installation {

  private final Path home;
  private final Map<Part, ServiceProgram> others;

  private Installation(Path home, Map<Part, ServiceProgram> others) {
    this.home = home;
    this.others = Map.copyOf(others);
  }

  /**
   * The checkout that {@code concordat.home} names, or that the working folder is in.
   *
   * @throws SuiteFailure if there is none
   */
  public static Installation find() throws SuiteFailure {
    String named = System.getProperty("concordat.home");
    Path start = Path.of(named == null ? "" : named).toAbsolutePath();
    for (Path folder = start; folder != null; folder = folder.getParent()) {
      if (Files.exists(folder.resolve("trust-registry/pom.xml"))) {
        return new Installation(folder, Map.of());
      }
    }
    throw new SuiteFailure(
        "There is no checkout of Concordat at %s; run ./concordat from there.".formatted(start));
  }

  /** The checkout in this folder. */
  public static Installation at(Path home) {
    return new Installation(home, Map.of());
  }

  /** The same, but with this program as a service. */
  public Installation with(Part service, ServiceProgram program) {
    var more = new EnumMap<Part, ServiceProgram>(Part.class);
    more.putAll(others);
    more.put(service, program);
    return new Installation(home, more);
  }

  /** What runs as this service rather than what the checkout has. */
  Optional<ServiceProgram> other(Part service) {
    return Optional.ofNullable(others.get(service));
  }

  /** The checkout. */
  public Path home() {
    return home;
  }

  String kafkaClassPath() throws SuiteFailure {
    return classPath("testing/local-suite");
  }

  /** What the partner simulator runs with. */
  public String simulatorClassPath() throws SuiteFailure {
    return classPath("testing/partner-simulator");
  }

  String serviceClassPath(Part service) throws SuiteFailure {
    return ownJar() + java.io.File.pathSeparator + runner(service);
  }

  /** This module's. */
  Path ownJar() throws SuiteFailure {
    return jar("testing/local-suite");
  }

  private Path runner(Part service) throws SuiteFailure {
    Path runner = home.resolve(service.partName() + "/target/quarkus-app/quarkus-run.jar");
    if (!Files.exists(runner)) {
      throw notBuilt(service.partName());
    }
    return runner;
  }

  private String classPath(String module) throws SuiteFailure {
    Path libraries = home.resolve(module + "/target/lib");
    if (!Files.isDirectory(libraries)) {
      throw notBuilt(module);
    }
    return jar(module) + java.io.File.pathSeparator + libraries + "/*";
  }

  private Path jar(String module) throws SuiteFailure {
    Path target = home.resolve(module + "/target");
    if (Files.isDirectory(target)) {
      try (var files = Files.list(target)) {
        List<Path> jars =
            files
                .filter(file -> file.getFileName().toString().matches("concordat-.*\\.jar"))
                .filter(file -> !file.getFileName().toString().contains("-sources"))
                .filter(file -> !file.getFileName().toString().contains("-tests"))
                .toList();
        if (jars.size() == 1) {
          return jars.getFirst();
        }
      } catch (IOException e) {
        throw new SuiteFailure("The folder %s can't be read: %s".formatted(target, e.getMessage()));
      }
    }
    throw notBuilt(module);
  }

  private static SuiteFailure notBuilt(String module) {
    return new SuiteFailure(
        module + " is not built. Run ./concordat up, which builds what is missing.");
  }
}
