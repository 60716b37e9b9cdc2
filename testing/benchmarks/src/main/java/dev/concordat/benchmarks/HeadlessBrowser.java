package dev.concordat.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.contracts.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The Chromium of this machine, told by its DevTools protocol to open pages. */
final class HeadlessBrowser implements AutoCloseable {

  private static final List<String> PLACES =
      List.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome");
  private static final Pattern LISTENING =
      Pattern.compile("DevTools listening on ws://127\\.0\\.0\\.1:(\\d+)/");
  private static final long PATIENCE_SECONDS = 60;

  private final HttpClient http = HttpClient.newHttpClient();
  private final Process process;
  private final int port;

  private HeadlessBrowser(Path executable, Path profile) throws IOException {
    process =
        new ProcessBuilder(
                executable.toString(),
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--no-first-run",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile,
                "about:blank")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    port = port(process.errorReader(StandardCharsets.UTF_8));
  }

  /** Starts it; empty where this machine has none. */
  static Optional<HeadlessBrowser> start(Path profile) throws IOException {
    Optional<Path> executable =
        PLACES.stream().map(Path::of).filter(Files::isExecutable).findFirst();
    return executable.isPresent()
        ? Optional.of(new HeadlessBrowser(executable.get(), profile))
        : Optional.empty();
  }

  private static int port(BufferedReader said) throws IOException {
    for (String line = said.readLine(); line != null; line = said.readLine()) {
      Matcher listening = LISTENING.matcher(line);
      if (listening.find()) {
        Thread.ofVirtual().start(() -> said.lines().forEach(_ -> {}));
        return Integer.parseInt(listening.group(1));
      }
    }
    throw new IOException("Chromium ended before it listened");
  }

  /**
   * Opens a page in a new tab with an empty cache.
   *
   * @return milliseconds from the navigation until it is loaded, its scripts have run, and the main
   *     thread has time for a visitor
   */
  double timeToInteractive(URI page) throws IOException, InterruptedException {
    JsonNode tab =
        Json.mapper()
            .readTree(
                http.send(
                        HttpRequest.newBuilder(
                                URI.create(
                                    "http://127.0.0.1:%d/json/new?about:blank".formatted(port)))
                            .PUT(HttpRequest.BodyPublishers.noBody())
                            .build(),
                        HttpResponse.BodyHandlers.ofString())
                    .body());
    var messages = new Messages();
    WebSocket socket =
        http.newWebSocketBuilder()
            .buildAsync(URI.create(tab.path("webSocketDebuggerUrl").asText()), messages)
            .join();
    try {
      messages.ask(socket, "Network.enable", Map.of());
      messages.ask(socket, "Network.setCacheDisabled", Map.of("cacheDisabled", true));
      messages.ask(socket, "Page.enable", Map.of());
      messages.ask(socket, "Page.navigate", Map.of("url", page.toString()));
      messages.await("Page.loadEventFired");
      return messages
          .ask(
              socket,
              "Runtime.evaluate",
              Map.of(
                  "expression",
                  "new Promise(done => requestIdleCallback(() => done(performance.now())))",
                  "awaitPromise",
                  true))
          .path("result")
          .path("result")
          .path("value")
          .asDouble();
    } finally {
      messages.ask(socket, "Page.close", Map.of());
      socket.abort();
    }
  }

  /** What the browser says. */
  private static final class Messages implements WebSocket.Listener {
    private final BlockingQueue<JsonNode> said = new LinkedBlockingQueue<>();
    private final StringBuilder part = new StringBuilder();
    private int asked;

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
      part.append(text);
      if (last) {
        try {
          said.add(Json.mapper().readTree(part.toString()));
        } catch (IOException e) {
          said.add(Json.mapper().createObjectNode().put("method", "unreadable"));
        }
        part.setLength(0);
      }
      socket.request(1);
      return null;
    }

    JsonNode ask(WebSocket socket, String method, Map<String, Object> parameters)
        throws IOException, InterruptedException {
      int id = ++asked;
      var _ =
          socket
              .sendText(
                  Json.mapper()
                      .writeValueAsString(Map.of("id", id, "method", method, "params", parameters)),
                  true)
              .join();
      while (true) {
        JsonNode message = next();
        if (message.path("id").asInt() == id) {
          return message;
        }
        if (message.path("method").asText().equals("Page.loadEventFired")) {
          loaded = true;
        }
      }
    }

    private boolean loaded;

    void await(String method) throws IOException, InterruptedException {
      while (!loaded && !next().path("method").asText().equals(method)) {
        // Something else that happens in a browser.
      }
      loaded = false;
    }

    private JsonNode next() throws IOException, InterruptedException {
      JsonNode message = said.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (message == null) {
        throw new IOException("Chromium has not answered for %d s".formatted(PATIENCE_SECONDS));
      }
      return message;
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    http.close();
  }
}
