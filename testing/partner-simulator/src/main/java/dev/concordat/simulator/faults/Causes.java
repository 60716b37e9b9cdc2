package dev.concordat.simulator.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.concordat.contracts.Json;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The causes of the diagnosis ({@code docs/diagnose.md}) that a partner can bring about, each with
 * the fault that does, and the others with where they come from. They are listed in {@code
 * causes.json} beside this class.
 */
public final class Causes {

  private static final JsonNode ALL = load();

  private Causes() {}

  /**
   * The members of the fault that brings a cause about.
   *
   * @throws IllegalArgumentException if there is no such cause, or if no partner brings it about
   */
  public static ObjectNode fault(String code) {
    JsonNode cause = ALL.path(code);
    if (cause.isMissingNode()) {
      throw new IllegalArgumentException("there is no cause " + code);
    }
    if (cause.path("fault") instanceof ObjectNode fault) {
      return fault.deepCopy();
    }
    throw new IllegalArgumentException(
        "no partner brings about %s: %s".formatted(code, cause.path("elsewhere").asText()));
  }

  /** Every cause by its code: {@code fault}, or {@code elsewhere} with a reason. */
  public static Map<String, JsonNode> all() {
    var all = new LinkedHashMap<String, JsonNode>();
    ALL.properties().forEach(it -> all.put(it.getKey(), it.getValue()));
    return all;
  }

  private static JsonNode load() {
    try (InputStream file = Causes.class.getResourceAsStream("causes.json")) {
      return Json.mapper().readTree(file);
    } catch (IOException e) {
      throw new IllegalStateException("causes.json is part of this program", e);
    }
  }
}
