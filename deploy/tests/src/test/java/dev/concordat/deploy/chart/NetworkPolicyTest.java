package dev.concordat.deploy.chart;

import static dev.concordat.deploy.chart.Rendering.items;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The network policies allow the arrows of the architecture's picture, and nothing else. */
class NetworkPolicyTest {

  /** Peers by the labels that the values below give them. */
  private static final String PEERS =
      """
      networkPolicy:
        ingressFrom: [{podSelector: {matchLabels: {is: outside}}}]
        monitoringFrom: [{podSelector: {matchLabels: {is: prometheus}}}]
        workloadsFrom: [{podSelector: {matchLabels: {is: workloads}}}]
        adminsFrom: [{podSelector: {matchLabels: {is: admins}}}]
        kafkaTo: [{podSelector: {matchLabels: {is: kafka}}}]
        dnsTo: [{podSelector: {matchLabels: {is: dns}}}]
        oidcTo: [{podSelector: {matchLabels: {is: issuer}}}]
        partnersTo: [{podSelector: {matchLabels: {is: partners}}}]
        oidcPorts: [8443]
      ingress:
        enabled: true
        hosts: {metadata-service: oauth.litwareinc.com, token-service: token.litwareinc.com}
      """;

  @Test
  void arrowsIntoAService() {
    assertThat(arrows("ingress", "from"))
        .isEqualTo(
            Map.of(
                "trust-registry", Set.of("admins:8081", "prometheus:9081"),
                "metadata-service", Set.of("admins:8082", "outside:8082", "prometheus:9082"),
                "token-service",
                    Set.of(
                        "workloads:8083", "outside:8083", "probe-service:8083", "prometheus:9083"),
                "probe-service", Set.of("admins:8084", "prometheus:9084")));
  }

  @Test
  void arrowsOutOfAService() {
    assertThat(arrows("egress", "to"))
        .isEqualTo(
            Map.of(
                "trust-registry", Set.of("dns:53", "kafka:9093", "issuer:8443"),
                "metadata-service", Set.of("dns:53", "kafka:9093", "issuer:8443", "partners:443"),
                "token-service", Set.of("dns:53", "kafka:9093", "issuer:8443", "partners:443"),
                "probe-service",
                    Set.of(
                        "dns:53",
                        "kafka:9093",
                        "issuer:8443",
                        "partners:443",
                        "token-service:8083")));
  }

  @Test
  void withAPublicKeyNobodyTalksToAnIssuer() {
    var rendering =
        Rendering.of(
            "small", "oidc: {authServerUrl: '', publicKey: QUJD, issuer: local}\n" + PEERS);

    assertThat(rendering.kind("NetworkPolicy").map(JsonNode::toString))
        .noneMatch(it -> it.contains("issuer"));
  }

  @Test
  void everythingElseIsDenied() {
    assertThat(Rendering.of("small").kind("NetworkPolicy"))
        .hasSize(4)
        .allMatch(
            it ->
                it.at("/spec/policyTypes").toString().equals("[\"Ingress\",\"Egress\"]")
                    // A rule without peers, or without ports, would allow all of them.
                    && items(it.at("/spec/ingress"))
                        .allMatch(
                            rule -> !rule.path("from").isEmpty() && !rule.path("ports").isEmpty())
                    && items(it.at("/spec/egress"))
                        .allMatch(
                            rule -> !rule.path("to").isEmpty() && !rule.path("ports").isEmpty()));
  }

  private static Map<String, Set<String>> arrows(String direction, String end) {
    return Rendering.of("small", PEERS)
        .kind("NetworkPolicy")
        .collect(
            Collectors.toMap(
                it -> it.at("/metadata/name").asText().replaceFirst("concordat-", ""),
                it -> {
                  var arrows = new TreeSet<String>();
                  for (JsonNode rule : it.at("/spec/" + direction)) {
                    for (JsonNode peer : rule.path(end)) {
                      for (JsonNode port : rule.path("ports")) {
                        arrows.add(name(peer) + ":" + port.path("port").asInt());
                      }
                    }
                  }
                  return arrows;
                }));
  }

  private static String name(JsonNode peer) {
    JsonNode labels = peer.at("/podSelector/matchLabels");
    return labels.path("is").asText(labels.path("app.kubernetes.io/name").asText());
  }
}
