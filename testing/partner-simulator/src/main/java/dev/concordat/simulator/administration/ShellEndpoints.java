package dev.concordat.simulator.administration;

import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.contracts.Json;
import dev.concordat.simulator.cmdlets.Cmdlet;
import dev.concordat.simulator.cmdlets.CmdletFailed;
import dev.concordat.simulator.cmdlets.ProductCalls;
import dev.concordat.simulator.cmdlets.Shell;
import dev.concordat.simulator.outgoing.Caller;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Map;

/**
 * The servers' shells over HTTP: {@code POST /simulator/PRODUCT/CMDLET} with parameters as JSON,
 * {@code POST /simulator/PRODUCT/shell} with lines as an admin types them, {@code POST
 * /simulator/PRODUCT/call} to have the server call somebody.
 */
final class ShellEndpoints {

  private ShellEndpoints() {}

  static void add(Router router, Map<String, Shell> shells, Map<String, Caller> callers) {
    callers.forEach(
        (product, caller) ->
            router
                .post("/simulator/" + product + "/call")
                .handler(context -> call(context, caller)));
    shells.forEach(
        (product, shell) -> {
          router.post("/simulator/" + product + "/shell").handler(it -> lines(it, shell));
          router.post("/simulator/" + product + "/:cmdlet").handler(it -> cmdlet(it, shell));
          router.get("/simulator/" + product + "/:cmdlet").handler(it -> reading(it, shell));
        });
  }

  private static void call(RoutingContext context, Caller caller) {
    var body = Answers.body(context);
    if (body.isEmpty()) {
      return;
    }
    Answers.waiting(
        () -> {
          try {
            Answers.json(context, 200, ProductCalls.call(caller, body.get()));
          } catch (CmdletFailed e) {
            failed(context, e);
          }
        });
  }

  private static void cmdlet(RoutingContext context, Shell shell) {
    Buffer raw = context.body().buffer();
    JsonNode parameters;
    try {
      parameters =
          raw == null || raw.length() == 0
              ? Json.mapper().createObjectNode()
              : Json.mapper().readTree(raw.getBytes());
    } catch (IOException e) {
      Answers.problem(context, 400, "body-malformed", "The parameters are no JSON object.");
      return;
    }
    run(context, shell, parameters);
  }

  /** Only what changes nothing may be asked for by GET. */
  private static void reading(RoutingContext context, Shell shell) {
    if (!Answers.parameter(context, "cmdlet").regionMatches(true, 0, "Get-", 0, 4)) {
      Answers.problem(context, 405, "method-not-allowed", "Only Get-… can be asked for by GET.");
      return;
    }
    run(context, shell, Json.mapper().createObjectNode());
  }

  private static void run(RoutingContext context, Shell shell, JsonNode parameters) {
    String name = Answers.parameter(context, "cmdlet");
    Answers.waiting(
        () -> {
          try {
            Answers.json(context, 200, shell.run(Cmdlet.of(name, parameters)));
          } catch (CmdletFailed e) {
            failed(context, e);
          }
        });
  }

  private static void lines(RoutingContext context, Shell shell) {
    Buffer raw = context.body().buffer();
    String text = raw == null ? "" : raw.toString();
    Answers.waiting(
        () -> {
          var printed = new ArrayList<Object>();
          try {
            for (String line : text.lines().map(String::strip).toList()) {
              if (!line.isEmpty() && !line.startsWith("#")) {
                printed.add(shell.run(Cmdlet.parse(line)));
              }
            }
            Answers.json(context, 200, printed);
          } catch (CmdletFailed e) {
            failed(context, e);
          }
        });
  }

  private static void failed(RoutingContext context, CmdletFailed failure) {
    Answers.problem(context, 422, "cmdlet-failed", String.valueOf(failure.getMessage()));
  }
}
