package dev.concordat.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.concordat.cli.Connection.Service;
import dev.concordat.cli.ServiceClient.Attempt;
import dev.concordat.contracts.Json;
import dev.concordat.contracts.events.Trust;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Reads partners' documents now. */
@Command(
    name = "refresh",
    mixinStandardHelpOptions = true,
    description =
        "Reads the metadata documents of partners now, as Set-PartnerApplication"
            + " -RefreshAuthMetadata does.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:every document was read and is in use",
      "1:one gave nothing to use",
      "2:usage, or the service can't be reached"
    })
final class PartnerRefreshCommand implements Callable<Integer> {

  /** So many are asked for at once; the service itself reads more. */
  private static final int AT_ONCE = 16;

  @Spec CommandSpec spec;
  @Mixin Connection connection;
  @Mixin Output output;

  @Parameters(paramLabel = "NAME", arity = "0..*", description = "Which partners.")
  List<String> names = new ArrayList<>();

  @Option(names = "--all", description = "Every enabled partner that has a document.")
  boolean all;

  @Override
  public Integer call() {
    if (all != names.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "Say which: the names of partners, or --all.");
    }
    var client = new ServiceClient(connection);
    if (!all && names.size() == 1) {
      String name = names.getFirst();
      return ReadingShown.of(
          spec, output, name, client.post(Service.METADATA, path(name), Map.of(), Map.of()).json());
    }
    return refresh(client, all ? documents(client) : names);
  }

  private int refresh(ServiceClient client, List<String> wanted) {
    PrintWriter err = spec.commandLine().getErr();
    PrintWriter out = spec.commandLine().getOut();
    var places = new Semaphore(AT_ONCE);
    var readings = Json.mapper().createArrayNode();
    int failed = 0;
    int done = 0;
    try (var asking = Executors.newVirtualThreadPerTaskExecutor()) {
      var answers = new ArrayList<Future<JsonNode>>();
      for (String name : wanted) {
        answers.add(
            asking.submit(
                () -> {
                  places.acquire();
                  try {
                    return ask(client, name);
                  } finally {
                    places.release();
                  }
                }));
      }
      for (Future<JsonNode> answer : answers) {
        JsonNode reading = answer.get();
        done++;
        if (!ReadingShown.good(reading)) {
          failed++;
        }
        if (output.isJson()) {
          readings.add(reading);
        } else if (!reading.path("outcome").asText().equals("unchanged")) {
          ReadingShown.print(out, reading.path("name").asText(), reading);
        }
        if (done % 100 == 0 && done < wanted.size()) {
          err.println("%d of %d read".formatted(done, wanted.size()));
          err.flush();
        }
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io
          ? client.unreachable(Service.METADATA, io)
          : e.getCause() instanceof CommandFailure told
              ? told
              : new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      throw ServiceClient.interrupted();
    }
    if (output.isJson()) {
      Output.json(out, readings);
    }
    err.println("%d read, %d of them gave nothing to use.".formatted(done, failed));
    return failed == 0 ? 0 : CommandFailure.FAILED;
  }

  /** What came of it; what the service refuses, as a reading that failed. */
  private static JsonNode ask(ServiceClient client, String name) throws IOException {
    Attempt attempt =
        Patience.ask(() -> client.attempt(Service.METADATA, "POST", path(name), null));
    if (attempt.status() == 401 || attempt.status() == 403) {
      throw client.refused(Service.METADATA, attempt);
    }
    JsonNode body = Json.mapper().readTree(attempt.body());
    if (attempt.good()) {
      return body;
    }
    ObjectNode reading = Json.mapper().createObjectNode();
    reading.put("name", name);
    // It was read a moment ago: that is as good.
    reading.put("outcome", attempt.status() == 429 ? "unchanged" : "refused");
    reading.set("problem", body);
    return reading;
  }

  private static List<String> documents(ServiceClient client) {
    var found = new ArrayList<String>();
    new RegisteredPartners(client)
        .forEach(
            partner -> {
              if (partner.enabled() && partner.trust() instanceof Trust.ByMetadata) {
                found.add(partner.name());
              }
            });
    return found;
  }

  private static String path(String name) {
    return "/v1/metadata/" + ServiceClient.encoded(name) + "/refresh";
  }
}
