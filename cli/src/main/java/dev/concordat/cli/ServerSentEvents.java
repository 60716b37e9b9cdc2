package dev.concordat.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.cli.Connection.Service;
import dev.concordat.contracts.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Reads a feed of events with JSON in them (WHATWG HTML 9.2.6). */
final class ServerSentEvents {

  /**
   * One event.
   *
   * @param name what it is; {@code message} where it doesn't say
   */
  record Event(String name, JsonNode data) {}

  private ServerSentEvents() {}

  /** Hands over each event as it comes, until the feed ends. */
  static void read(ServiceClient client, Service service, String path, Consumer<Event> each) {
    try (var lines =
        new BufferedReader(
            new InputStreamReader(client.stream(service, path), StandardCharsets.UTF_8))) {
      String name = "message";
      List<String> data = new ArrayList<>();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.isEmpty() && !data.isEmpty()) {
          each.accept(new Event(name, Json.mapper().readTree(String.join("\n", data))));
          data.clear();
          name = "message";
        } else if (line.startsWith("data:")) {
          data.add(line.substring(5).stripLeading());
        } else if (line.startsWith("event:")) {
          name = line.substring(6).strip();
        }
      }
    } catch (JsonProcessingException e) {
      throw new CommandFailure(
          CommandFailure.FAILED,
          "The %s sends something that is no event.".formatted(service.serviceName()));
    } catch (IOException e) {
      throw new CommandFailure(
          CommandFailure.UNREACHABLE,
          "The feed of the %s broke off.".formatted(service.serviceName()));
    }
  }
}
