package dev.concordat.contracts.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion;
import dev.concordat.contracts.Fixtures;
import dev.concordat.contracts.Json;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The schemas say what the records write, and the records read what was written before. */
class EventSchemaTest {

  static List<Event> examples() {
    return Stream.concat(Examples.FULL.stream(), Examples.MINIMAL.stream()).toList();
  }

  @ParameterizedTest
  @MethodSource("examples")
  void whatIsWrittenReadsTheSameAndKeepsToItsSchema(Event event) throws JsonProcessingException {
    String json = Json.mapper().writeValueAsString(event);

    assertThat((Event) Json.mapper().readValue(json, EventType.of(event).dataClass()))
        .isEqualTo(event);
    assertThat(Schemas.violations(EventType.of(event), Json.mapper().readTree(json))).isEmpty();
    assertThat(json).doesNotContain("null");
  }

  @ParameterizedTest
  @EnumSource
  void everyEventHasExamples(EventType type) {
    assertThat(Examples.FULL).filteredOn(event -> EventType.of(event) == type).isNotEmpty();
    assertThat(Examples.MINIMAL).filteredOn(event -> EventType.of(event) == type).isNotEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void everySchemaIsAValidSchema(EventType type) throws JsonProcessingException {
    var metaSchema =
        JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
            .getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));

    assertThat(metaSchema.validate(Json.mapper().readTree(Fixtures.text(type.schemaResource()))))
        .isEmpty();
    assertThat(
            metaSchema.validate(
                Json.mapper()
                    .readTree(Fixtures.text("/dev/concordat/contracts/schemas/common.v1.json"))))
        .isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void aSchemaNamesEveryComponentAndRequiresWhatIsNeverNull(EventType type)
      throws JsonProcessingException {
    var common =
        Json.mapper().readTree(Fixtures.text("/dev/concordat/contracts/schemas/common.v1.json"));
    var schema = Json.mapper().readTree(Fixtures.text(type.schemaResource()));

    assertThat(schema.path("title").asText()).isEqualTo(type.dataClass().getSimpleName());
    assertThat(properties(schema, common)).isEqualTo(components(type.dataClass(), false));
    assertThat(required(schema, common)).isEqualTo(components(type.dataClass(), true));
  }

  @ParameterizedTest
  @CsvSource({
    "partnerApplication, PartnerApplication",
    "mayRequest, MayRequest",
    "clientAuth, ClientAuth",
    "probeSettings, ProbeSettings",
    "expectation, Expectation",
    "idempotency, Idempotency",
    "metadataChange, MetadataChange",
    "certificateSummary, CertificateSummary",
    "probeStage, ProbeStage",
    "diagnosis, Diagnosis"
  })
  void theSharedShapesNameEveryComponentToo(String shape, String record) throws Exception {
    var common =
        Json.mapper().readTree(Fixtures.text("/dev/concordat/contracts/schemas/common.v1.json"));
    var schema = common.path("$defs").path(shape);
    var recordClass = Class.forName(Event.class.getPackageName() + "." + record);

    assertThat(properties(schema, common)).isEqualTo(components(recordClass, false));
    assertThat(required(schema, common)).isEqualTo(components(recordClass, true));
  }

  @ParameterizedTest
  @EnumSource
  void whatANewerWriterAddsIsIgnored(EventType type) throws JsonProcessingException {
    Event event = full(type);
    ObjectNode json = Json.mapper().valueToTree(event);
    addUnknownEverywhere(json);

    assertThat((Event) Json.mapper().treeToValue(json, type.dataClass()))
        .usingRecursiveComparison()
        .ignoringFieldsMatchingRegexes(".*problem\\.extensions.*")
        .isEqualTo(event);
    assertThat(Schemas.violations(type, json)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void anEventWithoutWhatItNeedsIsUnreadableRatherThanHalfEmpty(EventType type) {
    for (String name : components(type.dataClass(), true)) {
      ObjectNode without = Json.mapper().valueToTree(full(type));
      JsonNode value = without.remove(name);
      if (value.isArray() || value.isBoolean() || value.isNumber()) {
        continue;
      }
      ObjectNode withNull = without.deepCopy();
      withNull.putNull(name);

      assertThat(Schemas.violations(type, without)).as(name).isNotEmpty();
      assertThat(catching(without, type)).as(name).isNotNull();
      assertThat(catching(withNull, type)).as(name).isNotNull();
    }
  }

  @ParameterizedTest
  @EnumSource
  void theFixtureOfItsFirstFormStillReads(EventType type) throws JsonProcessingException {
    String fixture = Fixtures.text("/events/v1/" + type.dataClass().getSimpleName() + ".json");

    Event event = Json.mapper().readValue(fixture, type.dataClass());

    // What was added to the event since is absent from the fixture.
    assertThat(event).usingRecursiveComparison().ignoringActualNullFields().isEqualTo(full(type));
    assertThat(Schemas.violations(type, Json.mapper().readTree(fixture))).isEmpty();
  }

  @Test
  void trustIsToldByWhatItSays() throws JsonProcessingException {
    for (Trust trust : Examples.TRUSTS) {
      ObjectNode json = Json.mapper().valueToTree(trust);
      json.put("addedLater", true);

      assertThat(Json.mapper().treeToValue(json, Trust.class)).isEqualTo(trust);
    }
  }

  @Test
  void trustThatSaysTwoThingsOrNoneIsRefused() throws JsonProcessingException {
    ObjectNode both =
        Json.mapper()
            .createObjectNode()
            .put("metadataUrl", "https://a.example/metadata/json/1")
            .put("tokenServer", "acs");

    assertThat(catchingTrust(both)).isNotNull();
    assertThat(catchingTrust(Json.mapper().createObjectNode())).isNotNull();
  }

  @Test
  void timesAreIso8601AndDurationsToo() throws JsonProcessingException {
    String json = Json.mapper().writeValueAsString(Examples.FULL.get(3));

    assertThat(json)
        .contains("\"changedAt\":\"2026-01-01T08:30:00.125Z\"")
        .contains("\"interval\":\"PT5M\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "PROBE_COMPLETED | outcome | \"odd\"",
        "PROBE_COMPLETED | duration | -1",
        "PROBE_COMPLETED | startedAt | \"yesterday\"",
        "PROBE_COMPLETED | sipAddress | \"\"",
        "PARTNER_REGISTERED | revision | 0",
        "PARTNER_REGISTERED | kind | \"lync\"",
        "PARTNER_REGISTERED | trust | {}",
        "PARTNER_REGISTERED | trust | {\"metadataUrl\":\"https://a.example/\",\"tokenServer\":\"b\"}",
        "SIGNING_KEY_PUBLISHED | keyId | \"short\"",
        "SIGNING_KEY_PUBLISHED | certificate | \"not base64!\"",
        "METADATA_REFRESHED | certificates | [{}]"
      })
  void aSchemaRefusesWhatIsOutOfBounds(EventType type, String name, String value)
      throws JsonProcessingException {
    ObjectNode json = Json.mapper().valueToTree(full(type));
    json.set(name, Json.mapper().readTree(value));

    assertThat(Schemas.violations(type, json)).isNotEmpty();
  }

  private static Event full(EventType type) {
    return Examples.FULL.stream()
        .filter(event -> EventType.of(event) == type)
        .findFirst()
        .orElseThrow();
  }

  private static @Nullable Exception catching(JsonNode json, EventType type) {
    try {
      Json.mapper().treeToValue(json, type.dataClass());
      return null;
    } catch (JsonProcessingException unreadable) {
      return unreadable;
    }
  }

  private static @Nullable Exception catchingTrust(JsonNode json) {
    try {
      Json.mapper().treeToValue(json, Trust.class);
      return null;
    } catch (JsonProcessingException unreadable) {
      return unreadable;
    }
  }

  private static void addUnknownEverywhere(JsonNode json) {
    json.forEach(EventSchemaTest::addUnknownEverywhere);
    if (json instanceof ObjectNode object) {
      object.put("addedLater", "x");
    }
  }

  private static Set<String> components(Class<?> recordClass, boolean onlyNeverNull) {
    return Arrays.stream(recordClass.getRecordComponents())
        .filter(
            component ->
                !onlyNeverNull || !component.getAnnotatedType().isAnnotationPresent(Nullable.class))
        .map(RecordComponent::getName)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> properties(JsonNode schema, JsonNode common) {
    var names = new TreeSet<String>();
    schema.path("properties").fieldNames().forEachRemaining(names::add);
    if (schema.has("$ref")) {
      names.addAll(properties(referred(schema, common), common));
    }
    return names;
  }

  private static Set<String> required(JsonNode schema, JsonNode common) {
    var names = new TreeSet<String>();
    schema.path("required").forEach(name -> names.add(name.asText()));
    if (schema.has("$ref")) {
      names.addAll(required(referred(schema, common), common));
    }
    return names;
  }

  private static JsonNode referred(JsonNode schema, JsonNode common) {
    String reference = schema.path("$ref").asText();
    return common.at(reference.substring(reference.indexOf('#') + 1));
  }
}
