package dev.concordat.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.contracts.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Who may do what: every operation of every service's OpenAPI document, called by nobody, with a
 * token that is none, by a viewer and by an admin, against the table in {@code docs/secure.md}.
 */
class AuthorisationIT {

  private static final Map<String, Integer> PORTS =
      Map.of(
          "trust-registry", 8081,
          "metadata-service", 8082,
          "token-service", 8083,
          "probe-service", 8084);

  private static final Set<String> METHODS =
      Set.of("get", "put", "post", "delete", "patch", "head");

  /** HTTP/1.1: the management port lets a client upgrade, and then loses long bodies under load. */
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @TempDir static Path folder;
  private static Launcher concordat;
  private static int offset;
  private static String viewer;
  private static String admin;

  /** Who may use an operation. */
  enum Allowed {
    /** Everybody. */
    PUBLIC,
    /** The operation's own protocol authenticates its client. */
    PROTOCOL,
    VIEWER,
    ADMIN
  }

  /** A row of the table. */
  record Row(String service, String method, String path, Allowed allowed) {

    String operation() {
      return service + " " + method + " " + path;
    }

    @Override
    public String toString() {
      return operation() + " is for " + allowed.name().toLowerCase(Locale.ROOT);
    }
  }

  @BeforeAll
  static void up() throws IOException {
    Path state = folder.resolve("state");
    concordat = new Launcher(state);
    offset = Launcher.freeOffset();
    concordat.run("up", "--detach", "--port-offset", Integer.toString(offset)).passed();
    viewer = Files.readString(state.resolve("viewer-token"));
    admin = Files.readString(state.resolve("admin-token"));
  }

  @AfterAll
  static void down() {
    concordat.run("down");
  }

  @Test
  void the_table_has_every_operation_and_no_other() throws Exception {
    Set<String> offered = new TreeSet<>();
    for (String service : PORTS.keySet()) {
      JsonNode paths =
          Json.mapper()
              .readTree(body(get(PORTS.get(service) + 1000, "/q/openapi?format=json")))
              .path("paths");
      for (var path : paths.properties()) {
        for (var operation : path.getValue().properties()) {
          if (METHODS.contains(operation.getKey())) {
            offered.add(
                service + " " + operation.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey());
          }
        }
      }
    }

    assertThat(table().map(Row::operation)).containsExactlyInAnyOrderElementsOf(offered);
  }

  @ParameterizedTest
  @MethodSource("table")
  void an_operation_is_for_those_it_is_for_and_for_nobody_else(Row row) throws Exception {
    var statuses = new TreeMap<String, Integer>();
    statuses.put("nobody", status(row, null));
    statuses.put("no token", status(row, "bm9uZQ"));
    statuses.put("viewer", status(row, viewer));
    statuses.put("admin", status(row, admin));

    switch (row.allowed()) {
      case PUBLIC -> assertThat(statuses).extractingByKey("nobody").isNotIn(401, 403);
      case PROTOCOL -> assertThat(statuses).extractingByKey("nobody").isIn(400, 401);
      case VIEWER -> {
        assertThat(statuses).containsEntry("nobody", 401).containsEntry("no token", 401);
        assertThat(statuses).extractingByKey("viewer").isNotIn(401, 403);
        assertThat(statuses).extractingByKey("admin").isNotIn(401, 403);
      }
      case ADMIN -> {
        assertThat(statuses).containsEntry("nobody", 401).containsEntry("no token", 401);
        assertThat(statuses).containsEntry("viewer", 403);
        assertThat(statuses).extractingByKey("admin").isNotIn(401, 403);
      }
    }
    assertThat(statuses).allSatisfy((who, status) -> assertThat(status).isNotEqualTo(500));
  }

  /** The rows of the table "Every operation". */
  static Stream<Row> table() throws IOException {
    List<Row> rows = new ArrayList<>();
    boolean within = false;
    for (String line : Files.readAllLines(Launcher.home().resolve("docs/secure.md"))) {
      if (line.startsWith("#")) {
        within = line.endsWith("Every operation");
      }
      String[] cells = line.split("\\|");
      if (within && cells.length >= 4 && PORTS.containsKey(cells[1].strip())) {
        String[] operation = cells[2].replace("`", "").strip().split(" ");
        rows.add(
            new Row(
                cells[1].strip(),
                operation[0],
                operation[1],
                Allowed.valueOf(cells[3].strip().toUpperCase(Locale.ROOT))));
      }
    }
    assertThat(rows).isNotEmpty();
    return rows.stream();
  }

  private static int status(Row row, @Nullable String token) throws Exception {
    String path =
        row.path()
            .replace("/{realm}tokens", "/tokens")
            .replace("{rest}", "")
            .replaceAll("\\{[^}]+}", "nobody-has-this");
    var answer = send(row.service(), row.method(), path, row.allowed(), token);
    answer.body().close();
    return answer.statusCode();
  }

  /** What the management port answers. */
  private static HttpResponse<InputStream> get(int port, String path) throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + (port + offset) + path)).build(),
        HttpResponse.BodyHandlers.ofInputStream());
  }

  private static String body(HttpResponse<InputStream> answer) throws IOException {
    try (var in = answer.body()) {
      assertThat(answer.statusCode()).isEqualTo(200);
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** The answer as soon as its head is there: some of them are streams without an end. */
  private static HttpResponse<InputStream> send(
      String service, String method, String path, Allowed allowed, @Nullable String token)
      throws Exception {
    var request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + (PORTS.get(service) + offset) + path))
            .timeout(Duration.ofSeconds(30));
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    if (Set.of("PUT", "POST", "PATCH").contains(method)) {
      request
          .header(
              "Content-Type",
              allowed == Allowed.PROTOCOL
                  ? "application/x-www-form-urlencoded"
                  : "application/json")
          .method(method, HttpRequest.BodyPublishers.ofString("{"));
    } else {
      request.method(method, HttpRequest.BodyPublishers.noBody());
    }
    return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
  }
}
