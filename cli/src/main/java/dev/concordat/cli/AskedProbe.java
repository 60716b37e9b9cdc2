package dev.concordat.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.cli.Connection.Service;
import dev.concordat.cli.ServiceClient.Attempt;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One probe, asked for and followed to its end.
 *
 * @param partner whose mailbox; absent for the only Exchange that is registered
 * @param kind what is probed; absent for conversation history
 * @param token {@code fresh} or {@code cached}; absent for what the partner's settings say
 */
record AskedProbe(
    String sipAddress,
    @Nullable String partner,
    @Nullable String kind,
    boolean deleteItem,
    @Nullable String token) {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration GLANCE = Duration.ofSeconds(1);

  /**
   * Runs it.
   *
   * @param news is told of its stages as they begin and end
   * @return the result, as {@code ProbeCompleted}
   */
  JsonNode run(ServiceClient client, Consumer<ServerSentEvents.Event> news) {
    JsonNode answer = ask(client);
    if (answer.hasNonNull("outcome")) {
      return answer;
    }
    String id = answer.path("id").asText();
    var result = new AtomicReference<JsonNode>();
    ServerSentEvents.read(
        client,
        Service.PROBE,
        "/v1/probes/" + ServiceClient.encoded(id) + "/events",
        event -> {
          if (event.name().equals("completed")) {
            result.set(event.data());
          } else {
            news.accept(event);
          }
        });
    return Optional.ofNullable(result.get()).orElseGet(() -> await(client, id));
  }

  private JsonNode ask(ServiceClient client) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("sipAddress", sipAddress);
    if (partner != null) {
      body.put("partner", partner);
    }
    if (kind != null) {
      body.put("kind", kind);
    }
    body.put("deleteItem", deleteItem);
    if (token != null) {
      body.put("token", token);
    }
    try {
      Attempt attempt =
          Patience.ask(() -> client.attempt(Service.PROBE, "POST", "/v1/probes", body));
      if (attempt.status() / 100 != 2) {
        throw client.refused(Service.PROBE, attempt);
      }
      return new ServiceClient.Answer(attempt.status(), attempt.body(), null).json();
    } catch (IOException e) {
      throw client.unreachable(Service.PROBE, e);
    }
  }

  /** Where the feed ended early, its result is looked for until patience ends. */
  private static JsonNode await(ServiceClient client, String id) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < end) {
      var answer = client.get(Service.PROBE, "/v1/probes/" + ServiceClient.encoded(id));
      if (answer.status() == 200) {
        return answer.json();
      }
      try {
        Thread.sleep(GLANCE);
      } catch (InterruptedException e) {
        throw ServiceClient.interrupted();
      }
    }
    throw new CommandFailure(
        CommandFailure.UNREACHABLE,
        "The probe has not ended within %d s. Its result will be among ./concordat events --type ProbeCompleted (id %s)."
            .formatted(PATIENCE.toSeconds(), id));
  }
}
