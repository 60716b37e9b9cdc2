package dev.concordat.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.cli.Connection.Service;
import dev.concordat.contracts.Json;
import dev.concordat.contracts.Problem;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Calls the services, and turns what they refuse into sentences. */
final class ServiceClient {

  private static final Duration PATIENCE = Duration.ofSeconds(45);

  private final Connection connection;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  ServiceClient(Connection connection) {
    this.connection = connection;
  }

  /**
   * An answer, good or not, for callers who ask again.
   *
   * @param retryAfter how long the service asks to wait, where it does
   */
  record Attempt(int status, String body, @Nullable String outcome, @Nullable Duration retryAfter) {

    boolean good() {
      return status / 100 == 2;
    }
  }

  /** An answer that is good. */
  record Answer(int status, String body, @Nullable String outcome) {

    JsonNode json() {
      try {
        return Json.mapper().readTree(body);
      } catch (JsonProcessingException e) {
        throw new CommandFailure(
            CommandFailure.UNREACHABLE,
            "The service answers something that is no JSON; does the URL lead to Concordat?");
      }
    }
  }

  Answer get(Service service, String path) {
    return send(service, authorized(service, path).GET());
  }

  /** A public document. */
  Answer getPublic(Service service, String path) {
    return send(service, request(service, path).GET());
  }

  Answer put(Service service, String path, Object body, Map<String, String> headers) {
    HttpRequest.Builder request =
        authorized(service, path).header("Content-Type", "application/json").PUT(json(body));
    headers.forEach(request::header);
    return send(service, request);
  }

  Answer post(Service service, String path, Object body, Map<String, String> headers) {
    HttpRequest.Builder request =
        authorized(service, path).header("Content-Type", "application/json").POST(json(body));
    headers.forEach(request::header);
    return send(service, request);
  }

  Answer delete(Service service, String path) {
    return send(service, authorized(service, path).DELETE());
  }

  /** A form that proves its sender by itself. */
  Answer form(Service service, String path, Map<String, String> fields) {
    String form =
        fields.entrySet().stream()
            .map(it -> encoded(it.getKey()) + "=" + encoded(it.getValue()))
            .collect(Collectors.joining("&"));
    return send(
        service,
        request(service, path)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(form)));
  }

  /** Sends once, whatever is answered. */
  Attempt attempt(Service service, String method, String path, @Nullable Object body)
      throws IOException {
    HttpRequest.Builder request = authorized(service, path);
    if (body == null) {
      request.method(method, HttpRequest.BodyPublishers.noBody());
    } else {
      request.header("Content-Type", "application/json").method(method, json(body));
    }
    try {
      return attempt(http.send(request.build(), HttpResponse.BodyHandlers.ofString()));
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  /**
   * Sends lines of JSON, and hands over each line of the answer as it comes. The whole body is sent
   * before the answer is read: a service that answers while it reads must get no more at once than
   * the connection holds.
   *
   * @return what was answered; its body is empty where lines were
   */
  Attempt lines(Service service, String path, byte[] lines, Consumer<JsonNode> each) {
    HttpRequest request =
        authorized(service, path)
            .header("Content-Type", "application/x-ndjson")
            .header("Accept", "application/x-ndjson, application/problem+json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(lines))
            .build();
    try {
      HttpResponse<InputStream> answer =
          http.send(request, HttpResponse.BodyHandlers.ofInputStream());
      try (var body = new BufferedReader(new InputStreamReader(answer.body(), UTF_8))) {
        if (answer.statusCode() / 100 != 2) {
          return new Attempt(
              answer.statusCode(),
              body.lines().limit(1000).collect(Collectors.joining("\n")),
              null,
              retryAfter(answer));
        }
        for (String line = body.readLine(); line != null; line = body.readLine()) {
          if (!line.isBlank()) {
            each.accept(Json.mapper().readTree(line));
          }
        }
        return new Attempt(answer.statusCode(), "", null, null);
      }
    } catch (JsonProcessingException e) {
      throw new CommandFailure(
          CommandFailure.UNREACHABLE,
          "The %s broke its answer off. Try again.".formatted(service.serviceName()));
    } catch (IOException e) {
      throw unreachable(service, e);
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  /** What an answer that is not good comes to. */
  CommandFailure refused(Service service, Attempt attempt) {
    return refused(service, attempt.status(), attempt.body());
  }

  /** A large answer, to be read bit by bit; the caller closes it. */
  InputStream open(Service service, String path) {
    return stream(service, authorized(service, path).header("Accept", "application/json"));
  }

  /** A stream of server-sent events; the caller closes it. */
  InputStream stream(Service service, String path) {
    return stream(service, authorized(service, path, null).header("Accept", "text/event-stream"));
  }

  private InputStream stream(Service service, HttpRequest.Builder builder) {
    HttpRequest request = builder.GET().build();
    try {
      HttpResponse<InputStream> answer =
          http.send(request, HttpResponse.BodyHandlers.ofInputStream());
      if (answer.statusCode() != 200) {
        try (InputStream body = answer.body()) {
          throw refused(
              service,
              answer.statusCode(),
              new String(body.readNBytes(65536), StandardCharsets.UTF_8));
        }
      }
      return answer.body();
    } catch (IOException e) {
      throw unreachable(service, e);
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  /** The token that proves the caller. */
  String token() {
    return connection
        .token()
        .orElseThrow(
            () ->
                new CommandFailure(
                    CommandFailure.UNREACHABLE,
                    "There is no token to call with. Start a local suite with ./concordat up, or put a token with the role admin into CONCORDAT_TOKEN."));
  }

  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private HttpRequest.Builder authorized(Service service, String path) {
    return authorized(service, path, PATIENCE);
  }

  private HttpRequest.Builder authorized(
      Service service, String path, @Nullable Duration patience) {
    return request(service, path, patience).header("Authorization", "Bearer " + token());
  }

  private HttpRequest.Builder request(Service service, String path) {
    return request(service, path, PATIENCE);
  }

  private HttpRequest.Builder request(Service service, String path, @Nullable Duration patience) {
    String base = connection.url(service).toString();
    String trimmed = base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
    try {
      HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(trimmed + path));
      return patience == null ? request : request.timeout(patience);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(
          CommandFailure.UNREACHABLE, "The URL %s can't be called.".formatted(trimmed + path));
    }
  }

  private Answer send(Service service, HttpRequest.Builder request) {
    try {
      HttpResponse<String> answer =
          http.send(request.build(), HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() / 100 != 2) {
        throw refused(service, answer.statusCode(), answer.body());
      }
      return new Answer(
          answer.statusCode(),
          answer.body(),
          answer.headers().firstValue("Concordat-Outcome").orElse(null));
    } catch (IOException e) {
      throw unreachable(service, e);
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private static Attempt attempt(HttpResponse<String> answer) {
    return new Attempt(
        answer.statusCode(),
        answer.body(),
        answer.headers().firstValue("Concordat-Outcome").orElse(null),
        retryAfter(answer));
  }

  /** Seconds; of a date, which is allowed too, nobody here makes use. */
  private static @Nullable Duration retryAfter(HttpResponse<?> answer) {
    return answer
        .headers()
        .firstValue("Retry-After")
        .filter(it -> it.matches("\\d{1,6}"))
        .map(it -> Duration.ofSeconds(Long.parseLong(it)))
        .orElse(null);
  }

  static CommandFailure interrupted() {
    Thread.currentThread().interrupt();
    return new CommandFailure(CommandFailure.FAILED, "Interrupted.");
  }

  CommandFailure unreachable(Service service, IOException e) {
    String why =
        e instanceof java.net.http.HttpTimeoutException
            ? "did not answer in time"
            : "can't be reached";
    String next =
        connection.isLocal(service)
            ? "Is the suite up? ./concordat status shows it, ./concordat up starts it."
            : "Check the URL and the network in between.";
    return new CommandFailure(
        CommandFailure.UNREACHABLE,
        "The %s at %s %s. %s".formatted(service.serviceName(), connection.url(service), why, next));
  }

  private static CommandFailure refused(Service service, int status, String body) {
    try {
      JsonNode answer = Json.mapper().readTree(body);
      if (answer.hasNonNull("error")) {
        return new CommandFailure(
            CommandFailure.FAILED,
            "%s (%s)"
                .formatted(
                    answer.path("error_description").asText("Refused."),
                    answer.path("error").asText()));
      }
      Problem problem = Json.mapper().treeToValue(answer, Problem.class);
      if (problem != null && !problem.title().isEmpty()) {
        String detail = problem.detail();
        return new CommandFailure(
            exitCode(status),
            detail == null || detail.isBlank()
                ? problem.title() + "."
                : problem.title() + ". " + detail);
      }
    } catch (JsonProcessingException | IllegalArgumentException e) {
      // Not ours; the status says enough.
      return byStatus(service, status);
    }
    return byStatus(service, status);
  }

  /** What the caller can mend by asking otherwise is usage; 503 passes by itself. */
  private static int exitCode(int status) {
    return status == 400 || status == 422 || status == 503
        ? CommandFailure.UNREACHABLE
        : CommandFailure.FAILED;
  }

  private static CommandFailure byStatus(Service service, int status) {
    return switch (status) {
      case 401 ->
          new CommandFailure(
              CommandFailure.UNREACHABLE,
              "The %s does not accept the token. It may have expired: put a fresh one into CONCORDAT_TOKEN, or start the local suite again."
                  .formatted(service.serviceName()));
      case 403 ->
          new CommandFailure(
              CommandFailure.FAILED,
              "The token lacks the role for this: changing something needs admin, reading viewer.");
      default ->
          new CommandFailure(
              CommandFailure.UNREACHABLE,
              "The %s answers %d.".formatted(service.serviceName(), status));
    };
  }

  private static HttpRequest.BodyPublisher json(Object body) {
    try {
      return HttpRequest.BodyPublishers.ofByteArray(Json.mapper().writeValueAsBytes(body));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a map that can't be written", e);
    }
  }
}
