package dev.concordat.suite;

import dev.concordat.suite.ServiceCluster.Replica;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Consumer;

/**
 * Runs a part of the suite once so that services can start from an AOT cache later: each gets
 * ready, does its work some thousand times, so that the compiler's profiles of its hot methods are
 * worth keeping, and writes what it knows when it ends.
 */
public final class Training {

  /** A cache is put together while the process ends, by a Java of its own. */
  private static final Duration END = Duration.ofMinutes(3);

  private static final List<String> OTHERS =
      List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx192m");

  private Training() {}

  /**
   * Sees to it that there is a cache for a service of the checkout, which takes half a minute where
   * there is none.
   *
   * @param javaFlags of its Java; a cache holds for no others
   * @param progress is told when it begins
   * @return the flags to start it with
   */
  public static List<String> flags(Part service, List<String> javaFlags, Consumer<String> progress)
      throws SuiteFailure, InterruptedException {
    Installation installation = Installation.find();
    AotCache cache = AotCache.of(installation, service, javaFlags);
    if (!cache.exists()) {
      progress.accept("training " + service.partName() + " …");
      cache.deleteOthers();
      run(installation, List.of(cache));
    }
    return cache.startFlags();
  }

  /** Makes these caches, all in one run. */
  public static void run(Installation installation, List<AotCache> caches)
      throws SuiteFailure, InterruptedException {
    var trained = new EnumMap<Part, AotCache>(Part.class);
    var running = EnumSet.noneOf(Part.class);
    for (AotCache cache : caches) {
      trained.put(cache.service(), cache);
      running.add(cache.service());
      running.addAll(TrainingWork.needs(cache.service()));
    }
    Replicas[] replicas =
        running.stream()
            .map(
                part -> {
                  AotCache cache = trained.get(part);
                  return Replicas.of(part, 1, cache == null ? OTHERS : cache.trainingFlags());
                })
            .toArray(Replicas[]::new);
    Path folder = temporaryFolder();
    try (ServiceCluster cluster = ServiceCluster.start(installation, folder, 1, replicas)) {
      try (var work = new TrainingWork(cluster)) {
        for (Part service : trained.keySet()) {
          work.of(service);
        }
      }
      for (AotCache cache : trained.values()) {
        Replica replica = cluster.replicas(cache.service()).getFirst();
        replica.stop(END);
        if (!cache.exists()) {
          throw new SuiteFailure(
              "No AOT cache of %s came about. Its log says last:%n%s"
                  .formatted(replica.name(), String.join("\n", replica.lastLines(12))));
        }
      }
    } finally {
      delete(folder);
    }
  }

  private static Path temporaryFolder() throws SuiteFailure {
    try {
      return Files.createTempDirectory("concordat-training");
    } catch (IOException e) {
      throw new SuiteFailure("No folder can be made for the training: " + e.getMessage());
    }
  }

  private static void delete(Path folder) throws SuiteFailure {
    try (var tree = Files.walk(folder)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new SuiteFailure("The folder %s can't be deleted: %s".formatted(folder, e));
    }
  }
}
