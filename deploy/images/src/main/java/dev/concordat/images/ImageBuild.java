package dev.concordat.images;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import com.google.cloud.tools.jib.api.buildplan.Platform;
import com.google.cloud.tools.jib.api.buildplan.Port;
import dev.concordat.suite.QuietLogs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Builds images as tarballs; {@code deploy/images/build} calls it after the modules are built. */
@Command(
    name = "build",
    mixinStandardHelpOptions = true,
    description = "Builds the images as tarballs that docker load and podman load take.")
public final class ImageBuild implements Callable<Integer> {

  /** Of the modules and of the images. */
  static final String VERSION = "0.1.0-SNAPSHOT";

  /** Every file's time, so that equal content makes equal images, and the AOT cache holds. */
  private static final Instant TIME = Instant.parse("2026-11-24T00:00:00Z");

  @Option(names = "--home", required = true, description = "The checkout.")
  private Path home;

  @Option(
      names = "--base",
      defaultValue = "scratch",
      description =
          "Base image, with a C library, such as gcr.io/distroless/cc-debian12. Default: none; the"
              + " C library of this machine is packed.")
  private String base;

  @Option(
      names = "--platform",
      defaultValue = "",
      description = "linux/amd64 or linux/arm64. Default: this machine's.")
  private String platform;

  @Option(
      names = "--jdk",
      description =
          "JDK 25 of that platform, whose modules are packed. Default: the one that runs.")
  private Path jdk;

  @Option(
      names = "--registry",
      defaultValue = "concordat",
      description = "In front of the names. Default: concordat.")
  private String registry;

  @Option(names = "--tag", defaultValue = "0.1.0", description = "Default: ${DEFAULT-VALUE}.")
  private String tag;

  @Option(
      names = "--revision",
      defaultValue = "unknown",
      description = "The commit, for the labels.")
  private String revision;

  @Parameters(description = "Which ones: token-service … Default: all.")
  private List<String> names;

  /** Calls it. */
  public static void main(String[] arguments) {
    QuietLogs.apply();
    System.exit(new CommandLine(new ImageBuild()).execute(arguments));
  }

  @Override
  public Integer call() throws Exception {
    String machine = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
    String architecture =
        platform.isEmpty() ? machine : platform.substring(platform.indexOf('/') + 1);
    Path java = jdk == null ? Path.of(System.getProperty("java.home")) : jdk;
    Path work = home.resolve("deploy/images/target/" + architecture);
    deleteTree(work);
    List<Program> programs =
        Stream.of(Program.values())
            .filter(it -> names == null || names.isEmpty() || names.contains(it.imageName()))
            .toList();
    Map<List<String>, Path> roots = roots(java, work, programs);
    var folders = new EnumMap<Program, Path>(Program.class);
    for (Program program : programs) {
      folders.put(program, stage(program, work, architecture));
    }
    if (architecture.equals(machine)) {
      Path root = roots.get(List.of());
      if (root != null) {
        new Caches(home, root.resolve(JavaRuntime.HOME.substring(1)).resolve("bin/java"))
            .make(folders);
      }
    }
    for (Program program : programs) {
      Path root = Objects.requireNonNull(roots.get(program.modules()));
      Path tarball = write(program, root, work, architecture);
      System.out.printf(
          "%-18s %4d MB  %s%n",
          program.imageName(), Files.size(tarball) >> 20, home.relativize(tarball));
    }
    return 0;
  }

  /** A Java with its C library for each set of further modules that one of the programs needs. */
  private Map<List<String>, Path> roots(Path java, Path work, List<Program> programs)
      throws IOException, InterruptedException {
    var roots = new HashMap<List<String>, Path>();
    for (Program program : programs) {
      List<String> more = program.modules();
      if (!roots.containsKey(more)) {
        Path root = work.resolve(more.isEmpty() ? "root" : "root-" + String.join("-", more));
        roots.put(more, JavaRuntime.make(java, root, base.equals("scratch"), more));
        settle(root);
      }
    }
    return roots;
  }

  /** Copies a program to where it is trained, with the times that it will have in the image. */
  private Path stage(Program program, Path work, String architecture) throws IOException {
    Path folder = work.resolve("app/" + program.imageName());
    for (var part : program.content(home).entrySet()) {
      Path from = part.getKey();
      if (!Files.exists(from)) {
        throw new IOException(home.relativize(from) + " is not built");
      }
      try (var files = Files.walk(from)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          Path to =
              Files.isDirectory(from)
                  ? folder.resolve(part.getValue()).resolve(from.relativize(file).toString())
                  : folder.resolve(part.getValue());
          Files.createDirectories(to.getParent());
          if (file.toString().endsWith(".jar")) {
            SlimJar.copy(file, to, architecture);
          } else {
            Files.copy(file, to, StandardCopyOption.REPLACE_EXISTING);
          }
        }
      }
    }
    settle(folder);
    return folder;
  }

  private Path write(Program program, Path root, Path work, String architecture) throws Exception {
    Path app = work.resolve("app/" + program.imageName());
    Path tarball = work.resolve(program.imageName() + ".tar");
    JibContainerBuilder image = base.equals("scratch") ? Jib.fromScratch() : from(base);
    var start = new ArrayList<String>();
    start.add(JavaRuntime.HOME + "/bin/java");
    start.addAll(program.flags());
    if (Files.exists(app.resolve(Caches.CACHE))) {
      start.add("-XX:AOTCache=" + Caches.CACHE);
    }
    start.addAll(program.start());
    image
        .setFileEntriesLayers(
            List.of(
                layer("java", root, "/"),
                layer("libraries", app, "/app", it -> it.toString().contains("/lib/")),
                layer("program", app, "/app", it -> !it.toString().contains("/lib/"))))
        .setPlatforms(Set.of(new Platform(architecture, "linux")))
        .setEntrypoint(start)
        .setWorkingDirectory(AbsoluteUnixPath.get("/app"))
        .setUser("10001:10001")
        .setCreationTime(TIME)
        .setExposedPorts(program.ports().stream().map(Port::tcp).collect(Collectors.toSet()))
        .setLabels(labels(program));
    image.containerize(
        Containerizer.to(
                TarImage.at(tarball).named(registry + "/" + program.imageName() + ":" + tag))
            .setApplicationLayersCache(work.resolve("cache"))
            .setBaseImageLayersCache(work.resolve("cache"))
            .setToolName("concordat"));
    return tarball;
  }

  private static JibContainerBuilder from(String base) throws InvalidImageReferenceException {
    return Jib.from(base);
  }

  private Map<String, String> labels(Program program) {
    var labels = new LinkedHashMap<String, String>();
    labels.put("org.opencontainers.image.title", program.imageName());
    labels.put("org.opencontainers.image.version", tag);
    labels.put("org.opencontainers.image.revision", revision);
    labels.put("org.opencontainers.image.licenses", "Apache-2.0");
    labels.put("org.opencontainers.image.vendor", "Concordat");
    labels.put("org.opencontainers.image.base.name", base);
    return labels;
  }

  private static FileEntriesLayer layer(String name, Path root, String where) throws IOException {
    return layer(name, root, where, it -> true);
  }

  private static FileEntriesLayer layer(
      String name, Path root, String where, java.util.function.Predicate<Path> wanted)
      throws IOException {
    var layer = FileEntriesLayer.builder().setName(name);
    try (var files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).filter(wanted).sorted().toList()) {
        layer.addEntry(
            file,
            AbsoluteUnixPath.get(where).resolve(root.relativize(file).toString()),
            FilePermissions.fromOctalString(Files.isExecutable(file) ? "755" : "644"),
            TIME);
      }
    }
    if (name.equals("java")) {
      Path tmp = Files.createDirectories(root.resolve("tmp"));
      layer.addEntry(
          tmp, AbsoluteUnixPath.get("/tmp"), FilePermissions.fromOctalString("777"), TIME);
    }
    return layer.build();
  }

  /** Gives every file the time that it will have in the image. */
  private static void settle(Path root) throws IOException {
    try (var files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.setLastModifiedTime(file, FileTime.from(TIME));
      }
    }
  }

  private static void deleteTree(Path root) throws IOException {
    if (Files.exists(root)) {
      try (var tree = Files.walk(root)) {
        for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(path);
        }
      }
    }
  }
}
