package dev.concordat.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.cli.Connection.Service;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Our signing keys. */
@Command(
    name = "key",
    mixinStandardHelpOptions = true,
    description = "Our signing keys.",
    subcommands = {KeyCommand.All.class, KeyRolloverCommand.class, KeyRevokeCommand.class})
final class KeyCommand implements Runnable {

  @Spec CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Say what to do: list, rollover or revoke.");
  }

  /** Lists them. */
  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "Lists the signing keys, what each is used for, and until when it holds.")
  static final class All implements Callable<Integer> {

    @Spec CommandSpec spec;
    @Mixin Connection connection;
    @Mixin Output output;

    @Override
    public Integer call() {
      JsonNode answer = new ServiceClient(connection).get(Service.TOKEN, "/v1/signing-keys").json();
      JsonNode keys = answer.path("keys");
      var out = spec.commandLine().getOut();
      if (output.isJson()) {
        Output.json(out, keys);
        return 0;
      }
      var rows = new ArrayList<List<String>>();
      for (JsonNode key : keys) {
        rows.add(
            List.of(
                key.path("keyId").asText(),
                key.path("state").asText(key.path("phase").asText()),
                key.path("certificate").path("thumbprint").asText("-"),
                key.path("certificate").path("notAfter").asText("-")));
      }
      Output.table(out, List.of("KEY", "STATE", "THUMBPRINT", "VALID UNTIL"), rows);
      if (answer.hasNonNull("fault")) {
        spec.commandLine().getErr().println(answer.path("fault").asText());
      }
      return 0;
    }
  }
}
