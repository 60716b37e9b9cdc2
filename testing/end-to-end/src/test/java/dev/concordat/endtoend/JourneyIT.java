package dev.concordat.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.concordat.contracts.Json;
import dev.concordat.simulator.Simulator;
import dev.concordat.simulator.SimulatorSettings;
import dev.concordat.suite.Part;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * An admin's whole journey by the command line: the suite comes up, Exchange is registered by the
 * URL of its document, a conversation-history probe passes, and each step's event is on Kafka. Then
 * what an admin gets wrong.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class JourneyIT {

  private static final String KEN = "sip:kenmyer@litwareinc.com";

  @TempDir static Path folder;
  @AutoClose private static SuiteUnderTest suite;
  private static Launcher concordat;
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @BeforeAll
  static void up() throws IOException {
    suite = SuiteUnderTest.in(folder);
    concordat = suite.concordat();
  }

  @AfterEach
  void withoutFaults() throws Exception {
    simulator("DELETE", "/simulator/faults", "");
  }

  @Test
  @Order(1)
  void up_proves_the_first_mailbox_and_shows_each_stage_with_its_time() {
    Launcher.Result up = suite.launched().start();

    assertThat(up.out())
        .contains("Test passed in")
        .contains("Status page:")
        .contains("./concordat events");
    for (String stage :
        List.of("challenge", "token", "autodiscover", "folder", "create", "verify", "delete")) {
      assertThat(up.lines())
          .as(stage)
          .anyMatch(line -> line.strip().matches(stage + "\\s+passed\\s+\\d+ ms.*"));
    }
  }

  @Test
  @Order(2)
  void status_shows_every_part_ready() {
    var status = suite.launched().concordat().run("status").passed();

    for (String part :
        List.of(
            "kafka",
            "trust-registry",
            "metadata-service",
            "token-service",
            "probe-service",
            "partner-simulator")) {
      assertThat(status.lines()).anyMatch(line -> line.startsWith(part) && line.endsWith("ready"));
    }
  }

  @Test
  @Order(3)
  void the_partner_is_listed_with_the_identity_that_its_document_has() {
    var list = concordat.run("partner", "list").passed();
    assertThat(list.out()).contains("00000002-0000-0ff1-ce00-000000000000@litwareinc.com");

    JsonNode get = json(concordat.run("partner", "get", "exchange", "-o", "json").passed().out());
    assertThat(get.path("partner").path("kind").asText()).isEqualTo("exchange");
    assertThat(get.path("metadata").path("certificates")).hasSize(1);
  }

  @Test
  @Order(4)
  void another_partner_is_registered_shown_and_removed_and_gets_no_token_then() {
    concordat.run("partner", "new", "second", "--metadata-url", exchangeUrl()).passed();

    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> concordat.run("token", "get", "--partner", "second").exitCode() == 0);

    concordat.run("partner", "remove", "second").passed();
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> concordat.run("token", "get", "--partner", "second").exitCode() == 1);
    assertThat(concordat.run("partner", "get", "second").exitCode()).isEqualTo(1);
  }

  @Test
  @Order(5)
  void a_probe_by_hand_says_a_line_a_stage_and_the_verdict() {
    var probe = concordat.run("probe", KEN).passed();

    assertThat(probe.lines()).hasSizeGreaterThanOrEqualTo(8);
    assertThat(probe.lines().getLast()).startsWith("Test passed in");
    JsonNode result = json(concordat.run("probe", KEN, "-o", "json").passed().out());
    assertThat(result.path("outcome").asText()).isEqualTo("passed");
    assertThat(result.path("signingKey").asText()).isNotEmpty();
    assertThat(result.path("itemDeleted").asBoolean()).isTrue();
  }

  @Test
  @Order(6)
  void a_kept_item_is_in_the_mailbox_and_a_deleted_one_is_not() throws Exception {
    String mailbox = "keeper-%d@litwareinc.com".formatted(ProcessHandle.current().pid());
    simulator("POST", "/simulator/mailboxes", "{\"address\": \"%s\"}".formatted(mailbox));
    String items = "/simulator/mailboxes/" + mailbox + "/items";
    concordat.run("probe", "sip:" + mailbox).passed();
    assertThat(json(simulator("GET", items, ""))).isEmpty();

    concordat.run("probe", "sip:" + mailbox, "--keep-item").passed();
    assertThat(json(simulator("GET", items, "")))
        .singleElement()
        .satisfies(
            item -> {
              assertThat(item.path("folder").asText()).isEqualTo("Conversation History");
              assertThat(item.path("itemClass").asText())
                  .isEqualTo("IPM.Note.Microsoft.Conversation");
            });
  }

  @Test
  @Order(7)
  void a_token_is_one_that_the_partner_would_accept() {
    String app = concordat.run("token", "get", "--partner", "exchange").passed().out().strip();
    assertThat(app).matches("[\\w-]+\\.[\\w-]+\\.[\\w-]+");
    assertThat(concordat.runWith(app, "token", "inspect").passed().out())
        .contains("The partner exchange accepts it")
        .contains("autodiscover.litwareinc.com");

    String user =
        concordat
            .run("token", "get", "--partner", "exchange", "--user", KEN)
            .passed()
            .out()
            .strip();
    assertThat(user).endsWith(".");
    assertThat(concordat.runWith(user, "token", "inspect").passed().out())
        .contains("\"sip\" : \"kenmyer@litwareinc.com\"")
        .contains("accepts it");

    var bent = concordat.runWith(app.substring(0, app.length() - 6) + "AAAAAA", "token", "inspect");
    assertThat(bent.exitCode()).isEqualTo(1);
    assertThat(bent.out()).contains("refuses it");
  }

  @Test
  @Order(8)
  void each_step_has_its_event_and_every_event_is_valid_by_its_schema() {
    List<JsonNode> events =
        concordat.run("events").passed().lines().stream().map(JourneyIT::json).toList();

    assertThat(events)
        .extracting(event -> event.path("type").asText())
        .contains(
            "dev.concordat.PartnerRegistered.v1",
            "dev.concordat.PartnerRemoved.v1",
            "dev.concordat.SigningKeyPublished.v1",
            "dev.concordat.MetadataRefreshed.v1",
            "dev.concordat.ProbeCompleted.v1");
    events.forEach(EventSchemas::assertValid);
    String everything = events.toString();
    assertThat(everything).doesNotContain("PRIVATE KEY").doesNotContain("eyJ");

    var probes = concordat.run("events", "--type", "ProbeCompleted").passed();
    assertThat(probes.lines())
        .isNotEmpty()
        .allMatch(line -> line.contains("dev.concordat.ProbeCompleted.v1"));
  }

  @Test
  @Order(9)
  void the_probes_event_is_a_cloud_event_in_binary_mode_on_kafka() {
    try (var consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", suite.launched().kafkaBootstrap()),
            new StringDeserializer(),
            new ByteArrayDeserializer())) {
      var partitions = new ArrayList<TopicPartition>();
      for (int i = 0; i < 12; i++) {
        partitions.add(new TopicPartition("concordat.probes", i));
      }
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      var targets = new ArrayList<String>();
      var types = new ArrayList<String>();
      await()
          .atMost(Duration.ofSeconds(20))
          .until(
              () -> {
                consumer
                    .poll(Duration.ofMillis(200))
                    .forEach(
                        record -> {
                          targets.add(record.key());
                          types.add(
                              new String(
                                  record.headers().lastHeader("ce_type").value(),
                                  StandardCharsets.UTF_8));
                        });
                return targets.contains(KEN);
              });
      assertThat(types).containsOnly("dev.concordat.ProbeCompleted.v1");
    }
  }

  @Test
  @Order(10)
  void reading_needs_a_role_and_writing_needs_admin() throws Exception {
    String partners = suite.url(Part.TRUST_REGISTRY) + "/v1/partners";
    assertThat(status("GET", partners, null)).isEqualTo(401);
    assertThat(status("GET", partners, "nonsense")).isEqualTo(401);
    assertThat(status("GET", partners, suite.viewerToken())).isEqualTo(200);
    assertThat(status("DELETE", partners + "/exchange", suite.viewerToken())).isEqualTo(403);
    assertThat(status("GET", suite.url(Part.METADATA_SERVICE) + "/metadata/json/1", null))
        .isEqualTo(200);
  }

  @Test
  @Order(20)
  void an_unknown_mailbox_fails_with_its_cause_and_what_to_do() {
    var probe = concordat.run("probe", "sip:nobody@litwareinc.com");

    assertThat(probe.exitCode()).isEqualTo(1);
    assertThat(probe.out()).contains("Test failed").contains("on ");
  }

  @Test
  @Order(21)
  void what_is_no_sip_address_is_wrong_usage() {
    var probe = concordat.run("probe", "not an address");

    assertThat(probe.exitCode()).isEqualTo(2);
    assertThat(probe.err()).contains("not an address");
  }

  @Test
  @Order(22)
  void names_that_are_taken_or_malformed_are_refused_by_name() {
    var taken = concordat.run("partner", "new", "exchange", "--metadata-url", exchangeUrl());
    assertThat(taken.exitCode()).isEqualTo(1);
    assertThat(taken.err()).contains("exchange is registered already");

    var malformed = concordat.run("partner", "new", "a/b'c", "--metadata-url", exchangeUrl());
    assertThat(malformed.exitCode()).isEqualTo(2);
    assertThat(malformed.err()).contains("name");
  }

  @Test
  @Order(23)
  void plain_http_is_refused_at_once() {
    var http =
        concordat.run(
            "partner",
            "new",
            "plain",
            "--metadata-url",
            "http://lab.litwareinc.com/metadata/json/1");

    assertThat(http.exitCode()).isEqualTo(2);
    assertThat(http.err()).contains("https");
  }

  @Test
  @Order(24)
  void a_token_for_an_unknown_partner_is_refused() {
    var token = concordat.run("token", "get", "--partner", "nobody");

    assertThat(token.exitCode()).isNotZero();
    assertThat(token.err()).contains("nobody");
  }

  @ParameterizedTest(name = "{0}")
  @Order(25)
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          html      | {"status":200,"body":"<html>Sign in</html>"}                         | metadata-html
          missing   | {"status":404}                                                        | metadata-http-status
          slow      | {"status":200,"body":"{}","delayMs":20000}                            | metadata-timeout
          broken    | {"status":200,"body":"{\\"a\\":1,\\"a\\":2}"}                          | metadata-invalid
          redirect  | {"status":302,"headers":{"Location":"http://127.0.0.1:9092/"}}        | metadata-redirects
          reset     | {"reset":true}                                                        | metadata-connection-lost
          """)
  void a_document_that_cannot_be_read_leaves_the_partner_registered_and_says_why(
      String name, String fault, String code) throws Exception {
    ObjectNode set = (ObjectNode) json(fault);
    set.put("path", "/bad/" + name);
    simulator("POST", "/simulator/faults", set.toString());

    assertProblem(name, suite.exchange() + "/bad/" + name, code);
  }

  @Test
  @Order(26)
  void a_document_with_only_an_expired_certificate_is_used_for_its_identity_and_says_so()
      throws Exception {
    JsonNode vectors =
        Json.mapper()
            .readTree(
                Launcher.home().resolve("contracts/src/test/resources/vectors.json").toFile());
    String pem = vectors.path("keys").path("old").path("certificatePem").asText();
    assertThat(pem).isNotEmpty();
    String document =
        """
        {"issuer":"00000002-0000-0ff1-ce00-000000000000@litwareinc.com","keys":[{"usage":"signing",\
        "keyvalue":{"type":"x509Certificate","value":"%s"}}]}"""
            .formatted(pem.replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", ""));
    simulator(
        "POST",
        "/simulator/faults",
        Json.mapper()
            .writeValueAsString(Map.of("path", "/bad/expired", "status", 200, "body", document)));

    assertProblem("expired", suite.exchange() + "/bad/expired", "certificate-expired");
  }

  @Test
  @Order(27)
  void hosts_that_are_unknown_silent_or_named_otherwise_each_have_their_name() {
    assertProblem("dns", "https://nowhere.invalid/metadata/json/1", "metadata-host-unknown");
    assertProblem("silent", "https://litwareinc.com:1/metadata/json/1", "metadata-unreachable");
    assertProblem(
        "name",
        suite.exchangeByAnotherName().resolve("/autodiscover/metadata/json/1").toString(),
        "metadata-tls");
  }

  @Test
  @Order(28)
  void a_server_whose_authority_is_not_trusted_is_told_as_such() {
    suite.launched();
    try (var stranger = Simulator.start(SimulatorSettings.forTests())) {
      assertProblem(
          "stranger",
          "https://autodiscover.litwareinc.com:"
              + stranger.httpsPort()
              + "/autodiscover/metadata/json/1",
          "metadata-tls");
    }
  }

  @Test
  @Order(30)
  void after_down_and_up_the_same_partners_are_there_and_the_probe_passes_again() {
    LaunchedSuite launched = suite.launched();
    List<String> before = names();
    concordat.run("down").passed();
    assertThat(concordat.run("status").exitCode()).isEqualTo(1);
    var away = concordat.run("partner", "list");
    assertThat(away.exitCode()).isEqualTo(2);
    assertThat(away.err()).contains("./concordat up");

    var again = launched.upAgain("--detach").passed();

    assertThat(again.out()).contains("Test passed in");
    assertThat(names()).isEqualTo(before);
  }

  @Test
  @Order(31)
  void a_second_up_says_that_it_runs_already() {
    var second = suite.launched().upAgain();

    assertThat(second.exitCode()).isEqualTo(1);
    assertThat(second.err()).contains("runs already");
  }

  private static void assertProblem(String name, String url, String code) {
    concordat.run("partner", "new", name, "--kind", "generic", "--metadata-url", url).passed();
    await()
        .atMost(Duration.ofSeconds(30))
        // Each look is a process of its own.
        .pollInterval(Duration.ofMillis(500))
        .untilAsserted(
            () -> {
              JsonNode problem =
                  json(concordat.run("partner", "get", name, "-o", "json").passed().out())
                      .path("metadata")
                      .path("problem");
              assertThat(problem.path("type").asText()).isEqualTo("urn:concordat:problem:" + code);
              assertThat(problem.path("detail").asText()).isNotEmpty();
            });
    assertThat(concordat.run("partner", "get", name).passed().out()).contains("Problem");
    concordat.run("partner", "remove", name).passed();
  }

  private static List<String> names() {
    var names = new ArrayList<String>();
    json(concordat.run("partner", "list", "-o", "json").passed().out())
        .forEach(it -> names.add(it.path("name").asText()));
    return names;
  }

  private static String exchangeUrl() {
    return suite.exchange().resolve("/autodiscover/metadata/json/1").toString();
  }

  private static String simulator(String method, String path, String body)
      throws IOException, InterruptedException {
    HttpResponse<String> answer =
        HTTP.send(
            HttpRequest.newBuilder(suite.managementUrl(Part.PARTNER_SIMULATOR).resolve(path))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isLessThan(300);
    return answer.body();
  }

  private static int status(String method, String url, String token)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url)).method(method, HttpRequest.BodyPublishers.noBody());
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString()).statusCode();
  }

  private static JsonNode json(String text) {
    return EventSchemas.json(text);
  }
}
