package dev.concordat.suite;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.concordat.contracts.Json;
import dev.concordat.suite.ServiceCluster.Replica;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Replicas of the probe-service with all that they probe: a simulated Exchange with many mailboxes
 * that accepts our tokens, and the services that make these. The ground for tests of faults and for
 * the benchmark of probes.
 */
public final class ProbeGround implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** With so many mailboxes a registration is still a small record. */
  private static final int MAILBOXES_OF_ONE = 1_000;

  private final ServiceCluster cluster;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private ProbeGround(ServiceCluster cluster) {
    this.cluster = cluster;
  }

  /**
   * Starts all of it: one broker, one of each other service, the simulator, and these replicas.
   *
   * @param folder where they keep what they keep
   */
  public static ProbeGround start(Path folder, Replicas... probeServices)
      throws SuiteFailure, InterruptedException {
    List<String> small = List.of("-XX:+UseSerialGC", "-Xmx192m", "-XX:TieredStopAtLevel=1");
    List<String> busy = List.of("-XX:+UseSerialGC", "-Xmx512m");
    Stream<Replicas> others =
        Stream.of(
            Replicas.of(Part.TRUST_REGISTRY, 1, small),
            Replicas.of(Part.METADATA_SERVICE, 1, small),
            Replicas.of(Part.TOKEN_SERVICE, 1, busy),
            Replicas.of(Part.PARTNER_SIMULATOR, 1, busy));
    return start(
        folder, 1, Stream.concat(others, Stream.of(probeServices)).toArray(Replicas[]::new));
  }

  /**
   * Starts brokers, a simulator and services, of each as many as is wanted, and introduces them to
   * each other.
   *
   * @param folder where they keep what they keep
   */
  public static ProbeGround start(Path folder, int brokers, Replicas... replicas)
      throws SuiteFailure, InterruptedException {
    return start(folder, Brokers.of(brokers), replicas);
  }

  /** The same, with brokers of some shape. */
  public static ProbeGround start(Path folder, Brokers brokers, Replicas... replicas)
      throws SuiteFailure, InterruptedException {
    return on(ServiceCluster.start(folder, brokers, replicas));
  }

  /** The same with services and a simulator that run already; they end with it. */
  static ProbeGround on(ServiceCluster cluster) throws SuiteFailure, InterruptedException {
    var ground = new ProbeGround(cluster);
    try {
      ground.introduce();
      return ground;
    } catch (SuiteFailure | InterruptedException | RuntimeException e) {
      ground.close();
      throw e;
    }
  }

  /** As an admin does: Exchange reads our document, and the probe-service may get tokens. */
  private void introduce() throws SuiteFailure, InterruptedException {
    send(
        "POST",
        only(Part.PARTNER_SIMULATOR).managementUrl().resolve("/simulator/partner-applications"),
        Map.of(
            "authMetadataUrl",
            only(Part.METADATA_SERVICE).url() + "/metadata/json/1",
            "applicationType",
            "Lync",
            "trustAnySslCertificate",
            false));
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

  /** The processes. */
  public ServiceCluster cluster() {
    return cluster;
  }

  /** The replicas of the probe-service. */
  public List<Replica> probeServices() {
    return cluster.replicas(Part.PROBE_SERVICE);
  }

  /** The one replica of another part, or the first. */
  public Replica only(Part part) {
    return cluster.replicas(part).getFirst();
  }

  /** The port that the simulated Exchange answers on. */
  public int exchangePort() {
    return only(Part.PARTNER_SIMULATOR).url().getPort();
  }

  /** The address of a mailbox, by its number. */
  public static String mailbox(int number) {
    return "user%05d@%s".formatted(number, LocalSuite.DOMAIN);
  }

  /** The partner that a mailbox is registered with, by its number. */
  public static String partner(int number) {
    return "exchange-%02d".formatted(number / MAILBOXES_OF_ONE);
  }

  /** Makes so many mailboxes in the simulated Exchange; they are not probed yet. */
  public void makeMailboxes(int count) throws SuiteFailure, InterruptedException {
    URI url = only(Part.PARTNER_SIMULATOR).managementUrl().resolve("/simulator/mailboxes");
    for (int i = 0; i < count; i++) {
      send("POST", url, Map.of("address", mailbox(i)));
    }
  }

  /**
   * Has the first mailboxes probed from now on.
   *
   * @param interval between two probes of each
   */
  public void probe(int mailboxes, Duration interval) throws SuiteFailure, InterruptedException {
    for (int first = 0; first < mailboxes; first += MAILBOXES_OF_ONE) {
      register(
          partner(first),
          declaration(
              Map.of(
                  "sipAddresses",
                  new ArrayList<>(
                      IntStream.range(first, Math.min(first + MAILBOXES_OF_ONE, mailboxes))
                          .mapToObj(it -> "sip:" + mailbox(it))
                          .toList()),
                  "interval",
                  interval.toString())));
    }
    awaitDocument(partner(0));
    if (mailboxes > 0) {
      awaitDocument(partner(mailboxes - 1));
    }
  }

  /**
   * Registers the partners of the first mailboxes without having any probed by schedule. Those that
   * are to be probed later have no first turns then, which are soon and not spread as the regular
   * ones are.
   */
  public void registerOnly(int mailboxes) throws SuiteFailure, InterruptedException {
    for (int first = 0; first < mailboxes; first += MAILBOXES_OF_ONE) {
      register(partner(first), declaration(null));
    }
    awaitDocument(partner(0));
    awaitDocument(partner(mailboxes - 1));
  }

  private Map<String, Object> declaration(@Nullable Map<String, ?> probe) {
    Map<String, Object> trust =
        Map.of(
            "metadataUrl",
            "https://autodiscover.%s:%d/autodiscover/metadata/json/1"
                .formatted(LocalSuite.DOMAIN, exchangePort()));
    return probe == null
        ? Map.of("kind", "exchange", "trust", trust)
        : Map.of("kind", "exchange", "trust", trust, "probe", probe);
  }

  private void awaitDocument(String partner) throws SuiteFailure, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      HttpResponse<String> answer =
          exchange(
              request(only(Part.METADATA_SERVICE).url().resolve("/v1/metadata/" + partner))
                  .GET()
                  .build());
      if (answer.statusCode() == 200 && answer.body().contains("\"document\"")) {
        return;
      }
      if (System.nanoTime() > deadline) {
        throw new SuiteFailure("The document of " + partner + " is not read: " + answer.body());
      }
      Thread.sleep(50);
    }
  }

  private void register(String name, Map<String, ?> partner)
      throws SuiteFailure, InterruptedException {
    send("PUT", only(Part.TRUST_REGISTRY).url().resolve("/v1/partners/" + name), partner);
  }

  /** What a part answers. */
  public String get(URI uri) throws SuiteFailure, InterruptedException {
    HttpResponse<String> answer = exchange(request(uri).GET().build());
    if (answer.statusCode() != 200) {
      throw new SuiteFailure(
          "GET %s is answered %d: %s".formatted(uri, answer.statusCode(), answer.body()));
    }
    return answer.body();
  }

  /** Sends something to a part, which must take it. */
  public String send(String method, URI uri, Map<String, ?> content)
      throws SuiteFailure, InterruptedException {
    HttpRequest.BodyPublisher body;
    try {
      body = HttpRequest.BodyPublishers.ofByteArray(Json.mapper().writeValueAsBytes(content));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
    HttpResponse<String> answer =
        exchange(
            request(uri).header("Content-Type", "application/json").method(method, body).build());
    if (answer.statusCode() / 100 != 2) {
      throw new SuiteFailure(
          "%s %s is answered %d: %s".formatted(method, uri, answer.statusCode(), answer.body()));
    }
    return answer.body();
  }

  private HttpRequest.Builder request(URI uri) throws SuiteFailure {
    return HttpRequest.newBuilder(uri)
        .timeout(Duration.ofSeconds(40))
        .header("Authorization", "Bearer " + cluster.adminToken());
  }

  private HttpResponse<String> exchange(HttpRequest request)
      throws SuiteFailure, InterruptedException {
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new SuiteFailure(request.uri() + " does not answer: " + e.getMessage());
    }
  }

  @Override
  public void close() {
    http.close();
    cluster.close();
  }
}
