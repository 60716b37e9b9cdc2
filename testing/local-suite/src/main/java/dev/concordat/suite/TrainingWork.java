package dev.concordat.suite;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.concordat.contracts.Json;
import dev.concordat.contracts.names.AudienceName;
import dev.concordat.contracts.names.PrincipalName;
import dev.concordat.contracts.tokens.ActorTokenClaims;
import dev.concordat.contracts.tokens.UserClaims;
import dev.concordat.contracts.tokens.UserTokenClaims;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * What each service does all day, often enough that the compiler takes its code for hot: some
 * thousand requests of each kind.
 */
final class TrainingWork implements AutoCloseable {

  private static final int AT_ONCE = 16;
  private static final int PARTNERS = 100;
  private static final int MAILBOXES = 200;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final String EXCHANGE = "training-exchange";
  private static final String SKYPE = "training-skype";
  private static final String CLIENT = "training-client";
  private static final String SECRET = "for-training-only";

  private final ServiceCluster cluster;
  private final LaboratoryKey key = LaboratoryKey.rsa();
  private final String bearer;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private @Nullable ProbeGround introduced;

  TrainingWork(ServiceCluster cluster) throws SuiteFailure {
    this.cluster = cluster;
    bearer = "Bearer " + cluster.adminToken();
  }

  /** What has to run beside a service for its work. */
  static Set<Part> needs(Part service) {
    return switch (service) {
      case TOKEN_SERVICE -> EnumSet.of(Part.TRUST_REGISTRY);
      case METADATA_SERVICE, PROBE_SERVICE ->
          EnumSet.of(
              Part.TRUST_REGISTRY,
              Part.METADATA_SERVICE,
              Part.TOKEN_SERVICE,
              Part.PARTNER_SIMULATOR);
      case TRUST_REGISTRY, KAFKA, PARTNER_SIMULATOR -> EnumSet.noneOf(Part.class);
    };
  }

  /** Has a service do its work. */
  void of(Part service) throws SuiteFailure, InterruptedException {
    switch (service) {
      case TOKEN_SERVICE -> tokens();
      case TRUST_REGISTRY -> registrations();
      case METADATA_SERVICE -> documents();
      case PROBE_SERVICE -> probes();
      case KAFKA, PARTNER_SIMULATOR ->
          throw new IllegalArgumentException(service.partName() + " is not trained");
    }
  }

  private void tokens() throws SuiteFailure, InterruptedException {
    register(EXCHANGE, exchange());
    register(
        SKYPE,
        Map.of(
            "kind",
            "skype",
            "applicationIdentifier",
            "00000004-0000-0ff1-ce00-000000000000",
            "realm",
            LocalSuite.DOMAIN,
            "trust",
            Map.of("certificates", List.of(key.certificate().pem()))));
    register(
        CLIENT,
        Map.of(
            "kind",
            "generic",
            "clientAuth",
            Map.of("secretHash", hash()),
            "mayRequest",
            List.of(Map.of("partner", "*", "as", Map.of("anyone", true)))));
    URI endpoint = url(Part.TOKEN_SERVICE, "/oauth2/token");
    HttpRequest actor = form(endpoint, Map.of()).build();
    HttpRequest afresh = form(endpoint, Map.of()).header("Cache-Control", "no-cache").build();
    HttpRequest user =
        form(
                endpoint,
                Map.of(
                    "grant_type",
                    "urn:ietf:params:oauth:grant-type:token-exchange",
                    "subject_token_type",
                    "urn:concordat:params:oauth:token-type:sip-address",
                    "subject_token",
                    "sip:" + LocalSuite.MAILBOX,
                    "user_smtp",
                    LocalSuite.MAILBOX,
                    "user_upn",
                    LocalSuite.MAILBOX))
            .build();
    HttpRequest[] presented = presented();
    await(user);
    await(presented[0]);
    repeat(6_000, _ -> afresh);
    repeat(12_000, _ -> user);
    repeat(2_000, _ -> actor);
    repeat(presented.length, number -> presented[number]);
    repeat(8_000, _ -> presented[0]);
    repeat(500, _ -> get(Part.TOKEN_SERVICE, "/v1/signing-keys"));
  }

  private void registrations() throws SuiteFailure, InterruptedException {
    repeat(
        2_000,
        number ->
            put("training-" + number % PARTNERS, byMetadata("https://litwareinc.com/" + number)));
    repeat(4_000, number -> get(Part.TRUST_REGISTRY, "/v1/partners/training-" + number % PARTNERS));
    repeat(500, _ -> get(Part.TRUST_REGISTRY, "/v1/partners"));
  }

  /** Each partner that is registered has its document read. */
  private void documents() throws SuiteFailure, InterruptedException {
    String url =
        "https://autodiscover.%s:%d/autodiscover/metadata/json/1"
            .formatted(LocalSuite.DOMAIN, ground().exchangePort());
    repeat(300, number -> put("training-document-" + number, byMetadata(url)));
    repeat(6_000, _ -> get(Part.METADATA_SERVICE, "/metadata/json/1"));
    repeat(1_000, _ -> get(Part.METADATA_SERVICE, "/v1/metadata"));
  }

  private void probes() throws SuiteFailure, InterruptedException {
    ground().makeMailboxes(MAILBOXES);
    ground().registerOnly(MAILBOXES);
    repeat(
        1_500,
        number ->
            request(url(Part.PROBE_SERVICE, "/v1/probes"))
                .header("Content-Type", "application/json")
                .header("Prefer", "wait=30")
                .POST(
                    body(
                        Map.of(
                            "partner",
                            ProbeGround.partner(0),
                            "sipAddress",
                            "sip:" + ProbeGround.mailbox(number % MAILBOXES))))
                .build());
    repeat(500, _ -> get(Part.PROBE_SERVICE, "/v1/probes"));
    repeat(200, _ -> get(Part.PROBE_SERVICE, "/"));
  }

  private void register(String name, Map<String, ?> partner)
      throws SuiteFailure, InterruptedException {
    await(put(name, partner));
  }

  private HttpRequest put(String name, Map<String, ?> partner) {
    return request(url(Part.TRUST_REGISTRY, "/v1/partners/" + name))
        .header("Content-Type", "application/json")
        .PUT(body(partner))
        .build();
  }

  private static Map<String, Object> byMetadata(String url) {
    return Map.of("kind", "exchange", "trust", Map.of("metadataUrl", url));
  }

  /** The simulated Exchange, which by then accepts our tokens. */
  private ProbeGround ground() throws SuiteFailure, InterruptedException {
    ProbeGround ground = introduced;
    if (ground == null) {
      ground = ProbeGround.on(cluster);
      introduced = ground;
    }
    return ground;
  }

  private Map<String, Object> exchange() {
    return Map.of(
        "kind",
        "exchange",
        "applicationIdentifier",
        "00000002-0000-0ff1-ce00-000000000000",
        "realm",
        LocalSuite.DOMAIN,
        "trust",
        Map.of("certificates", List.of(key.certificate().pem())));
  }

  private HttpRequest.Builder form(URI endpoint, Map<String, String> more) {
    var fields = new LinkedHashMap<String, String>();
    fields.put("grant_type", "client_credentials");
    fields.put("client_id", CLIENT);
    fields.put("client_secret", SECRET);
    fields.put("audience", EXCHANGE);
    fields.put("resource", "https://atl-exchange-001.litwareinc.com/EWS/Exchange.asmx");
    fields.putAll(more);
    return HttpRequest.newBuilder(endpoint)
        .header("Content-Type", "application/x-www-form-urlencoded")
        .POST(HttpRequest.BodyPublishers.ofString(FormFields.encoded(fields)));
  }

  /** An ingress that asks whether a partner's tokens hold, each for another user. */
  private HttpRequest[] presented() {
    Instant now = Instant.now();
    var claims =
        ActorTokenClaims.selfIssued(
            AudienceName.parse(
                "%s/localhost@%s".formatted(LocalSuite.APPLICATION_IDENTIFIER, LocalSuite.DOMAIN)),
            PrincipalName.parse("00000004-0000-0ff1-ce00-000000000000@" + LocalSuite.DOMAIN),
            now.minusSeconds(60),
            now.plusSeconds(3600));
    String actor = key.signed(claims.signingInput(key.certificate().x5t()));
    return IntStream.range(0, 3_000)
        .mapToObj(
            number -> {
              String user = "user-%d@%s".formatted(number, LocalSuite.DOMAIN);
              return HttpRequest.newBuilder(url(Part.TOKEN_SERVICE, "/authorize"))
                  .header("X-Forwarded-Host", "localhost")
                  .header(
                      "Authorization",
                      "Bearer "
                          + UserTokenClaims.around(
                                  claims, new UserClaims(user, null, null, user, user), actor)
                              .token())
                  .build();
            })
        .toArray(HttpRequest[]::new);
  }

  private HttpRequest get(Part service, String path) {
    return request(url(service, path)).build();
  }

  private HttpRequest.Builder request(URI uri) {
    return HttpRequest.newBuilder(uri).header("Authorization", bearer);
  }

  private URI url(Part service, String path) {
    return cluster.replicas(service).getFirst().url().resolve(path);
  }

  private static HttpRequest.BodyPublisher body(Map<String, ?> content) {
    try {
      return HttpRequest.BodyPublishers.ofByteArray(Json.mapper().writeValueAsBytes(content));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a map that can't be written", e);
    }
  }

  private void await(HttpRequest request) throws SuiteFailure, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    HttpResponse<String> answer = exchange(request);
    while (answer.statusCode() / 100 != 2) {
      if (System.nanoTime() > deadline) {
        throw refused(request, answer);
      }
      Thread.sleep(50);
      answer = exchange(request);
    }
  }

  /** Has so many requests done, some at once. */
  private void repeat(int count, IntFunction<HttpRequest> requests)
      throws SuiteFailure, InterruptedException {
    var next = new AtomicInteger();
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Void>> running =
          IntStream.range(0, AT_ONCE)
              .mapToObj(
                  _ ->
                      callers.<Void>submit(
                          () -> {
                            for (int i = next.getAndIncrement();
                                i < count;
                                i = next.getAndIncrement()) {
                              done(requests.apply(i));
                            }
                            return null;
                          }))
              .toList();
      for (Future<Void> caller : running) {
        caller.get();
      }
    } catch (ExecutionException e) {
      throw new SuiteFailure("The training does not get on: " + e.getCause());
    }
  }

  /** A service may say that it has too much to do; then it is asked again, until it has done it. */
  private void done(HttpRequest request) throws SuiteFailure, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    HttpResponse<String> answer = exchange(request);
    while (answer.statusCode() == 503 && System.nanoTime() < deadline) {
      Thread.sleep(20);
      answer = exchange(request);
    }
    if (answer.statusCode() / 100 != 2) {
      throw refused(request, answer);
    }
  }

  private HttpResponse<String> exchange(HttpRequest request)
      throws SuiteFailure, InterruptedException {
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new SuiteFailure("%s does not answer: %s".formatted(request.uri(), e.getMessage()));
    }
  }

  private static SuiteFailure refused(HttpRequest request, HttpResponse<String> answer) {
    return new SuiteFailure(
        "%s %s is answered %d: %s"
            .formatted(
                request.method(), request.uri(), answer.statusCode(), answer.body().strip()));
  }

  private static String hash() {
    byte[] salt = "sixteen bytes ok".getBytes(StandardCharsets.US_ASCII);
    try {
      byte[] hash =
          SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
              .generateSecret(new PBEKeySpec(SECRET.toCharArray(), salt, 210_000, 256))
              .getEncoded();
      var base64 = Base64.getUrlEncoder().withoutPadding();
      return "pbkdf2-sha256:210000:%s:%s"
          .formatted(base64.encodeToString(salt), base64.encodeToString(hash));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has PBKDF2", e);
    }
  }

  @Override
  public void close() {
    http.close();
  }
}
