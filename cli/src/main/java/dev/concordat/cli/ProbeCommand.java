package dev.concordat.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.cli.Connection.Service;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What {@code Test-CsExStorageConnectivity -SipUri} does: a line a stage, then the verdict. */
@Command(
    name = "probe",
    mixinStandardHelpOptions = true,
    description =
        "Proves that a mailbox can be reached: writes an item, reads it back, deletes it.",
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {"0:passed", "1:failed", "2:wrong usage, or the suite can't be reached"})
final class ProbeCommand implements Callable<Integer> {

  @Spec CommandSpec spec;
  @Mixin Connection connection;
  @Mixin Output output;

  @Parameters(paramLabel = "sip:USER", description = "The mailbox, by its SIP address.")
  String sipAddress;

  @Option(
      names = "--partner",
      paramLabel = "NAME",
      description = "The partner that has it. Default: the only Exchange that is registered.")
  @Nullable String partner;

  @Option(
      names = "--kind",
      paramLabel = "K",
      description = "What to probe. Default: conversation-history.")
  @Nullable String kind;

  @Option(names = "--keep-item", description = "Leaves the item in the mailbox.")
  boolean keepItem;

  @Override
  public Integer call() {
    var request = new LinkedHashMap<String, Object>();
    request.put("sipAddress", sipAddress);
    if (partner != null) {
      request.put("partner", partner);
    }
    if (kind != null) {
      request.put("kind", kind);
    }
    request.put("deleteItem", !keepItem);
    var answer =
        new ServiceClient(connection)
            .post(Service.PROBE, "/v1/probes", request, Map.of("Prefer", "wait=30"));
    JsonNode result = answer.json();
    if (answer.status() == 202) {
      throw new CommandFailure(
          CommandFailure.UNREACHABLE,
          "The probe has not ended within 30 s. Its result will be among ./concordat events --type ProbeCompleted (id %s)."
              .formatted(result.path("id").asText()));
    }
    PrintWriter out = spec.commandLine().getOut();
    if (output.isJson()) {
      Output.json(out, result);
    } else {
      show(out, result);
    }
    return result.path("outcome").asText().equals("passed") ? 0 : CommandFailure.FAILED;
  }

  private static void show(PrintWriter out, JsonNode result) {
    for (JsonNode stage : result.path("stages")) {
      String outcome = stage.path("outcome").asText();
      String status =
          stage.hasNonNull("httpStatus") ? "HTTP " + stage.path("httpStatus").asInt() : "";
      out.println(
          "%-14s%s%s%6d ms  %-9s%s"
              .formatted(
                  stage.path("name").asText(),
                  Output.outcome(outcome),
                  " ".repeat(Math.max(1, 9 - outcome.length())),
                  stage.path("duration").asLong(),
                  status,
                  stage.path("detail").asText(""))
              .stripTrailing());
    }
    String verdict = result.path("outcome").asText();
    if (verdict.equals("passed")) {
      out.println("Test passed in %d ms.".formatted(result.path("duration").asLong()));
    } else {
      out.println("Test %s.".formatted(verdict));
      diagnosis(out, result.path("diagnosis"));
    }
    if (!result.path("itemDeleted").asBoolean(true)) {
      out.println("The item is still in the mailbox.");
    }
  }

  private static void diagnosis(PrintWriter out, JsonNode diagnosis) {
    if (diagnosis.isMissingNode() || diagnosis.isNull()) {
      return;
    }
    out.println();
    out.println(
        "%s (%s, %s)"
            .formatted(
                diagnosis.path("summary").asText(),
                diagnosis.path("code").asText(),
                diagnosis.path("confidence").asText()));
    for (JsonNode evidence : diagnosis.path("evidence")) {
      out.println("  seen: " + evidence.asText());
    }
    for (JsonNode remedy : diagnosis.path("remedies")) {
      out.println("  on " + remedy.path("where").asText() + ":");
      for (String line : remedy.path("command").asText().split("\n", -1)) {
        out.println("    " + line);
      }
      out.println("    (" + remedy.path("why").asText() + ")");
    }
  }
}
