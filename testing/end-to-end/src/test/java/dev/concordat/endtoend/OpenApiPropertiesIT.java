package dev.concordat.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Requests that a property-based tester makes up from each service's OpenAPI document, good and
 * bad: none of them fails with 5xx, and every answer has a status, a type and a shape that the
 * document names. It needs Python and its package index, so it runs in the profile {@code
 * python-clients} alone; where they can't be had, it is skipped and says so.
 */
@Tag("python-clients")
class OpenApiPropertiesIT {

  private static final String SCHEMATHESIS = "schemathesis==4.32.5";

  /** Requests for each operation beside those that cover its parameters' bounds. */
  private static final String EXAMPLES = System.getProperty("concordat.properties.examples", "10");

  @TempDir static Path folder;
  private static Launcher concordat;
  private static Path tester;
  private static int offset;
  private static String admin;

  @BeforeAll
  static void up() throws IOException, InterruptedException {
    tester = PythonTool.of("schemathesis", SCHEMATHESIS, folder);
    Path state = folder.resolve("state");
    concordat = new Launcher(state);
    offset = Launcher.freeOffset();
    concordat.run("up", "--detach", "--port-offset", Integer.toString(offset)).passed();
    admin = Files.readString(state.resolve("admin-token"));
  }

  @AfterAll
  static void down() {
    if (concordat != null) {
      concordat.run("down");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "trust-registry,   8081",
    "metadata-service, 8082",
    "token-service,    8083",
    "probe-service,    8084"
  })
  void every_answer_is_one_that_the_document_names(String service, int port) throws Exception {
    Process process =
        new ProcessBuilder(
                tester.toString(),
                "run",
                "http://127.0.0.1:%d/q/openapi?format=json".formatted(port + 1000 + offset),
                "--url",
                "http://127.0.0.1:" + (port + offset),
                "--header",
                "Authorization: Bearer " + admin,
                "--checks",
                "not_a_server_error,status_code_conformance,content_type_conformance,"
                    + "response_schema_conformance",
                "--phases",
                "coverage,fuzzing",
                "--max-examples",
                EXAMPLES,
                // The same requests each time: a build fails for what changed in it.
                "--seed",
                "1",
                "--no-shrink",
                // Streams have no end, lines of JSON it can't write, two paths are patterns that
                // OpenAPI
                // has no words for, and without a key that signs nothing more would be tested.
                "--exclude-path-regex",
                "/events$|/check$|^/authorize|tokens/OAuth/2$|^/v1/signing-keys/.+")
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).as("%s: %s", service, said).isZero();
    assertThat(said).contains("Test cases:");
  }
}
