package dev.concordat.images;

import dev.concordat.contracts.Topic;
import dev.concordat.testing.kafka.KafkaBroker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Runs a program once beside a real broker until it is ready and has answered some requests, with a
 * Java that notes what it loaded and compiled: the next start takes it from that cache. Holds only
 * for the very same Java, jars and paths, so it runs in the folder that becomes the image.
 */
final class Training implements AutoCloseable {

  /** The cache, in the program's folder. */
  static final String CACHE = "app.aot";

  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final List<String> REQUESTS =
      List.of("/", "/v1/partners", "/v1/probes", "/metadata/json/1", "/jwks", "/oauth2/token");

  private final Path executable;
  private final KafkaBroker broker;
  private final String publicKey;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /**
   * @param executable the runtime's {@code java}
   */
  Training(Path executable) {
    this.executable = executable;
    broker = KafkaBroker.start();
    broker.createTopics(Topic.values());
    try {
      var keys = KeyPairGenerator.getInstance("RSA");
      keys.initialize(2048);
      publicKey =
          Base64.getEncoder().encodeToString(keys.generateKeyPair().getPublic().getEncoded());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a JDK without RSA", e);
    }
  }

  /** Makes the cache in the folder that the program was copied to. */
  void train(Program program, Path folder) throws IOException, InterruptedException {
    int port = freePort();
    int managementPort = freePort();
    var command = new ArrayList<String>();
    command.add(executable.toString());
    command.addAll(program.flags());
    command.add("-XX:AOTCacheOutput=" + CACHE);
    command.addAll(program.start());
    Path log = folder.resolveSibling(program.imageName() + ".training.log");
    var builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder
        .environment()
        .keySet()
        .removeIf(it -> it.startsWith("JAVA_TOOL") || it.startsWith("JDK_JAVA"));
    switch (program) {
      case CLI -> builder.command().add("--help");
      case PARTNER_SIMULATOR, KAFKA -> {
        // Both are for laboratories; how fast they start is of no interest.
        return;
      }
      default -> settings(port, managementPort).forEach(builder.environment()::put);
    }
    Process process = builder.start();
    try {
      if (program.kind() == Program.Kind.SERVICE) {
        awaitReady(program, managementPort, process, log);
        ask(port, managementPort);
        process.destroy();
      }
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new IOException("the training run of " + program.imageName() + " does not end");
      }
    } finally {
      process.destroyForcibly();
    }
    if (!Files.exists(folder.resolve(CACHE))) {
      throw new IOException(
          "no AOT cache of %s came about; see %s".formatted(program.imageName(), log));
    }
    Files.delete(log);
  }

  private Map<String, String> settings(int port, int managementPort) {
    return Map.of(
        "KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers(),
        "QUARKUS_HTTP_HOST", "127.0.0.1",
        "QUARKUS_MANAGEMENT_HOST", "127.0.0.1",
        "QUARKUS_HTTP_PORT", Integer.toString(port),
        "QUARKUS_MANAGEMENT_PORT", Integer.toString(managementPort),
        "QUARKUS_OIDC_PUBLIC_KEY", publicKey,
        "CONCORDAT_IDENTITY_APPLICATION_IDENTIFIER", "00000000-0000-0000-0000-000000000001",
        "CONCORDAT_IDENTITY_REALM", "example.com",
        "CONCORDAT_IDENTITY_HOSTS", "localhost",
        "CONCORDAT_SIGNING_DEVELOPMENT_KEY", "true");
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void awaitReady(Program program, int managementPort, Process process, Path log)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (status(managementPort, "/q/health/ready") != 200) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        throw new IOException(
            "%s does not get ready in its training run; see %s"
                .formatted(program.imageName(), log));
      }
      Thread.sleep(100);
    }
  }

  private void ask(int port, int managementPort) throws InterruptedException {
    for (int i = 0; i < 5; i++) {
      for (String path : REQUESTS) {
        status(port, path);
      }
      status(managementPort, "/q/metrics");
    }
  }

  private int status(int port, String path) throws InterruptedException {
    try {
      return http.send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                  .timeout(Duration.ofSeconds(5))
                  .build(),
              HttpResponse.BodyHandlers.discarding())
          .statusCode();
    } catch (IOException e) {
      return 0;
    }
  }

  @Override
  public void close() {
    http.close();
    broker.close();
  }
}
