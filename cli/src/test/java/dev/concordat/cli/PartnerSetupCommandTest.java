package dev.concordat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code partner setup} against a server that answers as the trust-registry does. */
class PartnerSetupCommandTest {

  private static final String SETUP =
      """
      {"partner":"exchange","kind":"exchange",
       "us":{"name":"Concordat","issuer":"5d2a1b7e@litwareinc.com"},
       "steps":[
        {"where":"each server","shell":"powershell","why":"Shows it.","command":"Invoke-RestMethod -Uri 'https://x/'"},
        {"where":"one server","shell":"exchange-management-shell","why":"Makes it.",
         "command":"& {\\n  $name = 'Concordat'\\n}","check":"Get-PartnerApplication\\nGet-Two","timing":"About 15 minutes."}],
       "keyRollover":{"where":"one server","why":"Reads it anew.","command":"Set-It"},
       "here":[{"where":"here","shell":"bash","why":"Proves it.","command":"./concordat probe sip:a@b.c"}],
       "notes":["That is normal."],
       "script":"& {\\r\\n  $name = 'Concordat'\\r\\n}\\r\\n"}
      """;

  @TempDir Path state;
  private HttpServer server;
  private int status = 200;
  private String body = SETUP;
  private final List<String> asked = new ArrayList<>();

  private record Result(int exitCode, String out, String err) {}

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
    Files.writeString(state.resolve("admin-token"), "the-token\n");
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private Result run(String... arguments) {
    var all = new ArrayList<>(List.of("partner", "setup"));
    all.addAll(Arrays.asList(arguments));
    all.addAll(
        List.of(
            "--server-url",
            "http://127.0.0.1:" + server.getAddress().getPort(),
            "--state-dir",
            state.toString()));
    var out = new StringWriter();
    var err = new StringWriter();
    int exitCode =
        Concordat.commandLine()
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(all.toArray(String[]::new));
    return new Result(exitCode, out.toString(), err.toString());
  }

  @Test
  void the_script_alone_goes_to_standard_output() {
    Result result = run("exchange");

    assertThat(result.exitCode()).isZero();
    assertThat(result.out()).isEqualTo("& {\r\n  $name = 'Concordat'\r\n}\r\n");
    assertThat(asked).containsExactly("GET /v1/partners/exchange/setup");
  }

  @Test
  void what_to_do_where_and_why_goes_beside_it() {
    String told = run("exchange").err();

    assertThat(told)
        .contains("1. each server\n   Shows it.\n   Run:\n     Invoke-RestMethod -Uri 'https://x/'")
        .contains("2. one server\n   Makes it.\n   Run: what the script has for it.")
        .contains("   Check:\n     Get-PartnerApplication\n     Get-Two\n")
        .contains("Takes effect: About 15 minutes.")
        .contains("when the key that we sign with has changed:\none server\n")
        .contains("Here:\n1. here\n")
        .contains("- That is normal.")
        .doesNotContain("#");
  }

  @Test
  void where_there_is_no_script_the_steps_are_the_result() {
    body =
        """
        {"partner":"api","kind":"generic","us":{"name":"Concordat","issuer":"i"},
         "steps":[{"where":"the service's own configuration","why":"Trust the issuer i."}],
         "here":[],"notes":[]}
        """;

    Result result = run("api");

    assertThat(result.out()).contains("1. the service's own configuration\n   Trust the issuer i.");
    assertThat(result.err()).isEmpty();
  }

  @Test
  void what_is_chosen_is_asked_for() {
    run(
        "my farm",
        "--form",
        "certificate",
        "--site-url",
        "https://x/?a=b&c",
        "--right",
        "write",
        "--our-name",
        "Concordat Bern");
    run(
        "exchange",
        "--no-archiving",
        "--accept-security-identifiers",
        "--trust-any-ssl-certificate");
    run("farm", "--kind", "sharepoint", "--metadata-url", "https://x/y");

    assertThat(asked)
        .containsExactly(
            "GET /v1/partners/my%20farm/setup?form=certificate&siteUrl=https%3A%2F%2Fx%2F%3Fa%3Db%26c&right=write&ourName=Concordat%20Bern",
            "GET /v1/partners/exchange/setup?archiving=false&acceptSecurityIdentifiers=true&trustAnySslCertificate=true",
            "GET /v1/setup?name=farm&kind=sharepoint&metadataUrl=https%3A%2F%2Fx%2Fy");
  }

  @Test
  void as_json_it_is_what_the_service_said() {
    Result result = run("exchange", "-o", "json");

    assertThat(result.out()).contains("\"keyRollover\"").contains("\"script\"");
    assertThat(result.err()).isEmpty();
  }

  @Test
  void a_refusal_is_told_in_its_own_words() {
    status = 400;
    body =
        "{\"type\":\"urn:concordat:problem:parameter-malformed\",\"title\":\"A parameter does not"
            + " hold\",\"status\":400,\"detail\":\"siteUrl must be a URL.\"}";

    Result result = run("farm");

    assertThat(result)
        .isEqualTo(new Result(2, "", "A parameter does not hold. siteUrl must be a URL.\n"));
  }
}
