package dev.concordat.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.suite.Part;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

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
  private static Path tester;
  @AutoClose private static SuiteUnderTest suite;

  @BeforeAll
  static void up() throws IOException, InterruptedException {
    tester = PythonTool.of("schemathesis", SCHEMATHESIS, folder);
    suite = SuiteUnderTest.in(folder);
  }

  @ParameterizedTest
  @EnumSource(names = {"TRUST_REGISTRY", "METADATA_SERVICE", "TOKEN_SERVICE", "PROBE_SERVICE"})
  void every_answer_is_one_that_the_document_names(Part service) throws Exception {
    Process process =
        new ProcessBuilder(
                tester.toString(),
                "run",
                suite.managementUrl(service) + "/q/openapi?format=json",
                "--url",
                suite.url(service).toString(),
                "--header",
                "Authorization: Bearer " + suite.adminToken(),
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
