package dev.concordat.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion;
import dev.concordat.contracts.Json;
import dev.concordat.contracts.events.EventType;

/** Holds events against the schemas that {@code contracts} publishes. */
final class EventSchemas {

  private static final JsonSchemaFactory FACTORY =
      JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);

  private EventSchemas() {}

  /** A CloudEvent in the structured format, and its data. */
  static void assertValid(JsonNode event) {
    assertThat(event.path("specversion").asText()).isEqualTo("1.0");
    assertThat(event.path("id").asText()).isNotEmpty();
    assertThat(event.path("source").asText()).startsWith("/concordat/");
    assertThat(event.path("subject").asText()).isNotEmpty();
    assertThat(event.path("time").asText()).isNotEmpty();
    String type = event.path("type").asText();
    if (type.equals(EventType.PARTNER_REMOVED)
        || type.equals(EventType.SIGNING_KEY_PRUNED)
        || type.endsWith("MetadataRemoved.v1")) {
      assertThat(event.has("data")).isFalse();
      return;
    }
    EventType known = EventType.ofCeType(type).orElseThrow();
    assertThat(schema(known).validate(event.path("data")))
        .as("%s against its schema: %s", type, event.path("data"))
        .isEmpty();
  }

  private static JsonSchema schema(EventType type) {
    try {
      return FACTORY.getSchema(
          SchemaLocation.of("classpath:" + type.schemaResource().substring(1)));
    } catch (RuntimeException e) {
      throw new IllegalStateException("no schema for " + type, e);
    }
  }

  static JsonNode json(String text) {
    try {
      return Json.mapper().readTree(text);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new AssertionError("no JSON: " + text, e);
    }
  }
}
