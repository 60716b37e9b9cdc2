package dev.concordat.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.concordat.cli.Connection.Service;
import dev.concordat.contracts.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lists the partners, and how each is, at a glance. */
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    description = {
      "Lists the partner applications and how they are: healthy, disabled, pending (not read yet),"
          + " expiring, stale (works with an older document), conflict, broken.",
      "READS OURS: when it last read our document, and whether that was the current one."
    })
final class PartnerListCommand implements Callable<Integer> {

  @Spec CommandSpec spec;
  @Mixin Connection connection;
  @Mixin Output output;

  @Option(names = "--attention", description = "Only those that need somebody.")
  boolean attention;

  @Override
  public Integer call() {
    var client = new ServiceClient(connection);
    ArrayNode partners = partners(client);
    Map<String, JsonNode> healths = healths(client);
    if (attention) {
      for (int i = partners.size() - 1; i >= 0; i--) {
        if (!needsSomebody(healths.get(partners.get(i).path("name").asText()))) {
          partners.remove(i);
        }
      }
    }
    var out = spec.commandLine().getOut();
    if (output.isJson()) {
      for (JsonNode partner : partners) {
        JsonNode health = healths.get(partner.path("name").asText());
        if (health != null && partner instanceof ObjectNode object) {
          object.set("metadata", health);
        }
      }
      Output.json(out, partners);
      return 0;
    }
    var rows = new ArrayList<List<String>>();
    for (JsonNode partner : partners) {
      String name = partner.path("name").asText();
      JsonNode health = healths.get(name);
      rows.add(
          List.of(
              name,
              partner.path("kind").asText(),
              issuer(partner, health),
              health == null ? "-" : health.path("health").asText("-"),
              days(health, "certificateDays"),
              days(health, "tlsDays"),
              readsOurs(health)));
    }
    Output.table(
        out, List.of("NAME", "KIND", "ISSUER", "HEALTH", "CERTIFICATE", "TLS", "READS OURS"), rows);
    for (JsonNode partner : partners) {
      String name = partner.path("name").asText();
      JsonNode health = healths.get(name);
      if (health != null && needsSomebody(health)) {
        out.println(
            Ansi.AUTO.string("@|bold " + name + "|@: ")
                + health.path("warnings").path(0).path("detail").asText());
      }
    }
    return 0;
  }

  private static ArrayNode partners(ServiceClient client) {
    ArrayNode partners = Json.mapper().createArrayNode();
    String cursor = null;
    do {
      JsonNode page = client.get(Service.REGISTRY, page("/v1/partners", cursor)).json();
      page.path("items").forEach(partners::add);
      cursor = page.path("next").asText(null);
    } while (cursor != null);
    return partners;
  }

  /** By name; what is known, where the metadata-service is away. */
  private Map<String, JsonNode> healths(ServiceClient client) {
    var healths = new LinkedHashMap<String, JsonNode>();
    try {
      String cursor = null;
      do {
        JsonNode page = client.get(Service.METADATA, page("/v1/metadata", cursor)).json();
        page.path("items").forEach(it -> healths.put(it.path("name").asText(), it));
        cursor = page.path("next").asText(null);
      } while (cursor != null);
    } catch (CommandFailure e) {
      spec.commandLine().getErr().println(e.sentence());
    }
    return healths;
  }

  private static String page(String path, @Nullable String cursor) {
    return path
        + "?limit=1000"
        + (cursor == null ? "" : "&cursor=" + ServiceClient.encoded(cursor));
  }

  private static boolean needsSomebody(@Nullable JsonNode health) {
    return health != null
        && switch (health.path("health").asText()) {
          case "expiring", "stale", "conflict", "broken" -> true;
          default -> false;
        };
  }

  private static String issuer(JsonNode partner, @Nullable JsonNode health) {
    if (partner.hasNonNull("applicationIdentifier") && partner.hasNonNull("realm")) {
      return partner.path("applicationIdentifier").asText() + "@" + partner.path("realm").asText();
    }
    return health == null ? "-" : health.path("issuer").asText("-");
  }

  private static String days(@Nullable JsonNode health, String field) {
    return health == null || !health.hasNonNull(field)
        ? "-"
        : health.path(field).asLong() + " days";
  }

  private static String readsOurs(@Nullable JsonNode health) {
    if (health == null || !health.hasNonNull("readsOurs")) {
      return "-";
    }
    JsonNode read = health.path("readsOurs");
    return (read.path("current").asBoolean() ? "current, " : "older, ")
        + read.path("readAt").asText();
  }
}
