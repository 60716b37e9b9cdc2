package dev.concordat.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.contracts.Topic;
import dev.concordat.suite.FirstJourney;
import dev.concordat.suite.LocalSuite;
import dev.concordat.suite.Options;
import dev.concordat.suite.Part;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The registry's back-up, when it is all that there is: the partners topic is lost while no
 * registry runs that would remember it, and the services that ran all along follow what the file
 * brings back; or all of Kafka's data is lost with everything that ran.
 */
class StateRestoreIT {

  private static final Duration SOON = Duration.ofSeconds(30);

  private static final List<Part> FOLLOWERS = List.of(Part.METADATA_SERVICE, Part.TOKEN_SERVICE);

  @Test
  void what_a_backup_brings_back_the_services_follow_without_a_restart(@TempDir Path folder)
      throws Exception {
    Path file = folder.resolve("registry.ndjson");
    try (LocalSuite suite =
        LocalSuite.start(
            Options.onFreePorts(folder.resolve("state")).without(Part.PROBE_SERVICE), _ -> {})) {
      var concordat = new Launcher(suite.state().root());
      for (String name : List.of("exchange", "removed-since")) {
        concordat
            .run("partner", "new", name, "--metadata-url", suite.exchangeMetadataUrl())
            .passed();
      }
      await().atMost(SOON).until(() -> hasToken(concordat, "removed-since"));
      assertThat(concordat.run("state", "export", file.toString()).passed().out())
          .contains("has 2 partners");
      String backup = Files.readString(file);

      // From here on only the file knows it.
      concordat.run("partner", "remove", "removed-since").passed();
      await().atMost(SOON).until(() -> !hasToken(concordat, "removed-since"));
      suite.stop(Part.TRUST_REGISTRY);
      List<OptionalLong> running = FOLLOWERS.stream().map(suite::pid).toList();
      makePartnersTopicAnew(suite);
      suite.startAgain(Part.TRUST_REGISTRY);

      assertThat(names(concordat)).as("what the registry has lost").isEmpty();
      assertThat(hasToken(concordat, "exchange")).as("the others know what they knew").isTrue();
      for (Part follower : FOLLOWERS) {
        await().atMost(SOON).until(() -> partnersView(suite, follower).startsWith("degraded"));
        assertThat(suite.isReady(follower)).isTrue();
      }

      assertThat(concordat.run("state", "import", file.toString()).passed().out())
          .contains("2 created, 0 replaced, 0 removed, 0 unchanged, 0 refused");
      assertThat(names(concordat)).as("after the dry run").isEmpty();
      assertThat(concordat.run("state", "import", file.toString(), "--apply").passed().err())
          .contains("2 written");

      assertThat(names(concordat)).containsExactly("exchange", "removed-since");
      await().atMost(SOON).until(() -> hasToken(concordat, "removed-since"));
      assertThat(hasToken(concordat, "exchange")).isTrue();
      assertThat(document(concordat, "removed-since").path("outcome").asText())
          .isIn("changed", "unchanged");
      for (Part follower : FOLLOWERS) {
        await()
            .atMost(SOON)
            .until(() -> partnersView(suite, follower), it -> it.equals("current, 2 keys"));
      }
      assertThat(FOLLOWERS.stream().map(suite::pid).toList())
          .as("nobody was restarted")
          .isEqualTo(running);

      assertThat(concordat.run("state", "import", file.toString(), "--apply").passed().out())
          .contains("2 unchanged");
      concordat.run("state", "export", file.toString()).passed();
      assertThat(partners(Files.readString(file))).isEqualTo(partners(backup));
    }
  }

  @Test
  void after_a_loss_of_everything_the_backup_and_the_signing_key_are_enough(@TempDir Path folder)
      throws Exception {
    Path file = folder.resolve("registry.ndjson");
    Options options = Options.onFreePorts(folder.resolve("state"));
    String signingKey;
    try (LocalSuite suite = LocalSuite.start(options, _ -> {})) {
      var journey = new FirstJourney(suite);
      journey.makeExchangeAcceptUs();
      journey.registerWorkload();
      journey.registerExchange("exchange");
      signingKey = passed(journey.probe("exchange"));
      new Launcher(suite.state().root()).run("state", "export", file.toString()).passed();
    }

    deleteTree(options.stateFolder().resolve("kafka"));

    try (LocalSuite suite = LocalSuite.start(options, _ -> {})) {
      var concordat = new Launcher(suite.state().root());
      assertThat(names(concordat)).as("before the back-up is read").isEmpty();
      assertThat(concordat.run("state", "import", file.toString(), "--apply").passed().err())
          .contains("2 written");

      assertThat(names(concordat)).containsExactly("concordat-probe", "exchange");
      await().atMost(SOON).until(() -> hasToken(concordat, "exchange"));
      await()
          .atMost(SOON)
          .until(() -> partnersView(suite, Part.PROBE_SERVICE), it -> it.equals("current, 2 keys"));
      assertThat(passed(new FirstJourney(suite).probe("exchange")))
          .as("the key that the partner trusts signs again, without anything done there")
          .isEqualTo(signingKey);
    }
  }

  /** The key that signed the token of a probe, which has passed. */
  private static String passed(JsonNode probe) {
    assertThat(probe.path("outcome").asText()).as(probe.toString()).isEqualTo("passed");
    assertThat(probe.path("signingKey").asText()).isNotEmpty();
    return probe.path("signingKey").asText();
  }

  private static void deleteTree(Path root) throws IOException {
    try (var tree = Files.walk(root)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private static void makePartnersTopicAnew(LocalSuite suite) throws Exception {
    Topic topic = Topic.PARTNERS;
    try (var admin = Admin.create(Map.of("bootstrap.servers", suite.kafkaBootstrap()))) {
      admin.deleteTopics(List.of(topic.topicName())).all().get(20, TimeUnit.SECONDS);
      // The broker ends a deletion after it has answered.
      await()
          .atMost(SOON)
          .ignoreExceptions()
          .until(
              () -> {
                admin
                    .createTopics(
                        List.of(
                            new NewTopic(topic.topicName(), topic.partitions(), (short) 1)
                                .configs(topic.settings())))
                    .all()
                    .get(20, TimeUnit.SECONDS);
                return true;
              });
    }
  }

  private static boolean hasToken(Launcher concordat, String partner) {
    return concordat.run("token", "get", "--partner", partner).exitCode() == 0;
  }

  private static List<String> names(Launcher concordat) {
    var names = new ArrayList<String>();
    EventSchemas.json(concordat.run("partner", "list", "-o", "json").passed().out())
        .forEach(it -> names.add(it.path("name").asText()));
    return names;
  }

  private static JsonNode document(Launcher concordat, String partner) {
    return EventSchemas.json(concordat.run("partner", "get", partner, "-o", "json").passed().out())
        .path("metadata");
  }

  /** The partners, without the first line, which has the time and the revision. */
  private static List<String> partners(String backup) {
    return backup.lines().skip(1).toList();
  }

  /** What a service's health says of its view of the partners topic. */
  private static String partnersView(LocalSuite suite, Part service)
      throws IOException, InterruptedException {
    try (var http = HttpClient.newHttpClient()) {
      HttpResponse<String> health =
          http.send(
              HttpRequest.newBuilder(suite.managementUrl(service).resolve("/q/health/ready"))
                  .timeout(Duration.ofSeconds(5))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      return EventSchemas.json(health.body())
          .findPath("view of " + Topic.PARTNERS.topicName())
          .asText();
    }
  }
}
