package dev.concordat.deploy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.fabric8.certmanager.api.model.v1.Certificate;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.openshift.api.model.monitoring.v1.PodMonitor;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1Ingress;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1ServiceAccount;
import io.kubernetes.client.openapi.models.V2HorizontalPodAutoscaler;
import io.strimzi.api.kafka.model.kafka.Kafka;
import io.strimzi.api.kafka.model.nodepool.KafkaNodePool;
import io.strimzi.api.kafka.model.topic.KafkaTopic;
import io.strimzi.api.kafka.model.user.KafkaUser;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whether the API server would take a resource, field by field: an unknown field, one of another
 * type, or a missing one that is required is refused, as {@code kubectl apply --validate=strict}
 * does it.
 *
 * <p>Kubernetes' own kinds are checked by the types generated from its OpenAPI document, custom
 * resources by the types of their operators, KEDA's by a schema of the fields used.
 */
public final class KubernetesRules {

  /** How types that were generated from OpenAPI check JSON. */
  private interface OpenApiCheck {
    void check(JsonElement json) throws IOException;
  }

  private static final Map<String, OpenApiCheck> OWN_KINDS =
      Map.ofEntries(
          Map.entry("apps/v1 Deployment", V1Deployment::validateJsonElement),
          Map.entry("v1 ConfigMap", V1ConfigMap::validateJsonElement),
          Map.entry("v1 Service", V1Service::validateJsonElement),
          Map.entry("v1 ServiceAccount", V1ServiceAccount::validateJsonElement),
          Map.entry("policy/v1 PodDisruptionBudget", V1PodDisruptionBudget::validateJsonElement),
          Map.entry(
              "autoscaling/v2 HorizontalPodAutoscaler",
              V2HorizontalPodAutoscaler::validateJsonElement),
          Map.entry("networking.k8s.io/v1 Ingress", V1Ingress::validateJsonElement),
          Map.entry("networking.k8s.io/v1 NetworkPolicy", V1NetworkPolicy::validateJsonElement));

  private static final Map<String, Class<?>> CUSTOM_KINDS =
      Map.of(
          "cert-manager.io/v1 Certificate", Certificate.class,
          "gateway.networking.k8s.io/v1 HTTPRoute", HTTPRoute.class,
          "monitoring.coreos.com/v1 PodMonitor", PodMonitor.class,
          "monitoring.coreos.com/v1 PrometheusRule", PrometheusRule.class,
          "kafka.strimzi.io/v1 Kafka", Kafka.class,
          "kafka.strimzi.io/v1 KafkaNodePool", KafkaNodePool.class,
          "kafka.strimzi.io/v1 KafkaTopic", KafkaTopic.class,
          "kafka.strimzi.io/v1 KafkaUser", KafkaUser.class);

  /** The models keep what they don't know for later; here it is an error. */
  private static final ObjectMapper STRICT =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .setAnnotationIntrospector(
              new JacksonAnnotationIntrospector() {
                private static final long serialVersionUID = 1;

                @Override
                public Boolean hasAnySetter(Annotated annotated) {
                  return false;
                }
              });

  private KubernetesRules() {}

  /** What the API server would object to; empty where it takes the resource. */
  public static Optional<String> objection(JsonNode resource) {
    String kind = resource.path("apiVersion").asText() + " " + resource.path("kind").asText();
    if (resource.at("/metadata/name").asText().isEmpty()) {
      return Optional.of(kind + ": metadata.name is missing");
    }
    OpenApiCheck own = OWN_KINDS.get(kind);
    if (own != null) {
      try {
        own.check(JsonParser.parseString(resource.toString()));
        // Types of single values are only looked at when they are read.
        return Optional.empty();
      } catch (IllegalArgumentException | IOException e) {
        return Optional.of(kind + ": " + e.getMessage());
      }
    }
    Class<?> custom = CUSTOM_KINDS.get(kind);
    if (custom != null) {
      try {
        STRICT.treeToValue(resource, custom);
        return Optional.empty();
      } catch (JsonMappingException e) {
        return Optional.of(kind + ": " + e.getPathReference() + " " + e.getOriginalMessage());
      } catch (JsonProcessingException e) {
        return Optional.of(kind + ": " + e.getOriginalMessage());
      }
    }
    if (kind.equals("keda.sh/v1alpha1 ScaledObject")) {
      var messages = schema("scaledobject.schema.json").validate(resource);
      return messages.isEmpty()
          ? Optional.empty()
          : Optional.of(kind + ": " + List.copyOf(messages));
    }
    return Optional.of(kind + ": nobody here knows this kind");
  }

  private static com.networknt.schema.JsonSchema schema(String name) {
    try (InputStream file = KubernetesRules.class.getResourceAsStream("/" + name)) {
      return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
