package dev.concordat.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.suite.Part;
import dev.concordat.suite.Replicas;
import dev.concordat.suite.ServiceCluster;
import dev.concordat.testing.kafka.FreePorts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The registry behind a real OpenID Connect issuer: Keycloak's own distribution, which the profile
 * {@code keycloak} unpacks. No container.
 */
class KeycloakIT {

  private static final Path UNPACKED = Path.of("target/keycloak");
  private static final String BODY =
      "{\"trust\":{\"metadataUrl\":\"https://autodiscover.litwareinc.com/autodiscover/metadata/json/1\"}}";

  private final HttpClient http = HttpClient.newHttpClient();

  @Test
  void an_admin_of_keycloak_writes_a_viewer_reads_and_nobody_else_does_either(@TempDir Path folder)
      throws Exception {
    Optional<Path> home = distribution();
    if (home.isEmpty()) {
      skip("Keycloak is not unpacked; the profile keycloak does it (./concordat test -Pkeycloak)");
    }
    int port = FreePorts.one();
    Process keycloak = start(home.orElseThrow(), port, folder.resolve("keycloak.log"));
    try {
      URI realm = URI.create("http://127.0.0.1:" + port + "/realms/concordat");
      await()
          .atMost(Duration.ofMinutes(3))
          .until(() -> isServed(realm + "/.well-known/openid-configuration"));
      try (ServiceCluster cluster =
          ServiceCluster.start(
              folder.resolve("suite"),
              1,
              Replicas.of(
                      Part.TRUST_REGISTRY,
                      1,
                      List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx96m"))
                  .with("quarkus.oidc.auth-server-url", realm.toString()))) {
        URI partner = cluster.replicas().getFirst().url().resolve("/v1/partners/exchange");
        String admin = token(realm, "concordat-admin");
        String viewer = token(realm, "concordat-viewer");
        String nobody = token(realm, "concordat-nobody");
        String elsewhere =
            token(URI.create("http://127.0.0.1:" + port + "/realms/elsewhere"), "concordat-admin");

        assertThat(put(partner, admin)).isEqualTo(201);
        assertThat(get(partner, admin)).isEqualTo(200);
        assertThat(get(partner, viewer)).isEqualTo(200);
        assertThat(put(partner, viewer)).isEqualTo(403);
        assertThat(get(partner, nobody)).isEqualTo(403);
        assertThat(get(partner, elsewhere)).isEqualTo(401);
        assertThat(get(partner, "")).isEqualTo(401);

        keycloak.destroy();
        assertThat(keycloak.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(put(partner, admin))
            .as("what was issued holds without its issuer")
            .isEqualTo(200);
      }
    } finally {
      keycloak.descendants().forEach(ProcessHandle::destroyForcibly);
      keycloak.destroyForcibly();
    }
  }

  private static Optional<Path> distribution() throws IOException {
    if (!Files.isDirectory(UNPACKED)) {
      return Optional.empty();
    }
    try (var found = Files.list(UNPACKED)) {
      return found.filter(it -> Files.exists(it.resolve("bin/kc.sh"))).findFirst();
    }
  }

  private static Process start(Path home, int port, Path log) throws IOException {
    Path imported = Files.createDirectories(home.resolve("data/import"));
    Files.writeString(imported.resolve("concordat-realm.json"), realm("concordat"));
    Files.writeString(imported.resolve("elsewhere-realm.json"), realm("elsewhere"));
    var builder =
        new ProcessBuilder(
                "bash",
                home.resolve("bin/kc.sh").toAbsolutePath().toString(),
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

  /** Three clients of service accounts: one with each role, and one with none. */
  private static String realm(String name) {
    return """
        {"realm":"%s","enabled":true,"sslRequired":"none",
         "roles":{"realm":[{"name":"admin"},{"name":"viewer"}]},
         "clients":[%s,%s,%s],
         "users":[%s,%s]}"""
        .formatted(
            name,
            client("concordat-admin"),
            client("concordat-viewer"),
            client("concordat-nobody"),
            account("concordat-admin", "admin"),
            account("concordat-viewer", "viewer"));
  }

  private static String client(String name) {
    return """
        {"clientId":"%s","enabled":true,"publicClient":false,"secret":"for-this-test-only",
         "serviceAccountsEnabled":true,"standardFlowEnabled":false}"""
        .formatted(name);
  }

  private static String account(String client, String role) {
    return """
        {"username":"service-account-%1$s","enabled":true,"serviceAccountClientId":"%1$s",
         "realmRoles":["%2$s"]}"""
        .formatted(client, role);
  }

  private boolean isServed(String url) throws InterruptedException {
    try {
      return http.send(
                  HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(2)).build(),
                  HttpResponse.BodyHandlers.discarding())
              .statusCode()
          == 200;
    } catch (IOException e) {
      return false;
    }
  }

  private String token(URI realm, String client) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(URI.create(realm + "/protocol/openid-connect/token"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        "grant_type=client_credentials&client_secret=for-this-test-only&client_id="
                            + client))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    JsonNode json = EventSchemas.json(answer.body());
    assertThat(json.path("access_token").asText()).as(answer.body()).isNotEmpty();
    return json.path("access_token").asText();
  }

  private int put(URI partner, String token) throws IOException, InterruptedException {
    return http.send(
            HttpRequest.newBuilder(partner)
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString(BODY))
                .build(),
            HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }

  private int get(URI partner, String token) throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(partner);
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
  }

  @SuppressWarnings("SystemOut") // a build says plainly what it left out
  private static void skip(String why) {
    System.out.println("SKIPPED KeycloakIT: " + why);
    assumeTrue(false, why);
  }
}
