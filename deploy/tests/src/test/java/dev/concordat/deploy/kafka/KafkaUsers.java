package dev.concordat.deploy.kafka;

import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.deploy.Checkout;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** The users of {@code deploy/strimzi/users.yaml}, as the user operator hands them to Kafka. */
final class KafkaUsers {

  private static final Map<String, ResourceType> TYPES =
      Map.of(
          "topic", ResourceType.TOPIC,
          "group", ResourceType.GROUP,
          "transactionalId", ResourceType.TRANSACTIONAL_ID,
          "cluster", ResourceType.CLUSTER);

  private final Map<String, List<AclBinding>> rules = new TreeMap<>();

  static KafkaUsers read() {
    var users = new KafkaUsers();
    for (JsonNode user : Checkout.documents(Checkout.text("deploy/strimzi/users.yaml"))) {
      String name = user.at("/metadata/name").asText();
      users.rules.put(
          name,
          StreamSupport.stream(user.at("/spec/authorization/acls").spliterator(), false)
              .flatMap(
                  rule ->
                      StreamSupport.stream(rule.path("operations").spliterator(), false)
                          .map(operation -> binding(name, rule, operation.asText())))
              .toList());
    }
    return users;
  }

  private static AclBinding binding(String user, JsonNode rule, String operation) {
    JsonNode resource = rule.path("resource");
    return new AclBinding(
        new ResourcePattern(
            TYPES.get(resource.path("type").asText()),
            resource.path("name").asText(),
            PatternType.fromString(
                resource.path("patternType").asText("literal").toUpperCase(Locale.ROOT))),
        new AccessControlEntry(
            "User:" + user,
            "*",
            AclOperation.fromString(operation.replaceAll("(.)([A-Z])", "$1_$2")),
            AclPermissionType.ALLOW));
  }

  List<String> names() {
    return List.copyOf(rules.keySet());
  }

  List<AclBinding> rules() {
    return rules.values().stream().flatMap(List::stream).toList();
  }

  /** What a user may do to resources of a type: {@code Read concordat.partners}. */
  List<String> allowed(String user, ResourceType type) {
    return rules.get(user).stream()
        .filter(it -> it.pattern().resourceType() == type)
        .map(it -> it.entry().operation() + " " + it.pattern().name())
        .sorted()
        .collect(Collectors.toList());
  }
}
