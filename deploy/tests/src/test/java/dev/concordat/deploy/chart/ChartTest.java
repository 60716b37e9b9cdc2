package dev.concordat.deploy.chart;

import static dev.concordat.deploy.chart.Rendering.items;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.marcnuri.helm.Helm;
import dev.concordat.contracts.Topic;
import dev.concordat.deploy.Checkout;
import dev.concordat.deploy.KubernetesRules;
import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What must hold of what the chart renders, whatever the values. */
class ChartTest {

  private static final List<String> SERVICES =
      List.of("trust-registry", "metadata-service", "token-service", "probe-service");

  @Test
  void helmFindsNothingToObjectTo() {
    var lint = new Helm(Checkout.path("deploy/helm/concordat")).lint().quiet().call();

    // Without values the required ones are missing, which is the only thing that it may say.
    assertThat(lint.getMessages())
        .filteredOn(it -> it.contains("[ERROR]") || it.contains("[WARNING]"))
        .allMatch(
            it -> it.contains("values don't meet the specifications") || it.contains("at '/"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"small", "large", "hostile"})
  void theApiServerWouldTakeEveryField(String values) {
    for (JsonNode resource : Rendering.of(values).resources()) {
      assertThat(KubernetesRules.objection(resource))
          .as("%s", resource.at("/metadata/name"))
          .isEmpty();
    }
  }

  @Test
  void theRulesAreStrict() {
    JsonNode deployment = Rendering.of("small").the("Deployment", "token-service").deepCopy();
    ((com.fasterxml.jackson.databind.node.ObjectNode)
            deployment.at("/spec/template/spec/containers/0"))
        .put("imagePullpolicy", "Always");

    assertThat(KubernetesRules.objection(deployment)).get().asString().contains("imagePullpolicy");

    JsonNode monitor =
        Rendering.of("large").kind("PodMonitor").findFirst().orElseThrow().deepCopy();
    ((com.fasterxml.jackson.databind.node.ObjectNode) monitor.at("/spec/podMetricsEndpoints/0"))
        .put("intervall", "1s");

    assertThat(KubernetesRules.objection(monitor)).get().asString().contains("intervall");
  }

  @ParameterizedTest
  @ValueSource(strings = {"small", "large", "hostile"})
  void namesAreUniqueAndEverythingIsInTheReleasesNamespace(String values) {
    var rendering = Rendering.of(values);

    assertThat(rendering.resources())
        .extracting(it -> it.path("kind").asText() + " " + it.at("/metadata/name").asText())
        .doesNotHaveDuplicates();
    assertThat(rendering.resources())
        .allMatch(it -> it.at("/metadata/namespace").asText().equals(Rendering.NAMESPACE));
  }

  @ParameterizedTest
  @ValueSource(strings = {"small", "large", "hostile"})
  void everyPodMeetsTheRestrictedPodSecurityStandard(String values) {
    Rendering.of(values)
        .kind("Deployment")
        .map(it -> it.at("/spec/template/spec"))
        .forEach(ChartTest::isRestricted);
  }

  private static void isRestricted(JsonNode pod) {
    assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
    assertThat(pod.at("/securityContext/seccompProfile/type").asText()).isEqualTo("RuntimeDefault");
    assertThat(pod.at("/securityContext/runAsUser").asInt(1)).isNotZero();
    for (String forbidden : List.of("hostNetwork", "hostPID", "hostIPC", "initContainers")) {
      assertThat(pod.has(forbidden)).as(forbidden).isFalse();
    }
    assertThat(pod.path("automountServiceAccountToken").asBoolean(true)).isFalse();
    assertThat(items(pod.path("volumes")).flatMap(it -> fields(it).stream()))
        .isSubsetOf("name", "configMap", "secret", "projected", "emptyDir");
    assertThat(pod.path("containers")).hasSize(1);
    JsonNode container = pod.at("/containers/0");
    assertThat(container.at("/securityContext/allowPrivilegeEscalation").asBoolean(true)).isFalse();
    assertThat(container.at("/securityContext/readOnlyRootFilesystem").asBoolean()).isTrue();
    assertThat(container.at("/securityContext/capabilities/drop/0").asText()).isEqualTo("ALL");
    assertThat(container.at("/securityContext").has("privileged")).isFalse();
    assertThat(items(container.path("ports")).filter(it -> it.has("hostPort"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"small", "large", "hostile"})
  void everyContainerHasAPinnedImageLimitsAndProbesOnTheManagementPort(String values) {
    Rendering.of(values)
        .kind("Deployment")
        .map(it -> it.at("/spec/template/spec/containers/0"))
        .forEach(
            container -> {
              assertThat(container.path("image").asText())
                  .matches(".+(:[^:/]+|@sha256:[0-9a-f]{64})")
                  .doesNotEndWith(":latest");
              for (String amount : List.of("requests/cpu", "requests/memory", "limits/memory")) {
                assertThat(container.at("/resources/" + amount).asText()).as(amount).isNotEmpty();
              }
              var ports =
                  items(container.path("ports"))
                      .collect(
                          Collectors.toMap(
                              it -> it.path("name").asText(),
                              it -> it.path("containerPort").asInt()));
              assertThat(ports.get("management")).isBetween(9081, 9084);
              assertThat(
                      Map.of(
                          "/q/health/started", container.at("/startupProbe"),
                          "/q/health/live", container.at("/livenessProbe"),
                          "/q/health/ready", container.at("/readinessProbe")))
                  .allSatisfy(
                      (path, probe) -> {
                        assertThat(probe.at("/httpGet/path").asText()).isEqualTo(path);
                        assertThat(probe.at("/httpGet/port").asText()).isEqualTo("management");
                      });
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"small", "large", "hostile"})
  void everySelectorPicksTheOnePodThatItIsFor(String values) {
    var rendering = Rendering.of(values);
    var podLabels =
        rendering
            .kind("Deployment")
            .collect(
                Collectors.toMap(
                    it -> it.at("/metadata/name").asText(),
                    it -> it.at("/spec/template/metadata/labels")));
    assertThat(podLabels).hasSize(4);
    rendering
        .resources()
        .forEach(
            resource -> {
              JsonNode selector =
                  switch (resource.path("kind").asText()) {
                    case "Service" -> resource.at("/spec/selector");
                    case "Deployment", "PodDisruptionBudget" ->
                        resource.at("/spec/selector/matchLabels");
                    case "NetworkPolicy" -> resource.at("/spec/podSelector/matchLabels");
                    default -> null;
                  };
              if (selector != null) {
                assertThat(
                        podLabels.entrySet().stream()
                            .filter(pod -> selects(selector, pod.getValue()))
                            .map(Map.Entry::getKey))
                    .as("%s %s", resource.path("kind"), resource.at("/metadata/name"))
                    .containsExactly(resource.at("/metadata/name").asText());
              }
            });
    rendering
        .kind("PodMonitor")
        .forEach(
            it ->
                assertThat(podLabels.values())
                    .allMatch(pod -> selects(it.at("/spec/selector/matchLabels"), pod)));
  }

  private static boolean selects(JsonNode selector, JsonNode labels) {
    return !selector.isEmpty()
        && selector.properties().stream()
            .allMatch(it -> it.getValue().equals(labels.get(it.getKey())));
  }

  @ParameterizedTest
  @ValueSource(strings = {"small", "large", "hostile"})
  void whatIsMountedIsThere(String values) {
    var rendering = Rendering.of(values);
    var configMaps =
        rendering.kind("ConfigMap").map(it -> it.at("/metadata/name").asText()).toList();
    rendering
        .kind("Deployment")
        .map(it -> it.at("/spec/template/spec"))
        .forEach(
            pod -> {
              assertThat(items(pod.at("/containers/0/volumeMounts")).map(it -> it.path("name")))
                  .containsExactlyInAnyOrderElementsOf(
                      items(pod.path("volumes")).map(it -> it.path("name")).toList());
              assertThat(configMaps).contains(pod.at("/volumes/0/configMap/name").asText());
              assertThat(rendering.kind("ServiceAccount").map(it -> it.at("/metadata/name")))
                  .contains(pod.path("serviceAccountName"));
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"small", "large", "hostile"})
  void everyServiceGetsSettingsThatSayWhoWeAreAndHowToStopGently(String values) throws IOException {
    var rendering = Rendering.of(values);
    for (String service : SERVICES) {
      var settings = new Properties();
      settings.load(
          new StringReader(
              rendering.the("ConfigMap", service).at("/data/application.properties").asText()));

      assertThat(settings)
          .containsKeys(
              "kafka.bootstrap.servers",
              "concordat.identity.application-identifier",
              "concordat.identity.realm",
              "quarkus.shutdown.delay",
              "quarkus.shutdown.timeout");
      assertThat(settings.stringPropertyNames())
          .as("the lines that Helm wrote are the settings that Java reads")
          .hasSameSizeAs(
              rendering.properties(service).stream().filter(it -> !it.isBlank()).toList());
    }
  }

  @Test
  void aPodIsGivenTheTimeThatItTakesToStop() {
    var pod = Rendering.of("large").the("Deployment", "token-service").at("/spec/template/spec");

    assertThat(pod.path("terminationGracePeriodSeconds").asInt()).isGreaterThan(20 + 30);
  }

  @Test
  void noSecretStandsInAConfigMapOrAnEnvironment() {
    var rendering = Rendering.of("large");

    assertThat(rendering.kind("ConfigMap").map(JsonNode::toString))
        .noneMatch(it -> it.matches("(?s).*(PRIVATE KEY|password=[^$\\\\]).*"));
    assertThat(rendering.kind("Secret")).isEmpty();
    assertThat(rendering.properties("token-service"))
        .contains("kafka.ssl.keystore.password=\\\\${dir:/etc/concordat/kafka-user:user.password}");
  }

  @Test
  void onlyTheTokenServiceHasTheSigningKeysAndOnlyTheProbeServiceAToken() {
    var rendering = Rendering.of("large");
    for (String service : SERVICES) {
      var volumes =
          rendering
              .the("Deployment", service)
              .at("/spec/template/spec/volumes")
              .findValuesAsText("name");

      assertThat(volumes.contains("signing")).isEqualTo(service.equals("token-service"));
      assertThat(volumes.contains("token")).isEqualTo(service.equals("probe-service"));
    }
    JsonNode signing =
        items(rendering.the("Deployment", "token-service").at("/spec/template/spec/volumes"))
            .filter(it -> it.path("name").asText().equals("signing"))
            .findFirst()
            .orElseThrow();
    assertThat(signing.findValuesAsText("path"))
        .containsExactly("current.crt", "current.key", "next.crt", "next.key", "previous.crt");
  }

  @Test
  void theProbeServiceIsTheWorkloadThatItsDeclarationRegisters() {
    var rendering = Rendering.of("small");
    String account =
        rendering
            .the("Deployment", "probe-service")
            .at("/spec/template/spec/serviceAccountName")
            .asText();
    JsonNode declaration =
        Checkout.documents(
                rendering.the("ConfigMap", "-partners").at("/data/concordat-probe.yaml").asText())
            .getFirst();

    assertThat(declaration.at("/clientAuth/serviceAccount").asText())
        .isEqualTo("system:serviceaccount:" + Rendering.NAMESPACE + ":" + account);
  }

  @Test
  void kedaScalesOnATopicThatThereIsAndNeverToNothing() {
    JsonNode scaled = Rendering.of("large").the("ScaledObject", "probe-service");

    assertThat(Topic.named(scaled.at("/spec/triggers/0/metadata/topic").asText()))
        .contains(Topic.PROBE_REQUESTS);
    assertThat(scaled.at("/spec/minReplicaCount").asInt()).isPositive();
    assertThat(scaled.at("/spec/maxReplicaCount").asInt())
        .isLessThanOrEqualTo(Topic.PROBE_REQUESTS.partitions());
    assertThat(Rendering.of("large").the("Deployment", "probe-service").at("/spec").has("replicas"))
        .isFalse();
  }

  @Test
  void hostsLeadToTheServiceAndOfTheMetadataServiceOnlyToWhatIsPublic() {
    var rendering = Rendering.of("large");

    assertThat(rendering.kind("Ingress")).hasSize(2);
    assertThat(rendering.the("Ingress", "metadata-service").findValuesAsText("path"))
        .containsExactly(
            "/metadata/json/1", "/jwks", "/.well-known", "/litwareinc.com/metadata/json/1");
    assertThat(rendering.the("HTTPRoute", "metadata-service").findValuesAsText("value"))
        .doesNotContain("/", "/v1");
    var ports =
        rendering
            .kind("Service")
            .collect(
                Collectors.toMap(
                    it -> it.at("/metadata/name").asText(),
                    it -> it.at("/spec/ports/0/name").asText()));
    rendering
        .kind("Ingress")
        .flatMap(it -> it.findValues("service").stream())
        .forEach(
            it ->
                assertThat(ports)
                    .containsEntry(it.path("name").asText(), it.at("/port/name").asText()));
  }

  @Test
  void aChangedSettingRollsThePodsThatReadIt() {
    var before = Rendering.of("small");
    var after = Rendering.of("small", "tokenService: {properties: {concordat.token.lifetime: 4h}}");

    var changed = new TreeSet<String>();
    for (String service : SERVICES) {
      String where = "/spec/template/metadata/annotations";
      if (!before
          .the("Deployment", service)
          .at(where)
          .equals(after.the("Deployment", service).at(where))) {
        changed.add(service);
      }
    }
    assertThat(changed).isEqualTo(Set.of("token-service"));
  }

  private static List<String> fields(JsonNode node) {
    return node.properties().stream().map(Map.Entry::getKey).toList();
  }
}
