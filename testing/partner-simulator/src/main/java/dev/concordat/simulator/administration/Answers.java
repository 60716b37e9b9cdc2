package dev.concordat.simulator.administration;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.contracts.Json;
import dev.concordat.contracts.Problem;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;

/** How the administration reads requests and answers them. */
final class Answers {

  private Answers() {}

  static void json(RoutingContext context, int status, Object body) {
    try {
      context
          .response()
          .setStatusCode(status)
          .putHeader("Content-Type", status < 400 ? "application/json" : "application/problem+json")
          .end(Buffer.buffer(Json.mapper().writeValueAsBytes(body)));
    } catch (JsonProcessingException e) {
      context.response().setStatusCode(500).end();
    }
  }

  static void problem(RoutingContext context, int status, String code, String detail) {
    json(context, status, Problem.of(code, "The simulator can't do this", status, detail));
  }

  static void nothing(RoutingContext context) {
    context.response().setStatusCode(204).end();
  }

  static String parameter(RoutingContext context, String name) {
    return Objects.requireNonNullElse(context.pathParam(name), "");
  }

  /** The body as an object; where it is none, that is answered. */
  static Optional<JsonNode> body(RoutingContext context) {
    Buffer body = context.body().buffer();
    try {
      JsonNode node = Json.mapper().readTree(body == null ? new byte[0] : body.getBytes());
      if (node != null && node.isObject()) {
        return Optional.of(node);
      }
    } catch (IOException e) {
      problem(context, 400, "body-malformed", "The body is no JSON object.");
      return Optional.empty();
    }
    problem(context, 400, "body-malformed", "The body is no JSON object.");
    return Optional.empty();
  }

  /** Something that may wait. */
  interface Work {
    void run() throws InterruptedException;
  }

  /** Does something on a thread that may wait; what it answers, it answers itself. */
  static void waiting(Work work) {
    Thread.startVirtualThread(
        () -> {
          try {
            work.run();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }
}
