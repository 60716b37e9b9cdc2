package dev.concordat.chaos;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.concordat.contracts.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What was seen in a run, by whoever saw it. */
final class History {

  private final long origin = System.nanoTime();
  private final List<Entry> entries = new ArrayList<>();

  /** Milliseconds since the run began. */
  long now() {
    return Duration.ofNanos(System.nanoTime() - origin).toMillis();
  }

  synchronized void add(Entry entry) {
    entries.add(entry);
  }

  /** All of it so far, in the order of time. */
  synchronized List<Entry> entries() {
    return entries.stream().sorted(Comparator.comparingLong(Entry::at)).toList();
  }

  /** An entry as a line of JSON. */
  static String line(Entry entry) {
    try {
      ObjectNode json = Json.mapper().createObjectNode();
      json.put("entry", entry.getClass().getSimpleName());
      for (var part : entry.getClass().getRecordComponents()) {
        Object value = part.getAccessor().invoke(entry);
        if (value instanceof Fault fault) {
          json.put(part.getName(), fault.toString());
        } else {
          json.set(part.getName(), Json.mapper().valueToTree(value));
        }
      }
      return Json.mapper().writeValueAsString(json);
    } catch (ReflectiveOperationException | JsonProcessingException e) {
      throw new IllegalStateException("a record that can't be written", e);
    }
  }
}
