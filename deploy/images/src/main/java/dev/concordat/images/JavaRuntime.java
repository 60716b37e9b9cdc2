package dev.concordat.images;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A root file system that has a Java of the modules that are used, and where it is to stand alone
 * the C library of this machine: no shell, no package manager, nothing else.
 */
final class JavaRuntime {

  /** Where Java is in an image. */
  static final String HOME = "/opt/java";

  /** All of Java SE but the desktop, which is an eighth of it, and what else is used. */
  private static final List<String> MODULES =
      List.of(
          "java.compiler",
          "java.instrument",
          "java.management.rmi",
          "java.net.http",
          "java.prefs",
          "java.scripting",
          "java.security.jgss",
          "java.security.sasl",
          "java.sql.rowset",
          "java.xml.crypto",
          "jdk.crypto.ec",
          "jdk.jfr",
          "jdk.management",
          "jdk.management.jfr",
          "jdk.naming.dns",
          "jdk.net",
          "jdk.unsupported",
          "jdk.zipfs");

  private static final Pattern LIBRARY = Pattern.compile("(?:=>\\s+)?(/\\S+)\\s+\\(0x[0-9a-f]+\\)");

  private static final Pattern DESKTOP =
      Pattern.compile(
          "/lib(awt.*|jawt|splashscreen|jsound|fontmanager|freetype|mlib_image|lcms|javajpeg)\\.so$");

  private JavaRuntime() {}

  /**
   * Makes it.
   *
   * @param jdk the JDK whose modules are taken; of the image's platform
   * @param standAlone whether the C library is wanted too
   * @param more modules beside those that every program has
   * @return the root
   */
  static Path make(Path jdk, Path root, boolean standAlone, List<String> more)
      throws IOException, InterruptedException {
    Path home = root.resolve(HOME.substring(1));
    Files.createDirectories(home.getParent());
    Path own = Path.of(System.getProperty("java.home"));
    var jlink = new ArrayList<String>();
    // Another platform's jlink does not run here; this one links that platform's modules.
    jlink.add(own.resolve("bin/jlink").toString());
    if (!Files.isSameFile(jdk, own)) {
      jlink.addAll(List.of("--module-path", modules(jdk).toString()));
    } else if (Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .anyMatch(it -> Files.isExecutable(Path.of(it, "objcopy")))) {
      jlink.add("--strip-native-debug-symbols=exclude-debuginfo-files");
    }
    jlink.addAll(
        List.of(
            "--add-modules",
            Stream.concat(MODULES.stream(), more.stream()).collect(Collectors.joining(",")),
            "--no-header-files",
            "--no-man-pages",
            "--compress=zip-6",
            "--output",
            home.toString()));
    Command.run(jlink.toArray(String[]::new));
    leaveOutTheDesktop(home.resolve("lib"));
    addHealthCheck(home.resolve("health"));
    if (standAlone) {
      addCLibrary(home, root);
      write(root.resolve("etc/passwd"), "concordat:x:10001:10001::/tmp:/none\n");
      write(root.resolve("etc/group"), "concordat:x:10001:\n");
      write(root.resolve("etc/nsswitch.conf"), "hosts: files dns\n");
    }
    return root;
  }

  private static Path modules(Path jdk) throws IOException {
    Path modules = jdk.resolve("jmods");
    if (!Files.isDirectory(modules)) {
      throw new IOException(
          ("%s has no folder jmods, so nothing can be linked from it for another platform. Take a"
                  + " JDK that has one, of the version %s, or build on that platform.")
              .formatted(jdk, Runtime.version()));
    }
    return modules;
  }

  /** Where there is java.desktop, it is for java.beans, and nothing that needs a library. */
  private static void leaveOutTheDesktop(Path libraries) throws IOException {
    try (var files = Files.list(libraries)) {
      for (Path file : files.filter(it -> DESKTOP.matcher(it.toString()).find()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static void addHealthCheck(Path folder) throws IOException {
    String name = HealthCheck.class.getName().replace('.', '/') + ".class";
    try (InputStream compiled = HealthCheck.class.getResourceAsStream("/" + name)) {
      Path copy = folder.resolve(name);
      Files.createDirectories(copy.getParent());
      Files.write(copy, Objects.requireNonNull(compiled, name).readAllBytes());
    }
  }

  private static void addCLibrary(Path home, Path root) throws IOException, InterruptedException {
    var libraries = new TreeSet<String>();
    try (var files = Files.walk(home)) {
      for (Path file :
          files.filter(it -> it.endsWith("bin/java") || it.toString().endsWith(".so")).toList()) {
        var found = LIBRARY.matcher(Command.output("ldd", file.toString()));
        while (found.find()) {
          libraries.add(found.group(1));
        }
      }
    }
    libraries.removeIf(it -> it.startsWith(home.toString()));
    for (String name :
        List.of(
            "libnss_dns.so.2",
            "libnss_files.so.2",
            "libresolv.so.2",
            "libgcc_s.so.1",
            "libstdc++.so.6")) {
      String found =
          Command.output("/sbin/ldconfig", "-p")
              .lines()
              .filter(it -> it.contains(name) && it.contains("=>") && it.contains("64"))
              .map(it -> it.substring(it.indexOf("=> ") + 3))
              .findFirst()
              .orElse("");
      if (!found.isEmpty()) {
        libraries.add(found);
      }
    }
    for (String library : libraries) {
      Path copy = root.resolve(library.substring(1));
      Files.createDirectories(copy.getParent());
      Files.copy(Path.of(library), copy, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static void write(Path file, String content) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, content, StandardCharsets.UTF_8);
  }
}
