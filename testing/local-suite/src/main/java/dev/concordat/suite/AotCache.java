package dev.concordat.suite;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a service of the checkout takes over from an earlier run (JEP 514, 515): its classes, loaded
 * and linked, and which of its methods are hot. It holds for exactly this Java, these flags and
 * these jars, of which its name is a digest, so one that no longer holds is never found.
 *
 * @param service whose it is
 * @param javaFlags of its Java, beside those that every service has
 * @param file where it is, or will be
 */
public record AotCache(Part service, List<String> javaFlags, Path file) {

  private static final String SUFFIX = ".aot";

  public AotCache {
    javaFlags = List.copyOf(javaFlags);
  }

  /** The one of a service with these flags, whether it is there or not. */
  static AotCache of(Installation installation, Part service, List<String> javaFlags)
      throws SuiteFailure {
    Path target = installation.home().resolve(service.partName()).resolve("target");
    var digest = sha256();
    digest.update(
        (System.getProperty("java.home") + System.getProperty("java.vm.version") + javaFlags)
            .getBytes(StandardCharsets.UTF_8));
    try (Stream<Path> files = Files.walk(target.resolve("quarkus-app"))) {
      for (Path jar :
          Stream.concat(Stream.of(installation.ownJar()), files.sorted())
              .filter(it -> it.toString().endsWith(".jar"))
              .toList()) {
        digest.update(
            (jar + " " + Files.size(jar) + " " + Files.getLastModifiedTime(jar))
                .getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw new SuiteFailure(service.partName() + " is not built.");
    }
    String name = HexFormat.of().formatHex(digest.digest(), 0, 8);
    return new AotCache(service, javaFlags, target.resolve("aot").resolve(name + SUFFIX));
  }

  /** Whether it was made. */
  boolean exists() {
    return Files.exists(file);
  }

  /** The flags for a start that takes from it, and does not start without it. */
  public List<String> startFlags() {
    return with("-XX:AOTMode=on", "-XX:AOTCache=" + file);
  }

  /** The flags for a run that makes it when it ends. */
  List<String> trainingFlags() {
    return with("-XX:AOTCacheOutput=" + file);
  }

  private List<String> with(String... more) {
    var flags = new ArrayList<>(javaFlags);
    flags.addAll(List.of(more));
    return flags;
  }

  /** Deletes those of other jars and flags: they are large, and hold no more. */
  void deleteOthers() throws SuiteFailure {
    Path folder = file.getParent();
    try {
      Files.createDirectories(folder);
      try (Stream<Path> others = Files.list(folder)) {
        for (Path other :
            others.filter(it -> !it.equals(file)).sorted(Comparator.naturalOrder()).toList()) {
          Files.delete(other);
        }
      }
    } catch (IOException e) {
      throw new SuiteFailure("The folder %s can't be written: %s".formatted(folder, e));
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
