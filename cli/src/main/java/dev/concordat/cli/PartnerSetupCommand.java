package dev.concordat.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.cli.Connection.Service;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * What is run on a partner's own servers so that they accept us. The script is the result and goes
 * to standard output as it is to be saved; what is for a person to read goes beside it.
 */
@Command(
    name = "setup",
    mixinStandardHelpOptions = true,
    description = {
      "Prints the commands by which a partner's own servers accept us.",
      "The PowerShell script goes to standard output, what to do where to standard error:",
      "  ./concordat partner setup exchange > setup.ps1",
      "With --kind and --metadata-url the partner need not be registered yet."
    })
final class PartnerSetupCommand implements Callable<Integer> {

  @Spec CommandSpec spec;
  @Mixin Connection connection;
  @Mixin Output output;

  @Parameters(paramLabel = "NAME", description = "What the partner is called here.")
  String name;

  @Option(
      names = "--kind",
      paramLabel = "K",
      description =
          "For a partner that is not registered: exchange, skype, sharepoint, token-server or"
              + " generic.")
  @Nullable String kind;

  @Option(
      names = "--metadata-url",
      paramLabel = "URL",
      description = "For a partner that is not registered: where its auth metadata document is.")
  @Nullable String metadataUrl;

  @Option(
      names = "--form",
      paramLabel = "F",
      description =
          "metadata (default); short for Exchange, its own script, with --no-archiving; certificate"
              + " for Skype for Business and SharePoint servers without a route to us.")
  @Nullable String form;

  @Option(
      names = "--site-url",
      paramLabel = "URL",
      description = "A site collection of the farm; SharePoint needs it.")
  @Nullable String siteUrl;

  @Option(
      names = "--right",
      paramLabel = "R",
      description = "SharePoint: read (default), write, manage or full-control.")
  @Nullable String right;

  @Option(names = "--no-archiving", description = "Exchange: we don't archive by ourselves.")
  boolean noArchiving;

  @Option(
      names = "--accept-security-identifiers",
      description = "Exchange: SIDs in our user tokens are believed.")
  boolean acceptSecurityIdentifiers;

  @Option(
      names = "--trust-any-ssl-certificate",
      description = "Exchange: our document is read whatever our TLS certificate is.")
  boolean trustAnySslCertificate;

  @Option(
      names = "--our-name",
      paramLabel = "NAME",
      description = "What we are to be called there. Default: our display name.")
  @Nullable String ourName;

  @Override
  public Integer call() {
    JsonNode setup = new ServiceClient(connection).get(Service.REGISTRY, path()).json();
    PrintWriter out = spec.commandLine().getOut();
    if (output.isJson()) {
      Output.json(out, setup);
      return 0;
    }
    JsonNode script = setup.path("script");
    if (script.isTextual()) {
      tell(spec.commandLine().getErr(), setup, script.asText());
      out.print(script.asText());
      out.flush();
    } else {
      tell(out, setup, "");
    }
    return 0;
  }

  private String path() {
    boolean described = kind != null || metadataUrl != null;
    var parameters = new LinkedHashMap<String, String>();
    if (described) {
      parameters.put("name", name);
    }
    putIfGiven(parameters, "kind", kind);
    putIfGiven(parameters, "metadataUrl", metadataUrl);
    putIfGiven(parameters, "form", form);
    putIfGiven(parameters, "siteUrl", siteUrl);
    putIfGiven(parameters, "right", right);
    putIfGiven(parameters, "archiving", noArchiving ? "false" : null);
    putIfGiven(parameters, "acceptSecurityIdentifiers", acceptSecurityIdentifiers ? "true" : null);
    putIfGiven(parameters, "trustAnySslCertificate", trustAnySslCertificate ? "true" : null);
    putIfGiven(parameters, "ourName", ourName);
    String query =
        parameters.entrySet().stream()
            .map(it -> it.getKey() + "=" + ServiceClient.encoded(it.getValue()))
            .collect(Collectors.joining("&"));
    return (described ? "/v1/setup" : "/v1/partners/" + ServiceClient.encoded(name) + "/setup")
        + (query.isEmpty() ? "" : "?" + query);
  }

  private static void putIfGiven(
      Map<String, String> parameters, String name, @Nullable String value) {
    if (value != null) {
      parameters.put(name, value);
    }
  }

  private static void tell(PrintWriter out, JsonNode setup, String script) {
    JsonNode us = setup.path("us");
    out.println(
        "For %s to accept us, %s, under the name %s:"
            .formatted(
                setup.path("partner").asText(),
                us.path("issuer").asText(),
                us.path("name").asText()));
    steps(out, setup.path("steps"), script);
    if (setup.path("keyRollover").isObject()) {
      out.println();
      out.println("There, when the key that we sign with has changed:");
      step(out, setup.path("keyRollover"), "", "");
    }
    if (!setup.path("here").isEmpty()) {
      out.println();
      out.println("Here:");
      steps(out, setup.path("here"), "");
    }
    if (!setup.path("notes").isEmpty()) {
      out.println();
      out.println("Note:");
      setup.path("notes").forEach(note -> out.println("- " + note.asText()));
    }
    if (!script.isEmpty()) {
      out.println();
      out.println("The script:");
    }
    out.flush();
  }

  private static void steps(PrintWriter out, JsonNode steps, String script) {
    int number = 1;
    for (JsonNode step : steps) {
      step(out, step, number++ + ". ", script);
    }
  }

  private static void step(PrintWriter out, JsonNode step, String number, String script) {
    out.println(number + step.path("where").asText());
    out.println("   " + step.path("why").asText());
    if (step.hasNonNull("command")) {
      String command = step.path("command").asText();
      if (script.contains(command.replace("\n", "\r\n"))) {
        out.println("   Run: what the script has for it.");
      } else {
        lines(out, "Run", command);
      }
    }
    if (step.hasNonNull("check")) {
      lines(out, "Check", step.path("check").asText());
    }
    if (step.hasNonNull("timing")) {
      out.println("   Takes effect: " + step.path("timing").asText());
    }
  }

  private static void lines(PrintWriter out, String what, String command) {
    out.println("   " + what + ":");
    command.lines().forEach(line -> out.println("     " + line));
  }
}
