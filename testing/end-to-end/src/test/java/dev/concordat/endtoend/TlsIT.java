package dev.concordat.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.contracts.Json;
import dev.concordat.suite.Part;
import dev.concordat.suite.Replicas;
import dev.concordat.suite.ServiceCluster;
import dev.concordat.testing.kafka.FreePorts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What each service accepts of TLS where it is configured as the chart does it, found out by
 * sslyze, which can offer what no current library would. It comes from Python's package index, so
 * it runs in the profile {@code python-clients} alone; where it can't be had, it is skipped and
 * says so.
 */
@Tag("python-clients")
class TlsIT {

  private static final String SSLYZE = "sslyze==6.3.1";
  private static final List<String> FLAGS =
      List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx128m");

  @TempDir static Path folder;
  private static final Map<Part, Integer> PORTS = new EnumMap<>(Part.class);
  private static ServiceCluster cluster;
  private static JsonNode report;

  @BeforeAll
  static void scan() throws Exception {
    Path sslyze = PythonTool.of("sslyze", SSLYZE, folder);
    Path state = folder.resolve("state");
    var wanted = new ArrayList<Replicas>();
    for (Part part : Part.values()) {
      if (part.isService()) {
        PORTS.put(part, FreePorts.one());
        wanted.add(
            Replicas.of(part, 1, FLAGS)
                .with("quarkus.http.ssl-port", PORTS.get(part).toString())
                .with("quarkus.http.insecure-requests", "disabled")
                .with("quarkus.http.tls-configuration-name", "server")
                .with("quarkus.tls.server.key-store.pem.server.cert", file(state, "server.crt"))
                .with("quarkus.tls.server.key-store.pem.server.key", file(state, "server.key")));
      }
    }
    cluster = ServiceCluster.start(state, 1, wanted.toArray(Replicas[]::new));
    Path told = folder.resolve("tls.json");
    var command =
        new ArrayList<>(
            List.of(
                sslyze.toString(),
                "--json_out=" + told,
                "--sslv2",
                "--sslv3",
                "--tlsv1",
                "--tlsv1_1",
                "--tlsv1_2",
                "--tlsv1_3",
                "--compression",
                // The machine has the services and their tests to run at the same time.
                "--slow_connection",
                "--robot"));
    PORTS.values().forEach(port -> command.add("127.0.0.1:" + port));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("sslyze.log").toFile())
            .start();
    process.waitFor();
    report = Json.mapper().readTree(Files.readAllBytes(told));
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Part.class,
      names = {"TRUST_REGISTRY", "METADATA_SERVICE", "TOKEN_SERVICE", "PROBE_SERVICE"})
  void nothing_weak_is_accepted(Part service) {
    JsonNode found = of(service).path("scan_result");

    for (String old : List.of("ssl_2_0", "ssl_3_0", "tls_1_0", "tls_1_1")) {
      assertThat(accepted(found, old)).as(old).isEmpty();
    }
    assertThat(accepted(found, "tls_1_3")).contains("TLS_AES_256_GCM_SHA384");
    assertThat(accepted(found, "tls_1_2"))
        .contains("TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384")
        .allMatch(it -> it.contains("DHE_"), "forward secrecy")
        .noneMatch(it -> it.endsWith("_SHA") || it.endsWith("_MD5"))
        .noneMatch(it -> it.matches(".*(NULL|EXPORT|RC4|DES_|anon).*"));
    assertThat(at(found, "tls_compression").path("supports_compression").asBoolean()).isFalse();
    assertThat(at(found, "robot").path("robot_result").asText()).startsWith("NOT_VULNERABLE");
  }

  /** A client of the token-service may prove itself by a certificate; nobody else is asked. */
  @ParameterizedTest
  @EnumSource(
      value = Part.class,
      names = {"TRUST_REGISTRY", "METADATA_SERVICE", "TOKEN_SERVICE", "PROBE_SERVICE"})
  void a_certificate_is_asked_for_where_it_means_something(Part service) {
    assertThat(of(service).path("connectivity_result").path("client_auth_requirement").asText())
        .isEqualTo(service == Part.TOKEN_SERVICE ? "OPTIONAL" : "DISABLED");
  }

  private static JsonNode of(Part service) {
    for (JsonNode it : report.path("server_scan_results")) {
      if (it.path("server_location").path("port").asInt() == PORTS.get(service)) {
        assertThat(it.path("scan_status").asText()).as(it.toString()).isEqualTo("COMPLETED");
        return it;
      }
    }
    throw new AssertionError(service + " was not scanned: " + report);
  }

  private static JsonNode at(JsonNode found, String what) {
    assertThat(found.path(what).path("status").asText()).as(what).isEqualTo("COMPLETED");
    return found.path(what).path("result");
  }

  private static List<String> accepted(JsonNode found, String version) {
    var names = new ArrayList<String>();
    at(found, version + "_cipher_suites")
        .path("accepted_cipher_suites")
        .forEach(it -> names.add(it.path("cipher_suite").path("name").asText()));
    return names;
  }

  private static String file(Path state, String name) {
    return state.resolve("tls").resolve(name).toString();
  }
}
