package dev.concordat.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.cli.Connection.Service;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Rolls over to the next signing key, or says which partner keeps that from being done. */
@Command(
    name = "rollover",
    mixinStandardHelpOptions = true,
    description = {
      "Rolls over to the next signing key as soon as every enabled partner has accepted it.",
      "It is rehearsed at each partner by a probe whose token the next key signs. Where a partner"
          + " does not accept it yet, the old key goes on signing, and what to run there is printed;"
          + " the rollover then goes on by itself, or at once when this is run again."
    },
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:the next key signs (with --status: what there is was shown)",
      "1:a partner has not accepted it yet, or there is no next key",
      "2:wrong usage, or the suite can't be reached"
    })
final class KeyRolloverCommand implements Callable<Integer> {

  private static final String PATH = "/v1/signing-keys/rollover";
  private static final Duration PAUSE = Duration.ofMillis(500);

  @Spec CommandSpec spec;
  @Mixin Connection connection;
  @Mixin Output output;

  @Option(
      names = "--force",
      paramLabel = "NAME",
      description = "Does not wait for this partner; may be given several times.")
  List<String> force = new ArrayList<>();

  @Option(names = "--force-all", description = "Waits for no partner at all.")
  boolean forceAll;

  @Option(
      names = "--not-before",
      paramLabel = "INSTANT",
      description = "The next key signs nothing before, such as 2026-12-01T06:00:00Z.")
  @Nullable String notBefore;

  @Option(
      names = "--generate",
      description = "Has the service make the next key, where it is configured to (development).")
  boolean generate;

  @Option(names = "--status", description = "Shows how far it is, and begins nothing.")
  boolean status;

  @Option(names = "--abort", description = "Ends the rollover before the next key signs.")
  boolean abort;

  @Option(
      names = "--wait",
      paramLabel = "SECONDS",
      description = "How long to wait for rehearsals. Default: ${DEFAULT-VALUE}.")
  int wait = 120;

  @Override
  public Integer call() {
    if (status && abort) {
      throw new ParameterException(spec.commandLine(), "Give --status or --abort, not both.");
    }
    var client = new ServiceClient(connection);
    if (status) {
      return shown(client.get(Service.TOKEN, PATH).json(), 0);
    }
    if (abort) {
      return shown(client.delete(Service.TOKEN, PATH).json(), 0);
    }
    JsonNode report = client.post(Service.TOKEN, PATH, wish(), Map.of()).json();
    String next = report.path("nextKey").asText(report.path("activeKey").asText());
    report = awaited(client, report);
    boolean signs = report.path("activeKey").asText().equals(next);
    boolean dated = report.path("state").asText().equals("ready") && notBefore != null;
    return shown(report, signs || dated ? 0 : CommandFailure.FAILED);
  }

  private Map<String, Object> wish() {
    var wish = new LinkedHashMap<String, Object>();
    if (forceAll) {
      wish.put("force", List.of("*"));
    } else if (!force.isEmpty()) {
      wish.put("force", force);
    }
    if (notBefore != null) {
      try {
        wish.put("notBefore", Instant.parse(notBefore).toString());
      } catch (DateTimeParseException e) {
        throw new ParameterException(
            spec.commandLine(),
            "--not-before is '%s', and must be an instant such as 2026-12-01T06:00:00Z."
                .formatted(notBefore));
      }
    }
    wish.put("generate", generate);
    return wish;
  }

  /** Waits while a rehearsal is on its way, or the switch is a moment ahead. */
  private JsonNode awaited(ServiceClient client, JsonNode begun) {
    JsonNode report = begun;
    long deadline = System.nanoTime() + Duration.ofSeconds(wait).toNanos();
    while (unsettled(report) && System.nanoTime() < deadline) {
      try {
        Thread.sleep(PAUSE);
      } catch (InterruptedException e) {
        throw ServiceClient.interrupted();
      }
      report = client.get(Service.TOKEN, PATH).json();
    }
    return report;
  }

  private boolean unsettled(JsonNode report) {
    return switch (report.path("state").asText()) {
      case "ready" -> notBefore == null && !report.hasNonNull("notBefore");
      case "waiting" -> {
        boolean pending = false;
        for (JsonNode partner : report.path("partners")) {
          pending |= partner.path("pending").asBoolean();
        }
        yield pending;
      }
      default -> false;
    };
  }

  private int shown(JsonNode report, int exitCode) {
    PrintWriter out = spec.commandLine().getOut();
    if (output.isJson()) {
      Output.json(out, report);
      return exitCode;
    }
    partners(out, report);
    out.println(verdict(report));
    for (JsonNode retiring : report.path("retiring")) {
      out.println(
          "%s signs no more; it stays published until %s."
              .formatted(retiring.path("keyId").asText(), retiring.path("until").asText()));
    }
    return exitCode;
  }

  private static void partners(PrintWriter out, JsonNode report) {
    for (JsonNode partner : report.path("partners")) {
      boolean accepted = partner.path("accepted").asBoolean();
      out.println(
          "%-20s %s"
              .formatted(
                  partner.path("partner").asText(),
                  accepted
                      ? "accepts it (%s%s)"
                          .formatted(
                              partner.path("evidence").asText(),
                              partner.hasNonNull("at") ? ", " + partner.path("at").asText() : "")
                      : "does not accept it yet"));
      if (!accepted) {
        out.println("  " + partner.path("why").asText());
        for (JsonNode remedy : partner.path("remedies")) {
          out.println("  on " + remedy.path("where").asText() + ":");
          for (String line : remedy.path("command").asText().split("\n", -1)) {
            out.println("    " + line);
          }
          out.println("    (" + remedy.path("why").asText() + ")");
        }
      }
    }
  }

  private static String verdict(JsonNode report) {
    String active = report.path("activeKey").asText("none");
    String next = report.path("nextKey").asText("none");
    return switch (report.path("state").asText()) {
      case "none" -> "There is no next key; %s signs.".formatted(active);
      case "published" ->
          "%s is published as the next key; nobody has begun a rollover. %s signs."
              .formatted(next, active);
      case "waiting" ->
          "Not rolled over: %s goes on signing until every partner accepts %s."
              .formatted(active, next);
      case "ready" ->
          report.hasNonNull("notBefore")
              ? "Every partner accepts %s; it signs from %s on."
                  .formatted(next, report.path("notBefore").asText())
              : "Every partner accepts %s; it signs in a moment.".formatted(next);
      case "aborted" -> "Aborted: %s goes on signing; %s stays published.".formatted(active, next);
      case "done" -> "Rolled over: %s signs.".formatted(active);
      default -> "%s signs.".formatted(active);
    };
  }
}
