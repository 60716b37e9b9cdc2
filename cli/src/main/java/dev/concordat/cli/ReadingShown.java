package dev.concordat.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import picocli.CommandLine.Model.CommandSpec;

/** What reading a partner's document came to, for a person. */
final class ReadingShown {

  private ReadingShown() {}

  /** Shows it, and says how the command ends. */
  static int of(CommandSpec spec, Output output, String name, JsonNode reading) {
    PrintWriter out = spec.commandLine().getOut();
    if (output.isJson()) {
      Output.json(out, reading);
    } else {
      print(out, name, reading);
    }
    return good(reading) ? 0 : CommandFailure.FAILED;
  }

  static void print(PrintWriter out, String name, JsonNode reading) {
    out.println(
        "%s: %s, %s"
            .formatted(
                name,
                reading.path("outcome").asText(),
                reading.path("document").path("issuer").asText("no document")));
    for (JsonNode change : reading.path("changes")) {
      out.println(
          "  %s: %s".formatted(change.path("kind").asText(), change.path("detail").asText()));
    }
    JsonNode problem = reading.path("problem");
    if (problem.hasNonNull("detail")) {
      out.println("  " + problem.path("detail").asText());
    }
    if (problem.hasNonNull("traffic")) {
      out.println("  " + problem.path("traffic").asText());
    }
  }

  /** Whether the document that was read is in use. */
  static boolean good(JsonNode reading) {
    String outcome = reading.path("outcome").asText();
    return outcome.equals("unchanged") || outcome.equals("changed");
  }
}
