package dev.concordat.deploy.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.deploy.Checkout;
import dev.concordat.deploy.SuiteCalls;
import dev.concordat.suite.Part;
import dev.concordat.suite.Replicas;
import dev.concordat.suite.ServiceCluster;
import dev.concordat.testing.kafka.FreePorts;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** A real Prometheus with our rules beside a running suite. */
@EnabledIfSystemProperty(
    named = "prometheus",
    matches = "true",
    disabledReason =
        "needs prometheus and promtool (apt-get install prometheus); mvn -Pprometheus verify runs it")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PrometheusIT {

  private static final List<String> FLAGS =
      List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx96m");
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  @TempDir static Path folder;

  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static ServiceCluster cluster;
  private static Process prometheus;
  private static int port;

  @BeforeAll
  static void startEverything() throws Exception {
    cluster =
        ServiceCluster.start(
            folder.resolve("suite"),
            1,
            Replicas.of(Part.TRUST_REGISTRY, 1, FLAGS),
            Replicas.of(Part.METADATA_SERVICE, 1, FLAGS),
            Replicas.of(Part.TOKEN_SERVICE, 1, FLAGS),
            Replicas.of(Part.PROBE_SERVICE, 1, FLAGS),
            Replicas.of(Part.PARTNER_SIMULATOR, 1, FLAGS));
    var calls = new SuiteCalls(cluster);
    await().atMost(PATIENCE).until(() -> calls.makeExchangeAcceptUs().statusCode() / 100 == 2);
    calls.registerWorkload();
    calls.registerExchange();
    await()
        .atMost(PATIENCE)
        .until(() -> calls.token(calls.first(Part.TOKEN_SERVICE).url()).statusCode() == 200);
    assertThat(calls.probe().statusCode()).isEqualTo(200);
    // A token that is presented to us.
    calls.get(calls.first(Part.TOKEN_SERVICE).url().resolve("/authorize"));
    startPrometheus();
  }

  @AfterAll
  static void stopEverything() throws InterruptedException {
    if (prometheus != null) {
      prometheus.destroy();
      prometheus.waitFor(10, TimeUnit.SECONDS);
    }
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  @Order(1)
  void promtoolPassesEveryCaseOfTheRules() throws IOException, InterruptedException {
    Process promtool =
        new ProcessBuilder("promtool", "test", "rules", "rules-test.yaml", "rules-days-test.yaml")
            .directory(Checkout.path("deploy/tests/src/test/prometheus").toFile())
            .redirectErrorStream(true)
            .start();
    String said = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(promtool.waitFor()).as(said).isZero();
  }

  @Test
  @Order(2)
  void prometheusCanEvaluateEveryRuleAndEveryPanel() throws Exception {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(api("rules").findValuesAsText("health"))
                    .isNotEmpty()
                    .allMatch(it -> it.equals("ok")));
    // A rate needs two readings, and what only a fault brings about stays empty here.
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(emptyPanels()).allMatch(it -> it.contains("Failures by stage")));
  }

  private static Set<String> emptyPanels() throws Exception {
    var empty = new TreeSet<String>();
    for (var query : Queries.all().entrySet()) {
      String expression =
          query.getValue().replace("$__rate_interval", "1m").replace("$partner", "exchange");
      JsonNode answer = api("query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8));
      assertThat(answer.path("status").asText())
          .as(query.getKey() + ": " + answer)
          .isEqualTo("success");
      if (answer.at("/data/result").isEmpty() && !query.getKey().startsWith("rules.yaml")) {
        empty.add(query.getKey());
      }
    }
    return empty;
  }

  @Test
  @Order(3)
  void theAlertFiresUnderTheFaultAndEndsAfterIt() throws Exception {
    await().atMost(PATIENCE).until(() -> !firing().contains("ConcordatRegistryNotDeciding"));
    var registry = cluster.replicas(Part.TRUST_REGISTRY).getFirst();

    registry.kill();

    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(firing())
                    .contains("ConcordatServiceDown", "ConcordatRegistryNotDeciding"));

    registry.start();
    registry.awaitReady();
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(firing())
                    .doesNotContain("ConcordatServiceDown", "ConcordatRegistryNotDeciding"));
  }

  private static List<String> firing() throws IOException, InterruptedException {
    var names = new ArrayList<String>();
    for (JsonNode alert : api("alerts").at("/data/alerts")) {
      if (alert.path("state").asText().equals("firing")) {
        names.add(alert.at("/labels/alertname").asText());
      }
    }
    return names;
  }

  private static void startPrometheus() throws IOException {
    port = FreePorts.one();
    // The rules as they are, but for how long a state must last before an alert fires.
    Path rules = folder.resolve("rules.yaml");
    Files.writeString(
        rules,
        Checkout.text("deploy/helm/concordat/files/rules.yaml")
            .replaceAll("(?m)^    (for|keep_firing_for): .*\\n", ""));
    var targets = new StringBuilder();
    for (Map.Entry<String, Integer> target : targets().entrySet()) {
      targets.append(
          "- {job_name: %s, metrics_path: /q/metrics, static_configs: [{targets: ['127.0.0.1:%d']}]}%n"
              .formatted(target.getKey(), target.getValue()));
    }
    Path configuration = folder.resolve("prometheus.yml");
    Files.writeString(
        configuration,
        "global: {scrape_interval: 1s, evaluation_interval: 1s}\nrule_files: ['%s']\nscrape_configs:\n%s"
            .formatted(rules, targets));
    prometheus =
        new ProcessBuilder(
                "prometheus",
                "--config.file=" + configuration,
                "--storage.tsdb.path=" + folder.resolve("tsdb"),
                "--web.listen-address=127.0.0.1:" + port)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("prometheus.log").toFile())
            .start();
  }

  private static Map<String, Integer> targets() {
    var targets = new java.util.LinkedHashMap<String, Integer>();
    for (Part part : Part.values()) {
      if (part.isService()) {
        targets.put(part.partName(), cluster.replicas(part).getFirst().managementUrl().getPort());
      }
    }
    return targets;
  }

  private static JsonNode api(String path) throws IOException, InterruptedException {
    return SuiteCalls.json(
        HTTP.send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/" + path))
                .timeout(Duration.ofSeconds(10))
                .build(),
            HttpResponse.BodyHandlers.ofString()));
  }
}
