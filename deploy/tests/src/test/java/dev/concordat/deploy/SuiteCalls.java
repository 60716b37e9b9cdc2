package dev.concordat.deploy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.contracts.Json;
import dev.concordat.suite.LocalSuite;
import dev.concordat.suite.Part;
import dev.concordat.suite.ServiceCluster;
import dev.concordat.suite.ServiceCluster.Replica;
import dev.concordat.suite.SuiteFailure;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What an admin and a workload ask of a suite that runs as a cluster of processes. */
public final class SuiteCalls {

  private final ServiceCluster cluster;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();

  public SuiteCalls(ServiceCluster cluster) {
    this.cluster = cluster;
  }

  /** The simulated Exchange reads our document, as its admin's cmdlet has it do. */
  public HttpResponse<String> makeExchangeAcceptUs() throws IOException, InterruptedException {
    return send(
        "POST",
        first(Part.PARTNER_SIMULATOR).managementUrl().resolve("/simulator/partner-applications"),
        Map.of(
            "authMetadataUrl",
            first(Part.METADATA_SERVICE).url() + "/metadata/json/1",
            "applicationType",
            "Lync",
            "trustAnySslCertificate",
            false));
  }

  /** Registers the probe-service as a workload. */
  public HttpResponse<String> registerWorkload() throws IOException, InterruptedException {
    return put(
        first(Part.TRUST_REGISTRY).url(),
        "concordat-probe",
        Map.of(
            "kind",
            "generic",
            "clientAuth",
            Map.of("serviceAccount", "system:serviceaccount:concordat:probe-service"),
            "mayRequest",
            List.of(Map.of("partner", "*", "as", Map.of("anyone", true)))));
  }

  /** Registers the simulated Exchange. */
  public HttpResponse<String> registerExchange() throws IOException, InterruptedException {
    return put(
        first(Part.TRUST_REGISTRY).url(),
        "exchange",
        Map.of(
            "kind",
            "exchange",
            "trust",
            Map.of(
                "metadataUrl",
                "https://autodiscover.%s:%d/autodiscover/metadata/json/1"
                    .formatted(LocalSuite.DOMAIN, first(Part.PARTNER_SIMULATOR).url().getPort())),
            "probe",
            Map.of("sipAddresses", List.of("sip:" + LocalSuite.MAILBOX))));
  }

  /** Registers a partner at this registry. */
  public HttpResponse<String> put(URI registry, String name, Map<String, ?> partner)
      throws IOException, InterruptedException {
    return send("PUT", registry.resolve("/v1/partners/" + name), partner);
  }

  /** Probes the mailbox, and waits for the result. */
  public HttpResponse<String> probe() throws IOException, InterruptedException {
    return http.send(
        request(first(Part.PROBE_SERVICE).url().resolve("/v1/probes"))
            .header("Prefer", "wait=30")
            .POST(body(Map.of("partner", "exchange", "sipAddress", "sip:" + LocalSuite.MAILBOX)))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /** Asks a token-service for a token for {@code exchange}, as the probe-service's workload. */
  public HttpResponse<String> token(URI tokenService) throws IOException, InterruptedException {
    String form =
        Map.of(
                "grant_type",
                "client_credentials",
                "client_assertion_type",
                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                "client_assertion",
                Files.readString(cluster.state().file("oidc/probe-service-token")),
                "audience",
                "exchange")
            .entrySet()
            .stream()
            .map(it -> it.getKey() + "=" + URLEncoder.encode(it.getValue(), StandardCharsets.UTF_8))
            .collect(Collectors.joining("&"));
    return http.send(
        HttpRequest.newBuilder(tokenService.resolve("/oauth2/token"))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .timeout(Duration.ofSeconds(10))
            .POST(HttpRequest.BodyPublishers.ofString(form))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /** Reads something as an admin. */
  public HttpResponse<String> get(URI uri) throws IOException, InterruptedException {
    return http.send(request(uri).build(), HttpResponse.BodyHandlers.ofString());
  }

  /** The first replica of a part. */
  public Replica first(Part part) {
    return cluster.replicas(part).getFirst();
  }

  /** The JSON of an answer. */
  public static JsonNode json(HttpResponse<String> answer) {
    try {
      return Json.mapper().readTree(answer.body());
    } catch (JsonProcessingException e) {
      throw new AssertionError("no JSON: " + answer.body(), e);
    }
  }

  private HttpResponse<String> send(String method, URI uri, Map<String, ?> content)
      throws IOException, InterruptedException {
    return http.send(
        request(uri).method(method, body(content)).build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(URI uri) throws IOException {
    try {
      return HttpRequest.newBuilder(uri)
          .timeout(Duration.ofSeconds(40))
          .header("Authorization", "Bearer " + cluster.adminToken())
          .header("Content-Type", "application/json");
    } catch (SuiteFailure e) {
      throw new IOException(e);
    }
  }

  private static HttpRequest.BodyPublisher body(Map<String, ?> content)
      throws JsonProcessingException {
    return HttpRequest.BodyPublishers.ofByteArray(Json.mapper().writeValueAsBytes(content));
  }
}
