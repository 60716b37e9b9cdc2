package dev.concordat.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A rollover that nobody notices: with real services, and an Exchange that reads our document only
 * when somebody there says so.
 */
class RolloverIT {

  private static final String KEN = "sip:kenmyer@litwareinc.com";
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @TempDir static Path folder;
  private static Path state;
  private static Launcher concordat;
  private static int offset;

  @BeforeAll
  static void up() {
    state = folder.resolve("state");
    concordat = new Launcher(state);
    offset = Launcher.freeOffset();
    concordat.run("up", "--detach", "--port-offset", Integer.toString(offset)).passed();
  }

  @AfterAll
  static void down() {
    concordat.run("down");
  }

  @Test
  void it_waits_for_an_exchange_that_refreshes_late_and_no_token_and_no_probe_fails()
      throws Exception {
    String before = signing();
    try (var callers = new Callers()) {
      var refused = concordat.run("key", "rollover", "--generate");

      assertThat(refused.exitCode()).as(refused.out() + refused.err()).isEqualTo(1);
      assertThat(refused.out())
          .contains("exchange", "does not accept it yet", "-RefreshAuthMetadata")
          .contains("Not rolled over: " + before + " goes on signing");
      assertThat(signing()).isEqualTo(before);

      JsonNode status =
          EventSchemas.json(
              concordat.run("key", "rollover", "--status", "-o", "json").passed().out());
      String next = status.path("nextKey").asText();
      assertThat(status.path("state").asText()).isEqualTo("waiting");
      assertThat(published()).contains(before, next);

      exchangeReadsOurDocument();
      var done = concordat.run("key", "rollover");

      assertThat(done.exitCode()).as(done.out() + done.err()).isZero();
      assertThat(done.out()).contains("Rolled over: " + next + " signs.");
      assertThat(signing()).isEqualTo(next);
      await().untilAsserted(() -> assertThat(published()).startsWith(next).contains(before));
      JsonNode probe = EventSchemas.json(concordat.run("probe", KEN, "-o", "json").passed().out());
      assertThat(probe.path("signingKey").asText()).isEqualTo(next);

      callers.stop();
      assertThat(callers.failures()).isEmpty();
      assertThat(callers.answered()).isPositive();
    }
    List<JsonNode> probes =
        concordat.run("events", "--type", "ProbeCompleted").passed().lines().stream()
            .map(EventSchemas::json)
            .toList();
    assertThat(probes)
        .allSatisfy(EventSchemas::assertValid)
        .filteredOn(event -> !event.at("/data/trigger").asText().equals("rehearsal"))
        .isNotEmpty()
        .allMatch(event -> event.at("/data/outcome").asText().equals("passed"));
    assertThat(probes)
        .filteredOn(event -> event.at("/data/trigger").asText().equals("rehearsal"))
        .extracting(event -> event.at("/data/outcome").asText())
        .contains("failed", "passed");

    afterARestartItIsStillSo();
  }

  private static void afterARestartItIsStillSo() {
    String signed = signing();
    concordat.run("down").passed();
    concordat.run("up", "--detach", "--port-offset", Integer.toString(offset)).passed();

    assertThat(signing()).isEqualTo(signed);
    JsonNode status =
        EventSchemas.json(
            concordat.run("key", "rollover", "--status", "-o", "json").passed().out());
    assertThat(status.path("state").asText()).isEqualTo("done");
    assertThat(status.path("retiring")).hasSize(1);
  }

  private static String signing() {
    JsonNode keys = EventSchemas.json(concordat.run("key", "list", "-o", "json").passed().out());
    return StreamSupport.stream(keys.spliterator(), false)
        .filter(key -> key.path("signs").asBoolean())
        .map(key -> key.path("keyId").asText())
        .collect(Collectors.joining(","));
  }

  /** The key ids of our document, in its order. */
  private static List<String> published() throws Exception {
    var ids = new ArrayList<String>();
    JsonNode document =
        EventSchemas.json(
            send(request("http://127.0.0.1:" + (8082 + offset) + "/metadata/json/1").GET()).body());
    document.path("keys").forEach(key -> ids.add(key.at("/keyinfo/x5t").asText()));
    return ids;
  }

  /** What {@code Set-PartnerApplication -RefreshAuthMetadata} does. */
  private static void exchangeReadsOurDocument() throws Exception {
    String simulator = "http://127.0.0.1:" + (9085 + offset) + "/simulator/partner-applications";
    for (JsonNode one : EventSchemas.json(send(request(simulator).GET()).body())) {
      String url =
          simulator
              + "/"
              + URLEncoder.encode(one.path("name").asText(), StandardCharsets.UTF_8)
              + "/refresh";
      var answer = send(request(url).POST(HttpRequest.BodyPublishers.noBody()));
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }
  }

  private static HttpRequest.Builder request(String url) {
    return HttpRequest.newBuilder(URI.create(url));
  }

  private static HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  /** Somebody who gets tokens, and somebody who probes, one after the other, all the time. */
  private static final class Callers implements AutoCloseable {

    private final List<String> failures = Collections.synchronizedList(new ArrayList<>());
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopping;
    private final AtomicInteger answered = new AtomicInteger();

    Callers() throws IOException {
      String admin = Files.readString(state.resolve("admin-token")).strip();
      threads.add(Thread.ofVirtual().start(() -> repeat(() -> token(admin))));
      threads.add(Thread.ofVirtual().start(() -> repeat(() -> probe(admin))));
    }

    private interface Call {
      HttpResponse<String> make() throws IOException, InterruptedException;
    }

    private void repeat(Call call) {
      try {
        while (!stopping) {
          HttpResponse<String> answer = call.make();
          answered.incrementAndGet();
          if (answer.statusCode() != 200 || answer.body().contains("\"failed\"")) {
            failures.add(answer.statusCode() + " " + answer.body());
          }
        }
      } catch (IOException | InterruptedException e) {
        failures.add(e.toString());
      }
    }

    private static HttpResponse<String> token(String admin)
        throws IOException, InterruptedException {
      Map<String, String> form = new LinkedHashMap<>();
      form.put("grant_type", "client_credentials");
      form.put("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
      form.put("client_assertion", admin);
      form.put("audience", "exchange");
      String body =
          form.entrySet().stream()
              .map(
                  it ->
                      it.getKey() + "=" + URLEncoder.encode(it.getValue(), StandardCharsets.UTF_8))
              .collect(Collectors.joining("&"));
      return send(
          request("http://127.0.0.1:" + (8083 + offset) + "/oauth2/token")
              .header("Content-Type", "application/x-www-form-urlencoded")
              .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private static HttpResponse<String> probe(String admin)
        throws IOException, InterruptedException {
      return send(
          request("http://127.0.0.1:" + (8084 + offset) + "/v1/probes")
              .header("Authorization", "Bearer " + admin)
              .header("Content-Type", "application/json")
              .header("Prefer", "wait=30")
              .POST(
                  HttpRequest.BodyPublishers.ofString(
                      "{\"sipAddress\":\"%s\",\"partner\":\"exchange\"}".formatted(KEN))));
    }

    void stop() throws InterruptedException {
      stopping = true;
      for (Thread thread : threads) {
        thread.join();
      }
    }

    List<String> failures() {
      return failures;
    }

    int answered() {
      return answered.get();
    }

    @Override
    public void close() {
      try {
        stop();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
