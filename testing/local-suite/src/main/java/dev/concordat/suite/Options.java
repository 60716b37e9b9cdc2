package dev.concordat.suite;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * How a suite is to be started.
 *
 * @param stateFolder what it keeps between starts
 * @param ports where it listens
 * @param externalKafka the bootstrap servers of a Kafka that runs already; empty to start one
 * @param without parts that are left out, or started later
 */
public record Options(
    Path stateFolder, Ports ports, Optional<String> externalKafka, Set<Part> without) {

  /** The whole suite on free ports, as tests want it. */
  public static Options onFreePorts(Path stateFolder) {
    return new Options(stateFolder, Ports.free(), Optional.empty(), Set.of());
  }

  /** The same, with a Kafka that runs already. */
  public Options onKafka(String bootstrapServers) {
    return new Options(stateFolder, ports, Optional.of(bootstrapServers), without);
  }

  /** The same, without these parts for now. */
  public Options without(Part... parts) {
    return new Options(stateFolder, ports, externalKafka, Set.of(parts));
  }
}
