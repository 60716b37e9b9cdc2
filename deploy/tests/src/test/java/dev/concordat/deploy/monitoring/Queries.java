package dev.concordat.deploy.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.deploy.Checkout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/** The PromQL of rules and dashboards, and the metrics that it asks for. */
public final class Queries {

  private static final String FILES = "deploy/helm/concordat/files/";
  private static final Pattern METRIC =
      Pattern.compile("\\b((?:concordat|http_server|jvm|process|system)_\\w+|up)\\b(?!\\s*\\()");
  private static final Pattern RECORDED = Pattern.compile("\\bconcordat:[\\w:]+");

  private Queries() {}

  /** Each alert by its name. */
  static Map<String, JsonNode> alerts() {
    var alerts = new TreeMap<String, JsonNode>();
    rules().stream()
        .filter(it -> it.has("alert"))
        .forEach(it -> alerts.put(it.path("alert").asText(), it));
    return alerts;
  }

  /** The names of recorded series. */
  static Set<String> recorded() {
    var names = new TreeSet<String>();
    rules().stream()
        .filter(it -> it.has("record"))
        .forEach(it -> names.add(it.path("record").asText()));
    return names;
  }

  private static List<JsonNode> rules() {
    return Checkout.documents(Checkout.text(FILES + "rules.yaml"))
        .getFirst()
        .findValues("rules")
        .stream()
        .flatMap(it -> StreamSupport.stream(it.spliterator(), false))
        .toList();
  }

  /** The dashboards by file name. */
  static Map<String, JsonNode> dashboards() {
    var dashboards = new TreeMap<String, JsonNode>();
    try (var files = Files.list(Checkout.path(FILES + "dashboards"))) {
      for (Path file : files.toList()) {
        dashboards.put(
            file.getFileName().toString(), Checkout.YAML.readTree(Files.readString(file)));
      }
      return dashboards;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Every query, by where it stands. */
  static Map<String, String> all() {
    var queries = new TreeMap<String, String>();
    for (JsonNode rule : rules()) {
      String name = rule.path("alert").asText(rule.path("record").asText());
      queries.put("rules.yaml " + name, rule.path("expr").asText());
    }
    dashboards()
        .forEach(
            (file, dashboard) -> {
              for (JsonNode panel : dashboard.path("panels")) {
                for (JsonNode target : panel.path("targets")) {
                  queries.put(
                      file
                          + " "
                          + panel.path("title").asText()
                          + " "
                          + target.path("refId").asText(),
                      target.path("expr").asText());
                }
              }
            });
    return queries;
  }

  /** The metrics that a query names, recorded ones left out. */
  public static Set<String> metrics(String query) {
    var metrics = new TreeSet<String>();
    String text =
        query.replaceAll("\"[^\"]*\"", "\"\"").replaceAll("\\b(by|without|on)\\s*\\([^)]*\\)", "");
    Matcher matcher = METRIC.matcher(RECORDED.matcher(text).replaceAll(""));
    while (matcher.find()) {
      metrics.add(matcher.group(1));
    }
    return metrics;
  }

  /** Where each metric is asked for that a running suite doesn't expose. */
  public static List<String> unknown(Set<String> exposed) {
    var unknown = new ArrayList<String>();
    all()
        .forEach(
            (where, query) ->
                metrics(query).stream()
                    // Prometheus makes it itself.
                    .filter(it -> !it.equals("up") && !exposed.contains(it))
                    .forEach(it -> unknown.add(it + " in " + where)));
    return unknown;
  }

  static List<String> recordedIn(String query) {
    return RECORDED.matcher(query).results().map(it -> it.group()).toList();
  }
}
