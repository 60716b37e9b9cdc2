package dev.concordat.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.contracts.Json;
import dev.concordat.suite.Part;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
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

  private static final Map<String, Part> SERVICES =
      Arrays.stream(Part.values())
          .filter(Part::isService)
          .collect(Collectors.toMap(Part::partName, Function.identity()));

  private static final Set<String> METHODS =
      Set.of("get", "put", "post", "delete", "patch", "head");

  /** HTTP/1.1: the management port lets a client upgrade, and then loses long bodies under load. */
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @TempDir static Path folder;
  @AutoClose private static SuiteUnderTest suite;

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
    suite = SuiteUnderTest.in(folder);
  }

  @Test
  void the_table_has_every_operation_and_no_other() throws Exception {
    Set<String> offered = new TreeSet<>();
    for (var service : SERVICES.entrySet()) {
      JsonNode paths = Json.mapper().readTree(openApi(service.getValue())).path("paths");
      for (var path : paths.properties()) {
        for (var operation : path.getValue().properties()) {
          if (METHODS.contains(operation.getKey())) {
            offered.add(
                service.getKey()
                    + " "
                    + operation.getKey().toUpperCase(Locale.ROOT)
                    + " "
                    + path.getKey());
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
    statuses.put("viewer", status(row, suite.viewerToken()));
    statuses.put("admin", status(row, suite.adminToken()));

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
      if (within && cells.length >= 4 && SERVICES.containsKey(cells[1].strip())) {
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

  private static String openApi(Part service) throws Exception {
    HttpResponse<String> answer =
        HTTP.send(
            HttpRequest.newBuilder(suite.managementUrl(service).resolve("/q/openapi?format=json"))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(200);
    return answer.body();
  }

  /** The answer as soon as its head is there: some of them are streams without an end. */
  private static HttpResponse<InputStream> send(
      String service, String method, String path, Allowed allowed, @Nullable String token)
      throws Exception {
    var request =
        HttpRequest.newBuilder(suite.url(SERVICES.get(service)).resolve(path))
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
