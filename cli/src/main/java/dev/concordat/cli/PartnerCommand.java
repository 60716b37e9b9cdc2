package dev.concordat.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.concordat.cli.Connection.Service;
import dev.concordat.contracts.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
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
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Partner applications: what {@code New-}, {@code Get-} and {@code Remove-PartnerApplication} do.
 */
@Command(
    name = "partner",
    mixinStandardHelpOptions = true,
    description = "Partner applications.",
    subcommands = {
      PartnerCommand.New.class,
      PartnerCommand.Get.class,
      PartnerListCommand.class,
      PartnerCommand.Change.class,
      PartnerCommand.Remove.class,
      PartnerRefreshCommand.class,
      PartnerCommand.Accept.class,
      PartnerSetupCommand.class,
      PartnerImportCommand.class,
      PartnerExportCommand.class
    })
final class PartnerCommand implements Runnable {

  @Spec CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "Say what to do: new, get, list, set, remove, refresh, accept, setup, import or export.");
  }

  private static String path(String name) {
    return "/v1/partners/" + ServiceClient.encoded(name);
  }

  /** Registers a partner. */
  @Command(
      name = "new",
      mixinStandardHelpOptions = true,
      description = "Registers a partner application by the URL of its auth metadata document.")
  static final class New implements Callable<Integer> {

    @Spec CommandSpec spec;
    @Mixin Connection connection;
    @Mixin Output output;

    @Parameters(paramLabel = "NAME", description = "What it is called here.")
    String name;

    @Option(
        names = "--metadata-url",
        required = true,
        paramLabel = "URL",
        description = "Where its auth metadata document is.")
    String metadataUrl;

    @Option(
        names = "--kind",
        paramLabel = "K",
        description =
            "exchange, skype, sharepoint, token-server or generic. Default: told by the URL's path.")
    @Nullable String kind;

    @Option(
        names = "--trust-level",
        paramLabel = "L",
        description = "full, application or user. Default: full.")
    @Nullable String trustLevel;

    @Option(names = "--realm", description = "Its realm. Default: what its document says.")
    @Nullable String realm;

    @Option(
        names = "--ca-bundle",
        paramLabel = "FILE",
        description = "PEM certificates that its TLS certificate chains to.")
    java.nio.file.@Nullable Path caBundle;

    @Option(names = "--allow-http", description = "Allows plain http. For laboratories.")
    boolean allowHttp;

    @Option(
        names = "--probe",
        paramLabel = "sip:USER",
        description = "A mailbox to probe from time to time. May be given more than once.")
    List<String> probes = new ArrayList<>();

    @Override
    public Integer call() {
      var trust = new LinkedHashMap<String, Object>();
      trust.put("metadataUrl", metadataUrl);
      if (caBundle != null) {
        trust.put("caBundle", read(caBundle));
      }
      if (allowHttp) {
        trust.put("allowHttp", true);
      }
      var partner = new LinkedHashMap<String, Object>();
      partner.put("trust", trust);
      putIfGiven(partner, "kind", kind);
      putIfGiven(partner, "trustLevel", trustLevel);
      putIfGiven(partner, "realm", realm);
      if (!probes.isEmpty()) {
        partner.put("probe", Map.of("sipAddresses", probes));
      }
      var answer =
          new ServiceClient(connection)
              .put(Service.REGISTRY, path(name), partner, Map.of("If-None-Match", "*"));
      if (output.isJson()) {
        Output.json(spec.commandLine().getOut(), answer.json());
      } else {
        spec.commandLine()
            .getOut()
            .println(
                "%s is registered (revision %d)."
                    .formatted(name, answer.json().path("revision").asLong()));
      }
      return 0;
    }

    private static String read(Path file) {
      try {
        return Files.readString(file);
      } catch (IOException e) {
        throw new CommandFailure(
            CommandFailure.UNREACHABLE, "The file %s can't be read.".formatted(file));
      }
    }

    private static void putIfGiven(
        Map<String, Object> partner, String field, @Nullable String value) {
      if (value != null) {
        partner.put(field, value);
      }
    }
  }

  /** Shows a partner. */
  @Command(
      name = "get",
      mixinStandardHelpOptions = true,
      description = "Shows a partner application and what was read of it.")
  static final class Get implements Callable<Integer> {

    @Spec CommandSpec spec;
    @Mixin Connection connection;
    @Mixin Output output;

    @Parameters(paramLabel = "NAME")
    String name;

    @Override
    public Integer call() {
      var client = new ServiceClient(connection);
      JsonNode partner = client.get(Service.REGISTRY, path(name)).json();
      JsonNode metadata = metadata(client, partner.path("name").asText(name));
      var out = spec.commandLine().getOut();
      if (output.isJson()) {
        var both = Json.mapper().createObjectNode();
        both.set("partner", partner);
        both.set("metadata", metadata);
        Output.json(out, both);
        return 0;
      }
      line(out, "Name", partner.path("name").asText());
      line(out, "Kind", partner.path("kind").asText());
      line(out, "Application identifier", partner.path("applicationIdentifier").asText("-"));
      line(
          out,
          "Realm",
          partner.path("realm").asText(metadata.path("document").path("realm").asText("-")));
      line(out, "Trust level", partner.path("trustLevel").asText());
      line(out, "Enabled", partner.path("enabled").asBoolean() ? "yes" : "no");
      line(out, "Metadata URL", partner.path("trust").path("metadataUrl").asText("-"));
      line(out, "Issuer", metadata.path("document").path("issuer").asText("not read yet"));
      line(out, "Last reading", reading(metadata));
      for (JsonNode certificate : metadata.path("certificates")) {
        line(
            out,
            "Certificate",
            "%s, until %s, %s"
                .formatted(
                    certificate.path("thumbprint").asText(),
                    certificate.path("notAfter").asText(),
                    certificate.path("subject").asText()));
      }
      if (metadata.path("problem").hasNonNull("detail")) {
        line(out, "Problem", metadata.path("problem").path("detail").asText());
      }
      line(
          out,
          "Changed",
          "%s by %s (revision %d)"
              .formatted(
                  partner.path("changedAt").asText(),
                  partner.path("changedBy").asText(),
                  partner.path("revision").asLong()));
      return 0;
    }

    private static void line(PrintWriter out, String name, String value) {
      out.println("%-24s%s".formatted(name, value));
    }

    private static String reading(JsonNode metadata) {
      return metadata.isMissingNode() || metadata.isNull()
          ? "-"
          : metadata.path("outcome").asText() + " at " + metadata.path("fetchedAt").asText();
    }

    /** What was read; nothing where nothing was, or where the metadata-service is away. */
    private static JsonNode metadata(ServiceClient client, String name) {
      try {
        return client.get(Service.METADATA, "/v1/metadata/" + ServiceClient.encoded(name)).json();
      } catch (CommandFailure e) {
        return Json.mapper().createObjectNode();
      }
    }
  }

  /** Removes a partner. */
  @Command(
      name = "remove",
      mixinStandardHelpOptions = true,
      description = "Removes a partner application; no token is issued for it any more.")
  static final class Remove implements Callable<Integer> {

    @Spec CommandSpec spec;
    @Mixin Connection connection;

    @Parameters(paramLabel = "NAME")
    String name;

    @Override
    public Integer call() {
      new ServiceClient(connection).delete(Service.REGISTRY, path(name));
      spec.commandLine().getOut().println(name + " is removed.");
      return 0;
    }
  }

  /** Changes what is given of a partner. */
  @Command(
      name = "set",
      mixinStandardHelpOptions = true,
      description = "Changes what is given of a partner application, and leaves the rest.")
  static final class Change implements Callable<Integer> {

    @Spec CommandSpec spec;
    @Mixin Connection connection;
    @Mixin Output output;

    @Parameters(paramLabel = "NAME")
    String name;

    @Option(names = "--enabled", arity = "1", paramLabel = "true|false")
    @Nullable Boolean enabled;

    @Option(names = "--trust-level", paramLabel = "L", description = "full, application or user.")
    @Nullable String trustLevel;

    @Option(names = "--realm", description = "Its realm.")
    @Nullable String realm;

    @Override
    public Integer call() {
      if (enabled == null && trustLevel == null && realm == null) {
        throw new ParameterException(
            spec.commandLine(), "Say what to change: --enabled, --trust-level or --realm.");
      }
      var client = new ServiceClient(connection);
      JsonNode read = client.get(Service.REGISTRY, path(name)).json();
      if (!(read.deepCopy() instanceof ObjectNode partner)) {
        throw new CommandFailure(
            CommandFailure.UNREACHABLE, "What the trust-registry answers is no partner.");
      }
      partner.remove(List.of("revision", "changedAt", "changedBy"));
      if (enabled != null) {
        partner.put("enabled", enabled);
      }
      if (trustLevel != null) {
        partner.put("trustLevel", trustLevel);
      }
      if (realm != null) {
        partner.put("realm", realm);
      }
      // Whoever changed it meanwhile is not overwritten.
      JsonNode changed =
          client
              .put(
                  Service.REGISTRY,
                  path(name),
                  partner,
                  Map.of("If-Match", "\"" + read.path("revision").asLong() + "\""))
              .json();
      PrintWriter out = spec.commandLine().getOut();
      if (output.isJson()) {
        Output.json(out, changed);
      } else {
        out.println(
            "%s is changed (revision %d).".formatted(name, changed.path("revision").asLong()));
      }
      return 0;
    }
  }

  /** Accepts the identity that a partner's document has now. */
  @Command(
      name = "accept",
      mixinStandardHelpOptions = true,
      description = "Accepts the identity that the partner's metadata document has now.")
  static final class Accept implements Callable<Integer> {

    @Spec CommandSpec spec;
    @Mixin Connection connection;
    @Mixin Output output;

    @Parameters(paramLabel = "NAME")
    String name;

    @Override
    public Integer call() {
      return ReadingShown.of(
          spec,
          output,
          name,
          new ServiceClient(connection)
              .post(
                  Service.METADATA,
                  "/v1/metadata/" + ServiceClient.encoded(name) + "/accept",
                  Map.of(),
                  Map.of())
              .json());
    }
  }
}
