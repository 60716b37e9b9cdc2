package dev.concordat.deploy.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.contracts.Topic;
import dev.concordat.deploy.Checkout;
import dev.concordat.deploy.KubernetesRules;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The Strimzi resources say what {@code contracts} says. */
class StrimziTest {

  @ParameterizedTest
  @ValueSource(strings = {"kafka.yaml", "topics.yaml", "users.yaml"})
  void strimziWouldTakeEveryField(String file) {
    List<JsonNode> resources = Checkout.documents(Checkout.text("deploy/strimzi/" + file));

    assertThat(resources).isNotEmpty();
    for (JsonNode resource : resources) {
      assertThat(KubernetesRules.objection(resource))
          .as("%s", resource.at("/metadata/name"))
          .isEmpty();
    }
  }

  @Test
  void theTopicsAreThoseOfContractsInTheirShape() {
    var declared =
        Checkout.documents(Checkout.text("deploy/strimzi/topics.yaml")).stream()
            .collect(
                Collectors.toMap(it -> it.at("/metadata/name").asText(), it -> it.path("spec")));

    assertThat(declared.keySet())
        .isEqualTo(Arrays.stream(Topic.values()).map(Topic::topicName).collect(Collectors.toSet()));
    for (Topic topic : Topic.values()) {
      JsonNode spec = declared.get(topic.topicName());
      var config = new HashMap<String, String>();
      spec.path("config")
          .properties()
          .forEach(it -> config.put(it.getKey(), it.getValue().asText()));

      assertThat(spec.path("partitions").asInt())
          .as(topic.topicName())
          .isEqualTo(topic.partitions());
      assertThat(config).as(topic.topicName()).containsAllEntriesOf(topic.settings());
      assertThat(spec.path("replicas").asInt()).isEqualTo(3);
      assertThat(config).containsEntry("min.insync.replicas", "2");
    }
  }

  @Test
  void everyServiceMayReadAndWriteWhatTheAsyncApiDocumentSaysAndNothingElse() throws IOException {
    var users = KafkaUsers.read();
    Map<String, Set<String>> documented = documented();
    assertThat(users.names())
        .isEqualTo(documented.keySet().stream().map(it -> "concordat-" + it).sorted().toList());

    documented.forEach(
        (service, operations) ->
            assertThat(
                    users.allowed("concordat-" + service, ResourceType.TOPIC).stream()
                        .filter(it -> !it.startsWith("DESCRIBE")))
                .as(service)
                .containsExactlyElementsOf(operations));
  }

  @Test
  void nobodyMayMakeAlterOrDelete() {
    assertThat(KafkaUsers.read().rules())
        .extracting(it -> it.entry().operation().name())
        .containsOnly("READ", "WRITE", "DESCRIBE", "DESCRIBE_CONFIGS");
    assertThat(KafkaUsers.read().rules())
        .noneMatch(it -> it.pattern().resourceType() == ResourceType.CLUSTER);
  }

  /** {@code READ topic} and {@code WRITE topic} by service, as the document's operations say. */
  private static Map<String, Set<String>> documented() throws IOException {
    JsonNode document;
    try (InputStream file = Topic.class.getResourceAsStream("asyncapi.yaml")) {
      document = Checkout.YAML.readTree(file);
    }
    var documented = new HashMap<String, Set<String>>();
    for (JsonNode operation : document.path("operations")) {
      String channel = operation.at("/channel/$ref").asText().replaceFirst("#/channels/", "");
      String topic = document.at("/channels/" + channel + "/address").asText();
      String verb = operation.path("action").asText().equals("send") ? "WRITE " : "READ ";
      for (JsonNode tag : operation.path("tags")) {
        documented
            .computeIfAbsent(tag.path("name").asText(), any -> new TreeSet<>())
            .add(verb + topic);
      }
    }
    documented.values().forEach(it -> it.add("WRITE " + Topic.DEAD_LETTERS.topicName()));
    return documented;
  }
}
