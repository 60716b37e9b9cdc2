package dev.concordat.deploy.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.deploy.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The values: wrong ones are refused by their path, and each is documented. */
class ValuesTest {

  private static final String README = "deploy/helm/concordat/README.md";
  private static final String BEGIN = "<!-- values -->\n";
  private static final String END = "<!-- end of values -->\n";

  @Test
  void withoutValuesHelmNamesEachThatIsNeeded() {
    assertThatThrownBy(() -> Rendering.ofNothingBut("{}"))
        .hasMessageContaining("applicationIdentifier")
        .hasMessageContaining("realm")
        .hasMessageContaining("metadata")
        .hasMessageContaining("token")
        .hasMessageContaining("bootstrapServers");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "identity: {applicationIdentifier: not-a-guid} | identity/applicationIdentifier",
        "identity: {realm: 'a b'} | identity/realm",
        "identity: {displayName: \"two\\nlines\"} | identity/displayName",
        "publicUrls: {metadata: 'https://x/metadata/json/1'} | publicUrls/metadata",
        "publicUrls: {token: 'ftp://x'} | publicUrls/token",
        "image: {tag: latest} | image/tag",
        "image: {registry: 'https://x'} | image/registry",
        "image: {digests: {token-service: 'sha256:1'}} | image/digests/token-service",
        "image: {digests: {tokenservice: 'x'}} | image/digests",
        "kafka: {bootstrapServers: kafka} | kafka/bootstrapServers",
        "kafka: {security: sasl} | kafka/security",
        "kafka: {userSecrets: {probe: x}} | kafka/userSecrets",
        "oidc: {authServerUrl: keycloak} | oidc/authServerUrl",
        "outbound: {proxy: 'http://user:secret@proxy:3128'} | outbound/proxy",
        "outbound: {allowedAddresses: [10.0.0.1]} | outbound/allowedAddresses/0",
        "declarations: {partners: {exchange: 'name: x'}} | declarations/partners",
        "pods: {runAsUser: 0} | pods/runAsUser",
        "pods: {shutdownDelaySeconds: 5s} | pods/shutdownDelaySeconds",
        "tokenService: {replicas: 0} | tokenService/replicas",
        "tokenService: {replicas: two} | tokenService/replicas",
        "tokenService: {resources: {limits: {memory: lots}}} | tokenService/resources/limits/memory",
        "tokenService: {properties: {a: \"b\\nc=d\"}} | tokenService/properties/a",
        "probeService: {autoscaling: {min: 0}} | probeService/autoscaling/min",
        "ingress: {hosts: {registry: x}} | ingress/hosts",
        "networkPolicy: {kafkaTo: []} | networkPolicy/kafkaTo",
        "networkPolicy: {partnersTo: [{ipBlock: {cidr: everywhere}}]} | networkPolicy/partnersTo/0",
        "monitoring: {interval: often} | monitoring/interval",
        "tokenservice: {replicas: 1} | tokenservice",
        "kafka: {bootstrapserver: x} | bootstrapserver",
      })
  void aWrongValueIsRefusedByItsPath(String wrong, String path) {
    assertThatThrownBy(() -> Rendering.of("small", wrong))
        .satisfies(refusal -> assertThat(refusal.getMessage().replace('.', '/')).contains(path));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "oidc: {authServerUrl: ''} | oidc.authServerUrl: who may call is not configured",
        "oidc: {publicKey: QUJD} | oidc.issuer: oidc.publicKey is given",
        "signing: {currentSecret: ''} | signing.currentSecret: name the",
        "signing: {currentSecret: '', certManager: {enabled: true}} | signing.certManager.issuer",
        "tls: {enabled: true} | tls.secret: name the",
        "gateway: {enabled: true} | gateway.parentRefs: name the Gateway",
        "tokenService: {autoscaling: {min: 9}} | tokenService.autoscaling.min: 9 is more than max",
        "probeService: {keda: {enabled: true}, autoscaling: {enabled: true}} | probeService.keda.enabled",
      })
  void whatDoesNotFitTogetherIsRefusedByItsPath(String wrong, String said) {
    assertThatThrownBy(() -> Rendering.of("small", wrong)).hasMessageContaining(said);
  }

  @Test
  void theReadmeDescribesEachValueWithItsDefault() throws IOException {
    var table = new StringBuilder("| value | default | |\n|---|---|---|\n");
    for (Documented value : documented()) {
      table.append(
          "| `%s` | `%s` | %s |%n"
              .formatted(value.path, value.byDefault, value.text.replace("|", "\\|")));
    }
    String readme = Checkout.text(README);
    String made =
        readme.substring(0, readme.indexOf(BEGIN) + BEGIN.length())
            + table
            + readme.substring(readme.indexOf(END));
    if (Boolean.getBoolean("readme.write")) {
      Files.writeString(Checkout.path(README), made);
    } else {
      assertThat(readme)
          .as("mvn -pl deploy/tests test -Dtest=ValuesTest -Dreadme.write=true writes it")
          .isEqualTo(made);
    }
  }

  @Test
  void everyValueIsInTheSchema() throws IOException {
    JsonNode schema =
        Checkout.YAML.readTree(Checkout.text("deploy/helm/concordat/values.schema.json"));
    for (Documented value : documented()) {
      JsonNode at = schema;
      for (String part : value.path.split("\\.")) {
        at = at.path("properties").path(part);
        assertThat(at.isObject()).as("the schema says nothing of %s", value.path).isTrue();
      }
    }
  }

  /** A value with the comment above it. */
  private record Documented(String path, String byDefault, String text) {}

  private static List<Documented> documented() throws IOException {
    JsonNode values = Checkout.YAML.readTree(Checkout.text("deploy/helm/concordat/values.yaml"));
    var found = new ArrayList<Documented>();
    var path = new ArrayList<String>();
    String comment = "";
    for (String line : Checkout.text("deploy/helm/concordat/values.yaml").lines().toList()) {
      String text = line.strip();
      if (text.startsWith("# -- ")) {
        comment = text.substring(5);
        continue;
      }
      int indent = line.length() - line.stripLeading().length();
      if (text.isEmpty() || text.startsWith("#") || text.startsWith("-") || !text.contains(":")) {
        continue;
      }
      while (path.size() > indent / 2) {
        path.removeLast();
      }
      path.add(text.substring(0, text.indexOf(':')));
      JsonNode value = values.at("/" + String.join("/", path));
      if (!comment.isEmpty()) {
        found.add(new Documented(String.join(".", path), value.toString(), comment));
        comment = "";
      } else if (found.isEmpty()
          || !String.join(".", path).startsWith(found.getLast().path + ".")) {
        assertThat(value.isObject() && !value.isEmpty())
            .as("%s is described by no line with # --", String.join(".", path))
            .isTrue();
      }
    }
    return found;
  }
}
