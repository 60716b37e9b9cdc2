package dev.concordat.suite;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.contracts.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What an admin does first, done for him: the simulated Exchange is told of us, it is registered
 * here by the URL of its document, and a mailbox's conversation history is probed. Doing it again
 * changes nothing.
 */
public final class FirstJourney {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final LocalSuite suite;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  public FirstJourney(LocalSuite suite) {
    this.suite = suite;
  }

  /** As {@code Configure-EnterprisePartnerApplication.ps1} does it on an Exchange server. */
  public void makeExchangeAcceptUs() throws SuiteFailure, InterruptedException {
    send(
        "POST",
        suite.managementUrl(Part.PARTNER_SIMULATOR).resolve("/simulator/partner-applications"),
        Map.of(
            "authMetadataUrl",
            suite.url(Part.METADATA_SERVICE) + "/metadata/json/1",
            "applicationType",
            "Lync",
            "trustAnySslCertificate",
            false));
    suite.say("partner-simulator", "accepts our tokens: it has read our metadata document");
  }

  /** Registers the probe-service as a workload, so that it may get tokens. */
  public void registerWorkload() throws SuiteFailure, InterruptedException {
    register(
        "concordat-probe",
        Map.of(
            "kind",
            "generic",
            "clientAuth",
            Map.of("serviceAccount", LocalIssuer.PROBE_ACCOUNT),
            "mayRequest",
            List.of(Map.of("partner", "*", "as", Map.of("anyone", true)))));
  }

  /** Registers the simulated Exchange by the URL of its document, under this name. */
  public void registerExchange(String name) throws SuiteFailure, InterruptedException {
    register(
        name,
        Map.of(
            "kind",
            "exchange",
            "trust",
            Map.of("metadataUrl", suite.exchangeMetadataUrl()),
            "probe",
            Map.of("sipAddresses", List.of("sip:" + LocalSuite.MAILBOX))));
    awaitToken(name);
    suite.say("trust-registry", "has " + name + " registered; tokens for it are signed");
  }

  /** Probes the conversation history of the first mailbox; the result as the service tells it. */
  public JsonNode probe(String partner) throws SuiteFailure, InterruptedException {
    HttpRequest request =
        request(suite.url(Part.PROBE_SERVICE).resolve("/v1/probes"))
            .header("Prefer", "wait=30")
            .method(
                "POST", body(Map.of("partner", partner, "sipAddress", "sip:" + LocalSuite.MAILBOX)))
            .build();
    HttpResponse<String> answer = exchange(request);
    if (answer.statusCode() != 200) {
      throw refused("The probe", answer);
    }
    return json(answer.body());
  }

  private void register(String name, Map<String, ?> partner)
      throws SuiteFailure, InterruptedException {
    send("PUT", suite.url(Part.TRUST_REGISTRY).resolve("/v1/partners/" + name), partner);
  }

  /** Waits until the document was read and the token-service knows whom a token is for. */
  private void awaitToken(String partner) throws SuiteFailure, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    String form =
        FormFields.encoded(
            Map.of(
                "grant_type",
                "client_credentials",
                "client_assertion_type",
                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                "client_assertion",
                suite.adminToken(),
                "audience",
                partner));
    while (true) {
      HttpResponse<String> answer =
          exchange(
              HttpRequest.newBuilder(suite.url(Part.TOKEN_SERVICE).resolve("/oauth2/token"))
                  .header("Content-Type", "application/x-www-form-urlencoded")
                  .timeout(Duration.ofSeconds(10))
                  .POST(HttpRequest.BodyPublishers.ofString(form))
                  .build());
      if (answer.statusCode() == 200) {
        return;
      }
      if (System.nanoTime() > deadline) {
        throw refused("A token for " + partner, answer);
      }
      Thread.sleep(20);
    }
  }

  private void send(String method, URI uri, Map<String, ?> content)
      throws SuiteFailure, InterruptedException {
    HttpResponse<String> answer = exchange(request(uri).method(method, body(content)).build());
    if (answer.statusCode() / 100 != 2) {
      throw refused(method + " " + uri.getPath(), answer);
    }
  }

  private HttpRequest.Builder request(URI uri) throws SuiteFailure {
    return HttpRequest.newBuilder(uri)
        .timeout(Duration.ofSeconds(40))
        .header("Authorization", "Bearer " + suite.adminToken())
        .header("Content-Type", "application/json");
  }

  private HttpResponse<String> exchange(HttpRequest request)
      throws SuiteFailure, InterruptedException {
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new SuiteFailure("%s does not answer: %s".formatted(request.uri(), e.getMessage()));
    }
  }

  private static SuiteFailure refused(String what, HttpResponse<String> answer) {
    return new SuiteFailure(
        "%s was refused (%d): %s".formatted(what, answer.statusCode(), answer.body().strip()));
  }

  private static HttpRequest.BodyPublisher body(Map<String, ?> content) {
    try {
      return HttpRequest.BodyPublishers.ofByteArray(Json.mapper().writeValueAsBytes(content));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a map that can't be written", e);
    }
  }

  private static JsonNode json(String text) throws SuiteFailure {
    try {
      return Json.mapper().readTree(text);
    } catch (JsonProcessingException e) {
      throw new SuiteFailure("A service answers something that is no JSON.");
    }
  }
}
