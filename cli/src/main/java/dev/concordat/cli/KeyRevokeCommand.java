package dev.concordat.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.cli.Connection.Service;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Ends the use of a key that may be in other hands. */
@Command(
    name = "revoke",
    mixinStandardHelpOptions = true,
    description = {
      "Revokes a signing key: it signs nothing more, leaves our document, and every token that it"
          + " signed is refused here at once. Another key signs instead, whichever partners know it.",
      "Partners go on accepting the revoked key until they have read our document again."
    })
final class KeyRevokeCommand implements Callable<Integer> {

  @Spec CommandSpec spec;
  @Mixin Connection connection;
  @Mixin Output output;

  @Parameters(paramLabel = "KEY", description = "The key's id, as key list shows it.")
  String key;

  @Option(
      names = "--taint",
      description =
          "Only suspects it: it signs nothing more, but what it signed counts until it expires.")
  boolean taint;

  @Override
  public Integer call() {
    JsonNode changed =
        new ServiceClient(connection)
            .post(
                Service.TOKEN,
                "/v1/signing-keys/" + ServiceClient.encoded(key) + (taint ? "/taint" : "/revoke"),
                Map.of(),
                Map.of())
            .json();
    PrintWriter out = spec.commandLine().getOut();
    if (output.isJson()) {
      Output.json(out, changed);
      return 0;
    }
    out.println("%s is %s.".formatted(key, taint ? "tainted" : "revoked"));
    out.println(
        taint
            ? "Another key signs from now on. See ./concordat key rollover --status for partners that don't know it."
            : "Have every partner read our document now, so that none accepts it any more: ./concordat partner setup NAME prints the commands (Exchange: Set-PartnerApplication NAME -RefreshAuthMetadata).");
    return 0;
  }
}
