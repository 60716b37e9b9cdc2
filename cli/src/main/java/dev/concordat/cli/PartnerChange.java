package dev.concordat.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.concordat.cli.powershell.Shown;
import dev.concordat.contracts.Json;
import dev.concordat.contracts.metadata.SigningCertificate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * A field that differs between two states of a partner.
 *
 * @param field its path, such as {@code trust.metadataUrl}
 * @param before absent where it was not there
 * @param after absent where it will not be there
 */
record PartnerChange(String field, @Nullable JsonNode before, @Nullable JsonNode after) {

  /** The fields that differ, by their paths. */
  static List<PartnerChange> between(JsonNode before, JsonNode after) {
    Map<String, JsonNode> from = leaves(before);
    Map<String, JsonNode> to = leaves(after);
    var fields = new TreeSet<>(from.keySet());
    fields.addAll(to.keySet());
    var changes = new ArrayList<PartnerChange>();
    for (String field : fields) {
      JsonNode was = from.get(field);
      JsonNode is = to.get(field);
      if (!Objects.equals(was, is)) {
        changes.add(new PartnerChange(field, was, is));
      }
    }
    return changes;
  }

  private static Map<String, JsonNode> leaves(JsonNode node) {
    var leaves = new LinkedHashMap<String, JsonNode>();
    collect("", node, leaves);
    return leaves;
  }

  private static void collect(String path, JsonNode node, Map<String, JsonNode> leaves) {
    if (node instanceof ObjectNode object) {
      object
          .properties()
          .forEach(
              it ->
                  collect(
                      path.isEmpty() ? it.getKey() : path + "." + it.getKey(),
                      it.getValue(),
                      leaves));
    } else {
      leaves.put(path, node);
    }
  }

  ObjectNode json() {
    ObjectNode json = Json.mapper().createObjectNode();
    json.put("field", field);
    if (before != null) {
      json.set("before", before);
    }
    if (after != null) {
      json.set("after", after);
    }
    return json;
  }

  @Override
  public String toString() {
    return field + ": " + shown(before) + " → " + shown(after);
  }

  private String shown(@Nullable JsonNode value) {
    if (value == null) {
      return "(none)";
    }
    if (field.endsWith("secretHash")) {
      return "(a hash)";
    }
    return value.isArray()
        ? StreamSupport.stream(value.spliterator(), false)
            .map(PartnerChange::single)
            .collect(Collectors.joining(", ", "[", "]"))
        : single(value);
  }

  private static String single(JsonNode value) {
    String text = value.isValueNode() ? value.asText() : value.toString();
    return text.length() > 100
        ? SigningCertificate.tryParse(text)
            .map(it -> "certificate " + it.thumbprint())
            .orElseGet(() -> Shown.text(text))
        : Shown.text(text);
  }
}
