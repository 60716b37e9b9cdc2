package dev.concordat.suite;

import java.util.Arrays;
import java.util.Optional;

/** A process of the suite with its ports, as the design has them. */
public enum Part {
  KAFKA("kafka", 9092, 9093),
  TRUST_REGISTRY("trust-registry", 8081, 9081),
  METADATA_SERVICE("metadata-service", 8082, 9082),
  TOKEN_SERVICE("token-service", 8083, 9083),
  PROBE_SERVICE("probe-service", 8084, 9084),
  PARTNER_SIMULATOR("partner-simulator", 8443, 9085);

  private final String partName;
  private final int port;
  private final int managementPort;

  Part(String partName, int port, int managementPort) {
    this.partName = partName;
    this.port = port;
    this.managementPort = managementPort;
  }

  /** Its name: of its folder, its log and its line in {@code status}. */
  public String partName() {
    return partName;
  }

  /** Whether it is one of the four services. */
  public boolean isService() {
    return this != KAFKA && this != PARTNER_SIMULATOR;
  }

  int port() {
    return port;
  }

  /** The port of health and metrics; for Kafka the controller's. */
  int managementPort() {
    return managementPort;
  }

  static Optional<Part> named(String name) {
    return Arrays.stream(values()).filter(part -> part.partName.equals(name)).findFirst();
  }
}
