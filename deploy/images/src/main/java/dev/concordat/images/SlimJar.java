package dev.concordat.images;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Copies jars without the native libraries of other platforms, which are most of what compression
 * libraries weigh, and without signatures: nothing checks them but Java as it loads each class, and
 * no AOT cache takes a class that it would have to check.
 */
final class SlimJar {

  private static final Pattern SIGNATURE =
      Pattern.compile("META-INF/[^/]+\\.(SF|RSA|DSA|EC)", Pattern.CASE_INSENSITIVE);

  private static final Set<String> SYSTEMS =
      Set.of(
          "linux", "darwin", "mac", "win", "win32", "windows", "freebsd", "aix", "sunos",
          "android");

  private static final Map<String, Set<String>> OURS =
      Map.of("amd64", Set.of("amd64", "x86_64"), "arm64", Set.of("aarch64", "arm64"));

  private SlimJar() {}

  /**
   * Copies a jar.
   *
   * @param architecture of the image: {@code amd64} or {@code arm64}
   */
  static void copy(Path from, Path to, String architecture) throws IOException {
    try (var jar = new ZipFile(from.toFile())) {
      List<? extends ZipEntry> entries = jar.stream().toList();
      List<? extends ZipEntry> kept =
          entries.stream()
              .filter(it -> !isSignature(it.getName()) && !isForeign(it.getName(), architecture))
              .toList();
      if (kept.size() == entries.size()) {
        Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
        return;
      }
      try (var copy = new ZipOutputStream(Files.newOutputStream(to))) {
        for (ZipEntry entry : kept) {
          var copied = new ZipEntry(entry.getName());
          copied.setTime(entry.getTime());
          copy.putNextEntry(copied);
          jar.getInputStream(entry).transferTo(copy);
          copy.closeEntry();
        }
      }
    }
  }

  private static boolean isSignature(String path) {
    return SIGNATURE.matcher(path).matches();
  }

  /** Whether a path in a jar says {@code system/architecture}, and that is not the image's. */
  static boolean isForeign(String path, String architecture) {
    String[] parts = path.toLowerCase(Locale.ROOT).split("/");
    // The last is the file itself.
    for (int i = 0; i + 2 < parts.length; i++) {
      if (SYSTEMS.contains(parts[i]) && parts[parts.length - 1].matches("lib.*|.*\\.dll")) {
        return !(parts[i].equals("linux")
            && OURS.getOrDefault(architecture, Set.of()).contains(parts[i + 1]));
      }
    }
    return false;
  }
}
