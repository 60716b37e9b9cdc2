package dev.concordat.images;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What is packed into an image of its own, and how it is started. */
enum Program {
  TOKEN_SERVICE("token-service", "token-service", Kind.SERVICE, 8083, 9083),
  TRUST_REGISTRY("trust-registry", "trust-registry", Kind.SERVICE, 8081, 9081),
  METADATA_SERVICE("metadata-service", "metadata-service", Kind.SERVICE, 8082, 9082),
  PROBE_SERVICE("probe-service", "probe-service", Kind.SERVICE, 8084, 9084),
  PARTNER_SIMULATOR(
      "partner-simulator",
      "testing/partner-simulator",
      "dev.concordat.simulator.Simulator",
      8443,
      9085),
  CLI("concordat", "cli", "dev.concordat.cli.Concordat", 0, 0),
  KAFKA(
      "kafka-broker", "testing/local-suite", "dev.concordat.testing.kafka.BrokerProcess", 9092, 0);

  /** How a program is laid out when it is built. */
  enum Kind {
    /** A Quarkus application, in {@code target/quarkus-app}. */
    SERVICE,
    /** A jar, and its libraries in {@code target/lib}. */
    CLASS_PATH
  }

  private final String imageName;
  private final String module;
  private final Kind kind;
  private final String mainClass;
  private final int port;
  private final int managementPort;

  Program(String imageName, String module, Kind kind, int port, int managementPort) {
    this.imageName = imageName;
    this.module = module;
    this.kind = kind;
    this.mainClass = "";
    this.port = port;
    this.managementPort = managementPort;
  }

  Program(String imageName, String module, String mainClass, int port, int managementPort) {
    this.imageName = imageName;
    this.module = module;
    this.kind = Kind.CLASS_PATH;
    this.mainClass = mainClass;
    this.port = port;
    this.managementPort = managementPort;
  }

  /** The image's name, without registry and tag. */
  String imageName() {
    return imageName;
  }

  String module() {
    return module;
  }

  Kind kind() {
    return kind;
  }

  /** Where it listens. */
  List<Integer> ports() {
    return Stream.of(port, managementPort).filter(it -> it > 0).toList();
  }

  /** What {@code java} is given to start it, in the folder that it was copied to. */
  List<String> start() {
    return switch (kind) {
      case SERVICE -> List.of("-jar", "quarkus-run.jar");
      case CLASS_PATH -> List.of("-cp", "app.jar:lib/*", mainClass);
    };
  }

  /** Flags of Java that hold wherever it runs; memory is for whoever runs it to say. */
  List<String> flags() {
    var common =
        List.of(
            "-XX:+UseSerialGC",
            "-XX:+ExitOnOutOfMemoryError",
            "-Xss512k",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow");
    return kind == Kind.SERVICE
        ? Stream.concat(
                common.stream(),
                Stream.of("-Djava.util.logging.manager=org.jboss.logmanager.LogManager"))
            .toList()
        : common;
  }

  /** Modules of Java that it needs and the others do not. */
  List<String> modules() {
    // Its logging listens to java.beans.
    return this == KAFKA ? List.of("java.desktop") : List.of();
  }

  /** Files and folders of the checkout that it consists of, by where they go. */
  Map<Path, String> content(Path home) {
    Path target = home.resolve(module).resolve("target");
    return switch (kind) {
      case SERVICE -> Map.of(target.resolve("quarkus-app"), "");
      case CLASS_PATH -> Map.of(jar(target), "app.jar", target.resolve("lib"), "lib");
    };
  }

  private Path jar(Path target) {
    String artifact = "concordat-" + module.substring(module.lastIndexOf('/') + 1);
    return target.resolve(artifact + "-" + ImageBuild.VERSION + ".jar");
  }
}
