package dev.concordat.benchmarks;

import dev.concordat.testing.kafka.FreePorts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;

/** Keycloak from its Maven distribution, with one client of client credentials. */
final class Keycloak implements AutoCloseable {

  private static final String FORM =
      "grant_type=client_credentials&client_id=bench&client_secret=for-this-benchmark-only";
  private static final String PATH = "/realms/concordat/protocol/openid-connect/token";

  private final Path home;
  private final int port;
  private final Path log;
  private Process process;

  private Keycloak(Path home, int port, Path log) throws IOException {
    this.home = home;
    this.port = port;
    this.log = log;
    this.process = launch();
  }

  /** The unpacked distribution, where the profile {@code keycloak} has put it. */
  static Optional<Path> distribution(Path checkout) throws IOException {
    for (String module : new String[] {"testing/benchmarks", "testing/end-to-end"}) {
      Path unpacked = checkout.resolve(module + "/target/keycloak");
      if (Files.isDirectory(unpacked)) {
        try (Stream<Path> found = Files.list(unpacked)) {
          Optional<Path> home =
              found.filter(it -> Files.exists(it.resolve("bin/kc.sh"))).findFirst();
          if (home.isPresent()) {
            return home;
          }
        }
      }
    }
    return Optional.empty();
  }

  static Keycloak start(Path home, Path log) throws IOException, InterruptedException {
    Path imported = Files.createDirectories(home.resolve("data/import"));
    Files.writeString(
        imported.resolve("concordat-realm.json"),
        """
        {"realm":"concordat","enabled":true,"sslRequired":"none",
         "clients":[{"clientId":"bench","enabled":true,"publicClient":false,
          "secret":"for-this-benchmark-only","serviceAccountsEnabled":true,
          "standardFlowEnabled":false}]}\
        """);
    int port = FreePorts.one();
    var keycloak = new Keycloak(home, port, log);
    keycloak.firstToken();
    return keycloak;
  }

  /** Ends it and starts it again; answers the seconds until its first token. */
  double secondsToFirstToken() throws IOException, InterruptedException {
    close();
    long begin = System.nanoTime();
    process = launch();
    firstToken();
    return (System.nanoTime() - begin) / 1e9;
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + port);
  }

  byte[] request() {
    return WireLoad.post(PATH, "", FORM);
  }

  /** The process of its Java. */
  long pid() {
    return process
        .descendants()
        .filter(it -> it.info().command().filter(name -> name.endsWith("java")).isPresent())
        .findFirst()
        .orElse(process.toHandle())
        .pid();
  }

  private Process launch() throws IOException {
    var builder =
        new ProcessBuilder(
                "bash",
                home.resolve("bin/kc.sh").toString(),
                "start-dev",
                "--import-realm",
                "--http-host=127.0.0.1",
                "--http-port=" + port,
                "--cache=local")
            .directory(home.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    return builder.start();
  }

  private void firstToken() throws InterruptedException, IOException {
    long deadline = System.nanoTime() + Duration.ofMinutes(3).toNanos();
    try (var http = HttpClient.newHttpClient()) {
      while (System.nanoTime() < deadline) {
        try {
          int status =
              http.send(
                      HttpRequest.newBuilder(url().resolve(PATH))
                          .timeout(Duration.ofSeconds(5))
                          .header("Content-Type", "application/x-www-form-urlencoded")
                          .POST(HttpRequest.BodyPublishers.ofString(FORM))
                          .build(),
                      HttpResponse.BodyHandlers.discarding())
                  .statusCode();
          if (status == 200) {
            return;
          }
        } catch (IOException notYet) {
          // It is still starting.
          Thread.sleep(1);
        }
        Thread.sleep(20);
      }
    }
    throw new IOException("Keycloak gives no token; its log is " + log);
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    process.toHandle().onExit().join();
  }
}
