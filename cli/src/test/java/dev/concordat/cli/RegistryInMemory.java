package dev.concordat.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.concordat.contracts.Json;
import dev.concordat.contracts.Problem;
import dev.concordat.contracts.events.PartnerApplication;
import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.Trust;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server that answers as the trust-registry does, with the rules that an import can run into. The
 * registry's own tests hold the rules themselves.
 */
final class RegistryInMemory implements AutoCloseable {

  /** What a command said. */
  record Result(int exitCode, String out, String err) {}

  private final HttpServer server;
  private final Path folder;
  private final TreeMap<String, PartnerRegistered> partners = new TreeMap<>();
  private final ConcurrentLinkedQueue<String> asked = new ConcurrentLinkedQueue<>();
  private final AtomicInteger busy = new AtomicInteger();
  private long revision;

  RegistryInMemory(Path folder) throws IOException {
    this.folder = folder;
    Files.writeString(folder.resolve("admin-token"), "the-token\n");
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::answer);
    server.start();
  }

  /** Runs a command against it. */
  Result run(String... arguments) {
    var all = new ArrayList<>(Arrays.asList(arguments));
    all.addAll(
        List.of(
            "--server-url",
            "http://127.0.0.1:" + server.getAddress().getPort(),
            "--state-dir",
            folder.toString()));
    var out = new StringWriter();
    var err = new StringWriter();
    int exitCode =
        Concordat.commandLine()
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(all.toArray(String[]::new));
    return new Result(exitCode, out.toString(), err.toString());
  }

  /** What was asked of it, such as {@code PUT /v1/partners/a}. */
  List<String> asked(String method) {
    return asked.stream().filter(it -> it.startsWith(method + " ")).toList();
  }

  /** The next so many requests find it busy. */
  void busyFor(int requests) {
    busy.set(requests);
  }

  synchronized List<PartnerApplication> registered() {
    return partners.values().stream().map(PartnerRegistered::application).toList();
  }

  synchronized PartnerApplication registered(String name) {
    return Objects.requireNonNull(partners.get(folded(name)), name).application();
  }

  synchronized void register(PartnerApplication partner) {
    put(partners, partner);
  }

  synchronized void clear() {
    partners.clear();
    asked.clear();
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
    if (busy.getAndUpdate(it -> Math.max(0, it - 1)) > 0) {
      exchange.getResponseHeaders().add("Retry-After", "0");
      send(exchange, 503, Problem.of("registry-unavailable", "Busy", 503, "Try again."));
      return;
    }
    String path = exchange.getRequestURI().getPath();
    String query = Optional.ofNullable(exchange.getRequestURI().getQuery()).orElse("");
    synchronized (this) {
      if (path.equals("/v1/partners/check")) {
        check(exchange, new String(body, UTF_8), query);
      } else if (path.equals("/v1/partners")) {
        page(exchange, query);
      } else {
        one(exchange, path.substring("/v1/partners/".length()), body, query);
      }
    }
  }

  private void check(HttpExchange exchange, String body, String query) throws IOException {
    var copy = new TreeMap<>(partners);
    var answer = new StringBuilder();
    for (String line : body.lines().toList()) {
      var asked = Json.mapper().readValue(line, PartnerApplication.class);
      PartnerRegistered before = copy.get(folded(asked.name()));
      ObjectNode each = Json.mapper().createObjectNode().put("name", asked.name());
      Optional<Problem> refused = refusal(copy, asked, query);
      if (refused.isPresent()) {
        each.put("outcome", "refused");
        each.set("before", Json.mapper().valueToTree(before));
        each.set("problem", Json.mapper().valueToTree(refused.get()));
      } else if (before != null && before.application().equals(asked)) {
        each.put("outcome", "unchanged");
      } else {
        each.put("outcome", before == null ? "created" : "replaced");
        each.set("before", Json.mapper().valueToTree(before));
        each.set("after", Json.mapper().valueToTree(put(copy, asked).application()));
      }
      answer.append(each).append('\n');
    }
    exchange.getResponseHeaders().add("Content-Type", "application/x-ndjson");
    send(exchange, 200, answer.toString().getBytes(UTF_8));
  }

  private void page(HttpExchange exchange, String query) throws IOException {
    int at = query.indexOf("cursor=");
    var rest = at < 0 ? partners : partners.tailMap(query.substring(at + 7), false);
    ObjectNode page = Json.mapper().createObjectNode();
    var items = page.putArray("items");
    rest.values().stream().limit(1000).forEach(it -> items.add(Json.mapper().valueToTree(it)));
    if (rest.size() > 1000) {
      page.put("next", folded(items.get(999).path("name").asText()));
    }
    send(exchange, 200, page);
  }

  private void one(HttpExchange exchange, String encoded, byte[] body, String query)
      throws IOException {
    String name = URLDecoder.decode(encoded, UTF_8);
    PartnerRegistered before = partners.get(folded(name));
    switch (exchange.getRequestMethod()) {
      case "PUT" -> {
        var asked = Json.mapper().readValue(body, PartnerApplication.class);
        Optional<Problem> refused = refusal(partners, asked, query);
        if (refused.isPresent()) {
          send(exchange, refused.get().status(), refused.get());
        } else {
          send(exchange, before == null ? 201 : 200, put(partners, asked));
        }
      }
      case "DELETE" -> {
        if (before != null && needed(name)) {
          send(exchange, 409, Problem.of("token-server-in-use", "In use", 409, "By others."));
        } else {
          partners.remove(folded(name));
          exchange.sendResponseHeaders(before == null ? 404 : 204, -1);
          exchange.close();
        }
      }
      default -> {
        if (before == null) {
          send(exchange, 404, Problem.of("partner-unknown", "There is no such partner", 404, name));
        } else {
          send(exchange, 200, before);
        }
      }
    }
  }

  private boolean needed(String tokenServer) {
    return partners.values().stream()
        .anyMatch(
            it ->
                it.trust() instanceof Trust.ByTokenServer(String named)
                    && named.equalsIgnoreCase(tokenServer));
  }

  private static Optional<Problem> refusal(
      Map<String, PartnerRegistered> state, PartnerApplication asked, String query) {
    if (!asked.name().matches("[A-Za-z0-9][A-Za-z0-9 ._-]{0,44}")) {
      return Optional.of(
          Problem.of("partner-malformed", "The partner does not hold", 422, "The name is bad."));
    }
    if (asked.trust() instanceof Trust.ByTokenServer(String named)
        && Optional.ofNullable(state.get(folded(named)))
            .filter(it -> it.kind() == PartnerKind.TOKEN_SERVER)
            .isEmpty()) {
      return Optional.of(
          Problem.of(
              "partner-malformed",
              "The partner does not hold",
              422,
              "trust.tokenServer is '%s'; register that one first.".formatted(named)));
    }
    PartnerRegistered before = state.get(folded(asked.name()));
    if (before != null
        && !Objects.equals(before.realm(), asked.realm())
        && !query.contains("acceptIdentityChange=true")) {
      return Optional.of(
          Problem.of("identity-change", "This would make it another partner", 409, "realm."));
    }
    return asked.realm() == null || asked.applicationIdentifier() == null
        ? Optional.empty()
        : state.values().stream()
            .filter(it -> !it.name().equals(asked.name()))
            .filter(it -> asked.realm().equals(it.realm()))
            .filter(it -> asked.applicationIdentifier().equals(it.applicationIdentifier()))
            .findFirst()
            .map(
                it ->
                    Problem.of(
                        "identity-taken",
                        "Another partner has this identity",
                        409,
                        "The partner %s has it.".formatted(it.name())));
  }

  private PartnerRegistered put(Map<String, PartnerRegistered> state, PartnerApplication asked) {
    var registered =
        PartnerRegistered.of(
            asked, null, ++revision, Instant.parse("2026-11-24T12:00:00Z"), "admin");
    state.put(folded(asked.name()), registered);
    return registered;
  }

  private static String folded(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  private static void send(HttpExchange exchange, int status, Object body) throws IOException {
    send(exchange, status, Json.mapper().writeValueAsBytes(body));
  }

  private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }
}
