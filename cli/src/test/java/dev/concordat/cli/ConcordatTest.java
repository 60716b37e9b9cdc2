package dev.concordat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands against a server that answers as the services do. */
class ConcordatTest {

  @TempDir Path state;
  private HttpServer server;
  private final Map<String, Answer> answers = new HashMap<>();
  private final List<String> asked = new ArrayList<>();

  private record Answer(int status, String body) {}

  private record Result(int exitCode, String out, String err) {}

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    Files.writeString(state.resolve("admin-token"), "the-token\n");
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String key = exchange.getRequestMethod() + " " + exchange.getRequestURI();
    asked.add(
        key
            + " "
            + exchange.getRequestHeaders().getFirst("Authorization")
            + " "
            + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    Answer answer = answers.getOrDefault(key, new Answer(404, "{}"));
    byte[] body = answer.body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(answer.status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private Result run(String... arguments) {
    var all = new ArrayList<>(Arrays.asList(arguments));
    all.addAll(
        List.of(
            "--server-url",
            "http://127.0.0.1:" + server.getAddress().getPort(),
            "--state-dir",
            state.toString()));
    return plain(all.toArray(String[]::new));
  }

  private static Result plain(String... arguments) {
    var out = new StringWriter();
    var err = new StringWriter();
    int exitCode =
        Concordat.commandLine()
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(arguments);
    return new Result(exitCode, out.toString(), err.toString());
  }

  @Test
  void a_partner_is_registered_only_if_its_name_is_free_by_whoever_has_the_token() {
    answers.put("PUT /v1/partners/my%20exchange", new Answer(201, "{\"revision\":7}"));

    Result result =
        run(
            "partner",
            "new",
            "my exchange",
            "--metadata-url",
            "https://x/y",
            "--kind",
            "exchange",
            "--probe",
            "sip:a@b.c");

    assertThat(result.exitCode()).isZero();
    assertThat(result.out()).contains("revision 7");
    assertThat(asked)
        .singleElement()
        .satisfies(
            it ->
                assertThat(it)
                    .contains("Bearer the-token")
                    .contains("\"metadataUrl\":\"https://x/y\"")
                    .contains("\"kind\":\"exchange\"")
                    .contains("sip:a@b.c"));
  }

  @Test
  void a_problem_is_told_in_its_own_words_and_the_exit_code_says_whose_turn_it_is() {
    answers.put(
        "DELETE /v1/partners/a",
        new Answer(
            409,
            "{\"type\":\"urn:concordat:problem:x\",\"title\":\"Still needed\",\"status\":409,\"detail\":\"By b. Change b first.\"}"));
    answers.put(
        "DELETE /v1/partners/b",
        new Answer(
            422, "{\"title\":\"Does not hold\",\"status\":422,\"detail\":\"name is bad.\"}"));
    answers.put(
        "DELETE /v1/partners/c",
        new Answer(503, "{\"title\":\"Kafka is away\",\"status\":503,\"detail\":\"Try again.\"}"));
    answers.put("DELETE /v1/partners/d", new Answer(403, ""));
    answers.put("DELETE /v1/partners/e", new Answer(401, "<html>"));

    assertThat(run("partner", "remove", "a"))
        .isEqualTo(new Result(1, "", "Still needed. By b. Change b first.\n"));
    assertThat(run("partner", "remove", "b").exitCode()).isEqualTo(2);
    assertThat(run("partner", "remove", "c").exitCode()).isEqualTo(2);
    assertThat(run("partner", "remove", "d").err()).contains("lacks the role");
    assertThat(run("partner", "remove", "e").err()).contains("does not accept the token");
  }

  @Test
  void a_suite_that_is_not_there_is_usage_with_the_next_step() throws IOException {
    int closed;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed = socket.getLocalPort();
    }
    Result result =
        plain(
            "partner",
            "list",
            "--state-dir",
            state.toString(),
            "--server-url",
            "http://127.0.0.1:" + closed);

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains("can't be reached").doesNotContain("Exception");
  }

  @Test
  void without_a_token_it_says_where_one_comes_from() throws IOException {
    Files.delete(state.resolve("admin-token"));

    Result result = run("partner", "list");

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains("./concordat up").contains("CONCORDAT_TOKEN");
  }

  @Test
  void what_keeps_events_from_all_services_is_said_once() throws IOException {
    Files.delete(state.resolve("admin-token"));

    for (String follow : List.of("--type=ProbeCompleted", "--follow")) {
      Result events = run("events", follow);

      assertThat(events.exitCode()).isEqualTo(2);
      assertThat(events.err().lines()).hasSize(1).allMatch(line -> line.contains("no token"));
    }
  }

  @Test
  void a_probe_that_failed_exits_with_1_and_shows_cause_evidence_and_remedy() {
    answers.put(
        "POST /v1/probes",
        new Answer(
            200,
            """
            {"id":"1","outcome":"failed","duration":12,"itemDeleted":true,"stages":[
             {"name":"challenge","outcome":"passed","duration":3,"httpStatus":401,"detail":"offered"},
             {"name":"token","outcome":"failed","duration":9,"detail":"refused"}],
             "diagnosis":{"code":"x-y","summary":"It is so.","confidence":"proved","evidence":["seen it"],
             "remedies":[{"where":"the server","command":"Do-It","why":"it helps"}]}}"""));

    Result result = run("probe", "sip:kenmyer@litwareinc.com", "--token", "cached");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.out())
        .contains("challenge     passed")
        .contains("HTTP 401")
        .contains("Test failed.")
        .contains("It is so. (x-y, proved)")
        .contains("seen: seen it")
        .contains("Do-It");
    assertThat(asked.getFirst()).contains("\"deleteItem\":true").contains("\"token\":\"cached\"");
  }

  @Test
  void a_probe_is_followed_stage_by_stage_to_its_verdict() {
    answers.put("POST /v1/probes", new Answer(202, "{\"id\":\"7\",\"status\":\"running\"}"));
    answers.put(
        "GET /v1/probes/7/events",
        new Answer(
            200,
            """
            event:began
            data:{"name":"challenge"}

            event:stage
            data:{"name":"challenge","outcome":"passed","duration":3,"httpStatus":401,"detail":"offered"}

            event:completed
            data:{"id":"7","outcome":"passed","duration":12,"itemDeleted":true,"stages":[{"name":"challenge","outcome":"passed","duration":3},{"name":"token","outcome":"passed","duration":9}]}

            """));

    Result result = run("probe", "sip:kenmyer@litwareinc.com", "--partner", "exchange");

    assertThat(result.exitCode()).isZero();
    assertThat(result.out().lines())
        .satisfiesExactly(
            first -> assertThat(first).startsWith("challenge     passed").contains("offered"),
            second -> assertThat(second).startsWith("token         passed"),
            third -> assertThat(third).isEqualTo("Test passed in 12 ms."));
    assertThat(asked.getFirst()).contains("\"partner\":\"exchange\"");
  }

  @Test
  void a_probe_whose_feed_ends_early_is_asked_for_its_result() {
    answers.put("POST /v1/probes", new Answer(202, "{\"id\":\"7\"}"));
    answers.put("GET /v1/probes/7/events", new Answer(200, ""));
    answers.put(
        "GET /v1/probes/7",
        new Answer(
            200, "{\"id\":\"7\",\"outcome\":\"failed\",\"stages\":[],\"itemDeleted\":true}"));
    assertThat(run("probe", "sip:kenmyer@litwareinc.com").exitCode()).isEqualTo(1);
  }

  @Test
  void every_mailbox_of_the_settings_is_probed_and_reported_for_a_build_server() {
    answers.put(
        "GET /v1/partners?limit=1000",
        new Answer(
            200,
            """
            {"items":[{"name":"exchange","kind":"exchange","trustLevel":"full","enabled":true,"revision":1,
             "changedAt":"2026-01-01T00:00:00Z","changedBy":"ann",
             "probe":{"sipAddresses":["sip:ken@litwareinc.com","sip:pilar@litwareinc.com"]}},
             {"name":"off","kind":"exchange","trustLevel":"full","enabled":false,"revision":2,
             "changedAt":"2026-01-01T00:00:00Z","changedBy":"ann",
             "probe":{"sipAddresses":["sip:nobody@litwareinc.com"]}}]}"""));
    answers.put(
        "POST /v1/probes",
        new Answer(
            200,
            """
            {"id":"1","partner":"exchange","kind":"conversation-history","sipAddress":"sip:ken@litwareinc.com",
             "outcome":"failed","duration":1500,"itemDeleted":true,"stages":[],
             "diagnosis":{"code":"x-y","summary":"It is <so>.","confidence":"proved","evidence":[],"remedies":[]}}"""));

    Result report = run("probe", "--all", "-o", "junit");
    assertThat(report.exitCode()).isEqualTo(1);
    assertThat(report.out())
        .contains("<testsuite name=\"concordat probe\" tests=\"2\" failures=\"2\" time=\"3.0\">")
        .contains("classname=\"exchange.conversation-history\" name=\"sip:ken@litwareinc.com\"")
        .contains("<failure type=\"x-y\" message=\"It is &lt;so&gt;.\">");
    assertThat(run("probe", "--all", "--partner", "exchange").out())
        .contains("sip:ken@litwareinc.com at exchange: It is <so>.")
        .endsWith("0 of 2 passed.\n");
    assertThat(run("probe", "--all", "--partner", "off").exitCode()).isEqualTo(2);
    assertThat(run("probe", "sip:ken@litwareinc.com", "--all").exitCode()).isEqualTo(2);
    assertThat(run("probe").exitCode()).isEqualTo(2);
  }

  @Test
  void events_of_all_services_come_in_the_order_of_their_times_and_can_be_filtered() {
    String later =
        "id: 1\ndata: {\"type\":\"dev.concordat.PartnerRegistered.v1\",\"time\":\"2026-01-02T00:00:00Z\"}\n\n";
    String sooner =
        "data:{\"type\":\"dev.concordat.ProbeCompleted.v1\",\"time\":\"2026-01-01T00:00:00Z\"}\n\n";
    answers.put("GET /v1/partners/events?follow=false", new Answer(200, later));
    answers.put("GET /v1/metadata/events?follow=false", new Answer(200, ""));
    answers.put("GET /v1/signing-keys/events?follow=false", new Answer(200, ""));
    answers.put("GET /v1/probes/events?follow=false", new Answer(200, sooner));

    assertThat(run("events").out().lines())
        .satisfiesExactly(
            first -> assertThat(first).contains("ProbeCompleted"),
            second -> assertThat(second).contains("PartnerRegistered"));
    assertThat(run("events", "--type", "PartnerRegistered").out().lines()).hasSize(1);
  }

  @Test
  void reading_a_document_anew_says_what_came_of_it() {
    answers.put(
        "POST /v1/metadata/a/refresh",
        new Answer(
            200,
            "{\"outcome\":\"changed\",\"document\":{\"issuer\":\"i@r\"},\"changes\":[{\"kind\":\"key-added\",\"detail\":\"ABC\"}]}"));
    answers.put(
        "POST /v1/metadata/a/accept",
        new Answer(200, "{\"outcome\":\"conflict\",\"problem\":{\"detail\":\"Another one.\"}}"));

    assertThat(run("partner", "refresh", "a"))
        .isEqualTo(new Result(0, "a: changed, i@r\n  key-added: ABC\n", ""));
    Result refused = run("partner", "accept", "a");
    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.out()).contains("Another one.");
  }

  @Test
  void many_are_read_with_progress_and_what_gave_nothing_to_use_is_shown() {
    var names = new ArrayList<String>();
    for (int i = 0; i < 250; i++) {
      names.add("p" + i);
      answers.put(
          "POST /v1/metadata/p" + i + "/refresh",
          new Answer(200, "{\"name\":\"p%d\",\"outcome\":\"unchanged\"}".formatted(i)));
    }
    answers.put(
        "POST /v1/metadata/p7/refresh",
        new Answer(
            200,
            "{\"name\":\"p7\",\"outcome\":\"unreachable\",\"problem\":{\"detail\":\"It is down.\",\"traffic\":\"Traffic goes on.\"}}"));
    answers.put("POST /v1/metadata/p8/refresh", new Answer(429, "{\"title\":\"Too soon\"}"));
    names.addAll(0, List.of("partner", "refresh"));

    Result result = run(names.toArray(String[]::new));

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.out())
        .isEqualTo("p7: unreachable, no document\n  It is down.\n  Traffic goes on.\n");
    assertThat(result.err().lines())
        .containsExactly(
            "100 of 250 read", "200 of 250 read", "250 read, 1 of them gave nothing to use.");
    assertThat(run("partner", "refresh").exitCode()).isEqualTo(2);
    assertThat(run("partner", "refresh", "p1", "--all").exitCode()).isEqualTo(2);
  }

  @Test
  void all_that_have_a_document_are_read() {
    answers.put(
        "GET /v1/partners?limit=1000",
        new Answer(
            200,
            """
            {"items":[
             {"name":"a","kind":"exchange","trustLevel":"full","enabled":true,"revision":1,
              "trust":{"metadataUrl":"https://a.example/m"},"changedAt":"2026-01-01T00:00:00Z","changedBy":"x"},
             {"name":"b","kind":"exchange","trustLevel":"full","enabled":false,"revision":2,
              "trust":{"metadataUrl":"https://b.example/m"},"changedAt":"2026-01-01T00:00:00Z","changedBy":"x"},
             {"name":"c","kind":"exchange","trustLevel":"full","enabled":true,"revision":3,
              "trust":{"tokenServer":"sts"},"changedAt":"2026-01-01T00:00:00Z","changedBy":"x"}]}"""));
    answers.put(
        "POST /v1/metadata/a/refresh",
        new Answer(200, "{\"name\":\"a\",\"outcome\":\"unchanged\"}"));

    Result result = run("partner", "refresh", "--all");

    assertThat(result.exitCode()).isEqualTo(0);
    assertThat(result.err()).contains("1 read, 0 of them");
  }

  @Test
  void the_list_shows_at_a_glance_who_needs_somebody() {
    answers.put(
        "GET /v1/partners?limit=1000",
        new Answer(
            200,
            "{\"items\":[{\"name\":\"fine\",\"kind\":\"exchange\"},{\"name\":\"ending\",\"kind\":\"skype\"}]}"));
    answers.put(
        "GET /v1/metadata?limit=1000",
        new Answer(
            200,
            """
            {"items":[{"name":"fine","issuer":"a@r","health":"healthy","certificateDays":299,"tlsDays":80,
              "readsOurs":{"current":true,"readAt":"2026-11-26T10:00:00Z"}}],"next":"fine"}"""));
    answers.put(
        "GET /v1/metadata?limit=1000&cursor=fine",
        new Answer(
            200,
            """
            {"items":[{"name":"ending","issuer":"b@r","health":"expiring","certificateDays":9,
              "warnings":[{"code":"certificate-ends","detail":"It ends in 9 days."}]}]}"""));

    Result result = run("partner", "list");

    assertThat(result.out().lines())
        .satisfiesExactly(
            it -> assertThat(it).startsWith("NAME").contains("HEALTH", "READS OURS"),
            it ->
                assertThat(it)
                    .containsSubsequence(
                        "fine", "a@r", "healthy", "299 days", "80 days", "current, 2026-11-26"),
            it -> assertThat(it).containsSubsequence("ending", "b@r", "expiring", "9 days"),
            it -> assertThat(it).isEqualTo("ending: It ends in 9 days."));
    assertThat(run("partner", "list", "--attention").out())
        .contains("ending")
        .doesNotContain("fine");
  }

  @Test
  void a_partner_is_changed_only_as_it_was_read() {
    answers.put(
        "GET /v1/partners/a",
        new Answer(
            200,
            "{\"name\":\"a\",\"kind\":\"exchange\",\"enabled\":true,\"revision\":7,\"changedAt\":\"x\",\"changedBy\":\"y\"}"));
    answers.put("PUT /v1/partners/a", new Answer(200, "{\"revision\":8}"));

    assertThat(run("partner", "set", "a", "--enabled", "false").out()).contains("revision 8");
    assertThat(asked.getLast())
        .contains("\"enabled\":false")
        .contains("\"kind\":\"exchange\"")
        .doesNotContain("changedBy");
    assertThat(run("partner", "set", "a").exitCode()).isEqualTo(2);
  }

  @Test
  void keys_are_listed_with_what_each_is_used_for() {
    answers.put(
        "GET /v1/signing-keys",
        new Answer(
            200,
            "{\"keys\":[{\"keyId\":\"k1\",\"phase\":\"current\",\"state\":\"active\",\"certificate\":{\"thumbprint\":\"AB12\",\"notAfter\":\"2027-01-01T00:00:00Z\"}}]}"));

    assertThat(run("key", "list").out()).contains("k1", "active", "AB12", "2027");
  }

  @Test
  void a_rollover_that_a_partner_holds_up_says_which_and_what_to_run_there() {
    answers.put(
        "POST /v1/signing-keys/rollover",
        new Answer(
            202,
            """
            {"state":"waiting","activeKey":"k1","nextKey":"k2","retiring":[],"partners":[
              {"partner":"exchange","accepted":false,"pending":false,"why":"It holds an old key.",
               "remedies":[{"where":"Exchange Management Shell","command":"Set-PartnerApplication x","why":"reads it"}]},
              {"partner":"skype","accepted":true,"evidence":"rehearsal","at":"2026-06-01T00:00:00Z"}]}"""));

    Result result = run("key", "rollover", "--force", "sharepoint");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.out())
        .contains("exchange", "does not accept it yet", "It holds an old key.")
        .contains("Set-PartnerApplication x")
        .contains("accepts it (rehearsal, 2026-06-01T00:00:00Z)")
        .contains("Not rolled over: k1 goes on signing");
    assertThat(asked.getLast()).contains("\"force\":[\"sharepoint\"]");
  }

  @Test
  void a_rollover_is_done_when_the_next_key_signs() {
    answers.put(
        "POST /v1/signing-keys/rollover",
        new Answer(202, "{\"state\":\"ready\",\"activeKey\":\"k1\",\"nextKey\":\"k2\"}"));
    answers.put(
        "GET /v1/signing-keys/rollover",
        new Answer(
            200,
            "{\"state\":\"done\",\"activeKey\":\"k2\",\"retiring\":[{\"keyId\":\"k1\",\"until\":\"2026-06-02T08:00:00Z\"}]}"));

    Result result = run("key", "rollover");

    assertThat(result.exitCode()).isZero();
    assertThat(result.out())
        .contains("Rolled over: k2 signs.")
        .contains("k1 signs no more; it stays published until 2026-06-02T08:00:00Z");
    assertThat(run("key", "rollover", "--not-before", "tomorrow").exitCode()).isEqualTo(2);
  }

  @Test
  void a_key_is_revoked_by_its_id() {
    answers.put("POST /v1/signing-keys/k1/revoke", new Answer(200, "{\"keyId\":\"k1\"}"));

    assertThat(run("key", "revoke", "k1").out())
        .contains("k1 is revoked")
        .contains("read our document");
    assertThat(run("key", "revoke", "other").exitCode()).isNotZero();
  }

  @Test
  void what_is_no_token_is_said_to_be_none_and_never_printed_back() {
    assertThat(run("token", "inspect", "nonsense").exitCode()).isEqualTo(2);
    Result result = run("token", "inspect", "%%.%%.secret");
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains("no token").doesNotContain("secret");
  }

  @Test
  void a_command_that_is_missing_or_unknown_is_usage() {
    assertThat(plain().exitCode()).isEqualTo(2);
    assertThat(plain("fly").exitCode()).isEqualTo(2);
    assertThat(plain("--help").exitCode()).isZero();
    assertThat(plain("generate-completion").out()).contains("concordat");
  }
}
