package dev.concordat.contracts.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.concordat.contracts.Fixtures;
import dev.concordat.contracts.Json;
import dev.concordat.contracts.Topic;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The AsyncAPI document says what {@link Topic} and {@link EventType} do. */
class AsyncApiTest {
  private static final String FOLDER = "/dev/concordat/contracts/";
  private static final JsonNode DOCUMENT = document();

  @Test
  void itIsAValidAsyncApiDocument() throws IOException {
    var schema =
        JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7)
            .getSchema(Json.mapper().readTree(Fixtures.text("/asyncapi-3.0.0.schema.json")));

    assertThat(schema.validate(DOCUMENT)).isEmpty();
  }

  @Test
  void itHasTheTopicsAndNoOthers() {
    assertThat(DOCUMENT.path("channels"))
        .extracting(channel -> channel.path("address").asText())
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Topic.values()).map(Topic::topicName).toList());
  }

  @ParameterizedTest
  @EnumSource
  void eachChannelHasItsTopicsShape(Topic topic) {
    JsonNode kafka = channel(topic).path("bindings").path("kafka");
    JsonNode settings = kafka.path("topicConfiguration");

    assertThat(kafka.path("topic").asText()).isEqualTo(topic.topicName());
    assertThat(kafka.path("partitions").asInt()).isEqualTo(topic.partitions());
    assertThat(settings.path("cleanup.policy"))
        .extracting(JsonNode::asText)
        .containsExactly(topic.cleanupPolicy());
    assertThat(settings.has("retention.ms")).isEqualTo(topic.retention().isPresent());
    topic
        .retention()
        .ifPresent(
            kept -> assertThat(settings.path("retention.ms").asLong()).isEqualTo(kept.toMillis()));
  }

  @ParameterizedTest
  @EnumSource
  void eachEventIsAMessageOfItsChannelWithItsSchema(EventType type) {
    String name = type.dataClass().getSimpleName();
    JsonNode message = DOCUMENT.at("/components/messages/" + name);

    assertThat(channel(type.topic()).path("messages").path(name).path("$ref").asText())
        .isEqualTo("#/components/messages/" + name);
    assertThat(message.path("name").asText()).isEqualTo(type.ceType());
    assertThat(message.at("/headers/allOf/1/properties/ce_type/const").asText())
        .isEqualTo(type.ceType());
    assertThat(FOLDER + message.at("/payload/$ref").asText()).isEqualTo(type.schemaResource());
  }

  @Test
  void removalIsAMessageOfThePartnersChannel() {
    JsonNode message = DOCUMENT.at("/components/messages/PartnerRemoved");

    assertThat(channel(Topic.PARTNERS).path("messages").has("PartnerRemoved")).isTrue();
    assertThat(message.path("name").asText()).isEqualTo(EventType.PARTNER_REMOVED);
  }

  @Test
  void pruningIsAMessageOfTheSigningKeysChannel() {
    JsonNode message = DOCUMENT.at("/components/messages/SigningKeyPruned");

    assertThat(channel(Topic.SIGNING_KEYS).path("messages").has("SigningKeyPruned")).isTrue();
    assertThat(message.path("name").asText()).isEqualTo(EventType.SIGNING_KEY_PRUNED);
  }

  @Test
  void noChannelHasOtherMessages() {
    Set<String> known =
        Arrays.stream(EventType.values())
            .map(type -> type.dataClass().getSimpleName())
            .collect(Collectors.toCollection(TreeSet::new));
    known.add("PartnerRemoved");
    known.add("SigningKeyPruned");
    known.add("DeadLetter");
    Set<String> named = new TreeSet<>();
    DOCUMENT
        .path("channels")
        .forEach(channel -> channel.path("messages").fieldNames().forEachRemaining(named::add));

    assertThat(named).isEqualTo(known);
  }

  @Test
  void everyReferenceLeadsSomewhere() {
    for (String reference : references(DOCUMENT)) {
      if (reference.startsWith("#")) {
        assertThat(DOCUMENT.at(reference.substring(1)).isMissingNode()).as(reference).isFalse();
      } else {
        assertThat(Fixtures.text(FOLDER + reference)).as(reference).isNotBlank();
      }
    }
  }

  @Test
  void everyTopicIsWrittenByTheServicesThatOwnItAndReadBySomeone() {
    assertThat(services("send", Topic.PARTNERS)).containsExactly("trust-registry");
    assertThat(services("send", Topic.METADATA)).containsExactly("metadata-service");
    assertThat(services("send", Topic.SIGNING_KEYS)).containsExactly("token-service");
    assertThat(services("send", Topic.PROBES)).containsExactly("probe-service");
    assertThat(services("receive", Topic.SIGNING_KEYS))
        .containsExactlyInAnyOrder(
            "metadata-service", "token-service", "trust-registry", "probe-service");
    assertThat(services("receive", Topic.PARTNERS))
        .containsExactlyInAnyOrder(
            "trust-registry", "metadata-service", "token-service", "probe-service");
  }

  private static Set<String> services(String action, Topic topic) {
    var services = new TreeSet<String>();
    for (JsonNode operation : DOCUMENT.path("operations")) {
      String reference = operation.at("/channel/$ref").asText();
      if (operation.path("action").asText().equals(action)
          && DOCUMENT.at(reference.substring(1)).equals(channel(topic))) {
        operation.path("tags").forEach(tag -> services.add(tag.path("name").asText()));
      }
    }
    return services;
  }

  private static JsonNode channel(Topic topic) {
    for (JsonNode channel : DOCUMENT.path("channels")) {
      if (channel.path("address").asText().equals(topic.topicName())) {
        return channel;
      }
    }
    throw new AssertionError("no channel for " + topic);
  }

  private static List<String> references(JsonNode node) {
    var found = new ArrayList<String>();
    if (node.path("$ref").isTextual()) {
      found.add(node.path("$ref").asText());
    }
    node.forEach(child -> found.addAll(references(child)));
    return found;
  }

  private static JsonNode document() {
    try {
      return new YAMLMapper().readTree(Fixtures.text(FOLDER + "asyncapi.yaml"));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
