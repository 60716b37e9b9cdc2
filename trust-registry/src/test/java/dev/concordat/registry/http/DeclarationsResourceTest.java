package dev.concordat.registry.http;

import static dev.concordat.registry.http.Callers.as;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.startsWith;

import dev.concordat.registry.PartnerDirectory;
import dev.concordat.registry.deciding.CommandDesk;
import dev.concordat.registry.deciding.DecidingLoop;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.Readiness;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A folder of declarations, followed by a registry with a real broker. */
@QuarkusTest
@QuarkusTestResource(RunningSuite.class)
@TestProfile(DeclarationsResourceTest.WithFolder.class)
class DeclarationsResourceTest {

  private static final String URL = "https://x/autodiscover/metadata/json/1";

  @Inject CommandDesk desk;
  @Inject DecidingLoop deciding;
  @Inject PartnerDirectory directory;
  @Inject MeterRegistry metrics;
  @Inject @Readiness Instance<HealthCheck> checks;

  @TestHTTPResource(value = "/metrics", management = true)
  URI measurements;

  @ConfigProperty(name = "concordat.registry.declarations.folder")
  Path folder;

  /** Looks at a folder of its own, often. */
  public static final class WithFolder implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      try {
        return Map.of(
            "concordat.registry.declarations.folder",
            Files.createTempDirectory("declarations").toString(),
            "concordat.registry.declarations.source",
            "prod",
            "concordat.registry.declarations.interval",
            "100ms");
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @BeforeEach
  void decides() throws IOException {
    Files.createDirectories(folder);
    await().atMost(Duration.ofSeconds(40)).until(() -> desk.isListening() && deciding.isDeciding());
  }

  private void write(String file, String text) throws IOException {
    Path next = Files.writeString(folder.resolve("." + file + ".next"), text);
    Files.move(
        next,
        folder.resolve(file),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  private static String exchange(String name, String more) {
    return "name: %s\ntrust:\n  metadataUrl: %s\n%s".formatted(name, URL, more);
  }

  private static JsonPath partner(String name) {
    return as("viewer").get("/v1/partners/" + name).jsonPath();
  }

  private static JsonPath report() {
    return as("viewer").get("/v1/declarations").then().statusCode(200).extract().jsonPath();
  }

  private static void eventually(org.awaitility.core.ThrowingRunnable holds) {
    await().atMost(Duration.ofSeconds(30)).untilAsserted(holds);
  }

  private double gauge(String state) {
    return metrics.get("concordat.registry.declarations").tag("state", state).gauge().value();
  }

  @Test
  void the_registry_follows_the_folder() throws Exception {
    write("a.yaml", exchange("followed", ""));
    eventually(
        () -> {
          assertThat(partner("followed").getString("declaredIn")).isEqualTo("prod/a.yaml");
          assertThat(report().getString("files[0].partners[0].state")).isEqualTo("applied");
        });
    assertThat(partner("followed").getString("changedBy")).isEqualTo("gitops:prod");

    write("a.yaml", exchange("followed", "trustLevel: application\n"));
    eventually(
        () -> assertThat(partner("followed").getString("trustLevel")).isEqualTo("application"));

    // A bad file is told of, and the good one beside it applied.
    write("b.yaml", exchange("beside", "colour: red\n"));
    write("a.yaml", exchange("followed", "trustLevel: user\n"));
    eventually(
        () -> {
          assertThat(partner("followed").getString("trustLevel")).isEqualTo("user");
          JsonPath report = report();
          assertThat(report.getString("files[1].file")).isEqualTo("b.yaml");
          assertThat(report.getInt("files[1].findings[0].line")).isEqualTo(4);
          assertThat(report.getString("files[1].findings[0].problem.type"))
              .isEqualTo("urn:concordat:problem:declaration-malformed");
          assertThat(report.getString("files[1].findings[0].problem.detail")).contains("colour");
          assertThat(report.getInt("unreadable")).isEqualTo(1);
        });
    as("viewer").get("/v1/partners/beside").then().statusCode(404);
    assertThat(gauge("unreadable")).isEqualTo(1);
    assertThat(gauge("applied")).isEqualTo(1);
    assertThat(checks.stream().map(HealthCheck::call))
        .filteredOn(it -> it.getName().equals("declarations"))
        .singleElement()
        .satisfies(
            it -> {
              assertThat(it.getStatus().name()).isEqualTo("UP");
              assertThat(it.getData().orElseThrow()).containsEntry("unreadable", 1L);
            });
    write("b.yaml", exchange("beside", ""));
    eventually(() -> assertThat(report().getInt("applied")).isEqualTo(2));

    // By hand it is changed only by who says so, and then left so.
    String byHand = "{\"enabled\":false,\"trust\":{\"metadataUrl\":\"" + URL + "\"}}";
    as("admin")
        .contentType(ContentType.JSON)
        .body(byHand)
        .put("/v1/partners/followed")
        .then()
        .statusCode(409)
        .body("type", equalTo("urn:concordat:problem:declared-in-file"))
        .body("detail", containsString("prod/a.yaml"));
    as("admin")
        .contentType(ContentType.JSON)
        .queryParam("takeOver", true)
        .body(byHand)
        .put("/v1/partners/followed")
        .then()
        .statusCode(200);
    eventually(
        () -> {
          JsonPath report = report();
          assertThat(report.getString("files[0].partners[0].state")).isEqualTo("refused");
          assertThat(report.getString("files[0].findings[0].problem.type"))
              .isEqualTo("urn:concordat:problem:registered-by-hand");
          assertThat(report.getString("files[0].findings[0].partner")).isEqualTo("followed");
        });
    assertThat(partner("followed").getBoolean("enabled")).isFalse();

    // What is declared no more is removed, unless somebody has taken it over.
    write("c.yaml", exchange("stays", ""));
    eventually(() -> assertThat(partner("stays").getString("declaredIn")).isNotNull());
    Files.delete(folder.resolve("a.yaml"));
    Files.delete(folder.resolve("b.yaml"));
    eventually(() -> as("viewer").get("/v1/partners/beside").then().statusCode(404));
    as("viewer").get("/v1/partners/followed").then().statusCode(200);

    // A folder that is gone, or empty, removes nothing.
    Path aside = Files.createTempDirectory("aside").resolve("declarations");
    Files.move(folder, aside);
    eventually(
        () ->
            assertThat(report().getString("findings[0].problem.type"))
                .isEqualTo("urn:concordat:problem:folder-unreadable"));
    Files.createDirectory(folder);
    eventually(
        () ->
            assertThat(report().getString("findings[0].problem.type"))
                .isEqualTo("urn:concordat:problem:folder-empty"));
    as("viewer").get("/v1/partners/stays").then().statusCode(200);

    // Hundreds are taken in at once.
    write(
        "many.yaml",
        IntStream.range(0, 500)
            .mapToObj(it -> exchange("many-" + it, ""))
            .collect(Collectors.joining("---\n")));
    eventually(
        () -> {
          assertThat(report().getInt("applied")).isEqualTo(500);
          assertThat(report().getString("reconciledAt")).startsWith("20");
        });
    assertThat(directory.size()).isEqualTo(501);
    assertThat(given().get(measurements).body().asString())
        .contains("concordat_registry_declarations{state=\"applied\"} 500.0")
        .containsPattern("concordat_registry_declarations_reconciled_seconds 1\\.\\d+E9");
  }

  @Test
  void who_has_no_role_reads_nothing() {
    given().get("/v1/declarations").then().statusCode(401);
    as("stranger").get("/v1/declarations").then().statusCode(403);
    as("admin").get("/v1/declarations").then().statusCode(200).body("source", startsWith("prod"));
  }
}
