package dev.concordat.contracts.events;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.util.Set;

/** The JSON Schemas of the class path, with formats checked. */
final class Schemas {
  private static final JsonSchemaFactory FACTORY =
      JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);
  private static final SchemaValidatorsConfig FORMATS_CHECKED =
      SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build();

  private Schemas() {}

  static JsonSchema of(EventType type) {
    return FACTORY.getSchema(
        SchemaLocation.of("classpath:" + type.schemaResource().substring(1)), FORMATS_CHECKED);
  }

  static Set<ValidationMessage> violations(EventType type, JsonNode data) {
    return of(type).validate(data);
  }
}
