package dev.concordat.images;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Copies jars without the native libraries of other platforms, which are most of what compression
 * libraries weigh. Signed jars stay as they are.
 */
final class NativeLibraries {

  private static final Set<String> SYSTEMS =
      Set.of(
          "linux", "darwin", "mac", "win", "win32", "windows", "freebsd", "aix", "sunos",
          "android");

  private static final Map<String, Set<String>> OURS =
      Map.of("amd64", Set.of("amd64", "x86_64"), "arm64", Set.of("aarch64", "arm64"));

  private NativeLibraries() {}

  /**
   * Copies a jar.
   *
   * @param architecture of the image: {@code amd64} or {@code arm64}
   */
  static void copy(Path from, Path to, String architecture) throws IOException {
    try (var jar = new ZipFile(from.toFile())) {
      List<? extends ZipEntry> entries = jar.stream().toList();
      if (entries.stream().anyMatch(NativeLibraries::isSignature)
          || entries.stream().noneMatch(it -> isForeign(it.getName(), architecture))) {
        Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
        return;
      }
      try (var copy = new ZipOutputStream(Files.newOutputStream(to))) {
        for (ZipEntry entry : entries) {
          if (!isForeign(entry.getName(), architecture)) {
            var kept = new ZipEntry(entry.getName());
            kept.setTime(entry.getTime());
            copy.putNextEntry(kept);
            jar.getInputStream(entry).transferTo(copy);
            copy.closeEntry();
          }
        }
      }
    }
  }

  private static boolean isSignature(ZipEntry entry) {
    return entry.getName().startsWith("META-INF/") && entry.getName().endsWith(".SF");
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
