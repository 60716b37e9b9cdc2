package dev.concordat.chaos;

import dev.concordat.chaos.Entry.Answered;
import dev.concordat.contracts.names.AudienceName;
import dev.concordat.contracts.names.PrincipalName;
import dev.concordat.contracts.tokens.ActorTokenClaims;
import dev.concordat.suite.FormFields;
import dev.concordat.suite.LaboratoryKey;
import dev.concordat.suite.LocalSuite;
import dev.concordat.suite.Part;
import dev.concordat.suite.ProbeGround;
import dev.concordat.suite.ServiceCluster;
import dev.concordat.suite.ServiceCluster.Replica;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * For each replica one that asks it, in turn, for everything that it answers from what it knows;
 * and where it is a prober, has it probe besides.
 */
final class Visitors implements AutoCloseable {

  /** The partner that calls us, and asks our token server. */
  static final String CALLER = "caller";

  private static final String CALLER_NAME =
      "00000004-0000-0ff1-ce00-000000000000@" + LocalSuite.DOMAIN;
  private static final String TOKEN_SERVER = "00000001-0000-0000-c000-000000000000";
  private static final Duration PATIENCE = Duration.ofSeconds(8);
  private static final long PAUSE_MILLIS = 300;

  private final ServiceCluster cluster;
  private final String adminToken;
  private final History history;
  private final LaboratoryKey key = LaboratoryKey.rsa();
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(1))
          .build();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean ended;

  Visitors(ServiceCluster cluster, String adminToken, History history) {
    this.cluster = cluster;
    this.adminToken = adminToken.strip();
    this.history = history;
  }

  /** What the registry must know of the caller. */
  Map<String, Object> caller() {
    return Map.of(
        "kind",
        "skype",
        "realm",
        LocalSuite.DOMAIN,
        "trust",
        Map.of("certificates", List.of(key.certificate().base64())),
        "mayRequest",
        List.of(Map.of("partner", TokensGoOn.STEADY)));
  }

  /**
   * A request, and what its answer must be.
   *
   * @param sign what must be in the answer beside the status 200
   */
  private record Visit(String api, Function<Replica, HttpRequest.Builder> request, String sign) {}

  private List<Visit> visits(Part part) {
    return switch (part) {
      case TRUST_REGISTRY ->
          List.of(
              read("/v1/partners?limit=10"),
              read("/v1/partners/" + TokensGoOn.STEADY),
              read("/v1/partners/" + TokensGoOn.STEADY + "/setup"));
      case METADATA_SERVICE ->
          List.of(
              read("/metadata/json/1"),
              read("/" + LocalSuite.DOMAIN + "/metadata/json/1"),
              read("/jwks"),
              read("/.well-known/openid-configuration"),
              read("/v1/metadata/" + TokensGoOn.STEADY));
      case TOKEN_SERVICE ->
          List.of(
              new Visit("POST /oauth2/introspect", this::introspection, "\"active\":true"),
              new Visit("GET /authorize", this::authorisation, ""),
              new Visit("POST /tokens/OAuth/2", this::tokenServer, "access_token"),
              read("/v1/signing-keys"));
      case PROBE_SERVICE -> List.of(read("/v1/probes"), read("/"));
      default -> List.of();
    };
  }

  private Visit read(String path) {
    return new Visit("GET " + path, replica -> to(replica, path).GET(), "");
  }

  private HttpRequest.Builder introspection(Replica replica) {
    String us = "%s/localhost@%s".formatted(LocalSuite.APPLICATION_IDENTIFIER, LocalSuite.DOMAIN);
    return form(replica, "/oauth2/introspect", Map.of("token", token(us)));
  }

  private HttpRequest.Builder authorisation(Replica replica) {
    String us = "%s/localhost@%s".formatted(LocalSuite.APPLICATION_IDENTIFIER, LocalSuite.DOMAIN);
    return HttpRequest.newBuilder(replica.url().resolve("/authorize"))
        .header("X-Forwarded-Host", "localhost")
        .header("Authorization", "Bearer " + token(us))
        .GET();
  }

  private HttpRequest.Builder tokenServer(Replica replica) {
    return form(
        replica,
        "/tokens/OAuth/2",
        Map.of(
            "grant_type",
            "http://oauth.net/grant_type/jwt/1.0/bearer",
            "assertion",
            token("%s/localhost@%s".formatted(TOKEN_SERVER, LocalSuite.DOMAIN)),
            "resource",
            "https://autodiscover.%s/autodiscover/autodiscover.svc".formatted(LocalSuite.DOMAIN)));
  }

  private HttpRequest.Builder form(Replica replica, String path, Map<String, String> fields) {
    return to(replica, path)
        .header("Content-Type", "application/x-www-form-urlencoded")
        .POST(HttpRequest.BodyPublishers.ofString(FormFields.encoded(fields)));
  }

  private HttpRequest.Builder to(Replica replica, String path) {
    return HttpRequest.newBuilder(replica.url().resolve(path))
        .header("Authorization", "Bearer " + adminToken);
  }

  /** The caller's own token for this audience, signed now. */
  private String token(String audience) {
    Instant now = Instant.now();
    ActorTokenClaims claims =
        ActorTokenClaims.selfIssued(
            AudienceName.parse(audience),
            PrincipalName.parse(CALLER_NAME),
            now.minusSeconds(60),
            now.plusSeconds(3600));
    return key.signed(claims.signingInput(key.certificate().x5t()));
  }

  /** What is not answered as it must be. */
  List<Answered> unanswered() throws InterruptedException {
    var unanswered = new ArrayList<Answered>();
    for (Part part : Part.values()) {
      for (Replica replica : cluster.replicas(part)) {
        for (Visit visit : visits(part)) {
          Answered answered = answered(replica, visit);
          if (!answered.wrong().isEmpty()) {
            unanswered.add(answered);
          }
        }
      }
    }
    return unanswered;
  }

  void start() {
    for (Part part : Part.values()) {
      List<Visit> visits = visits(part);
      if (!visits.isEmpty()) {
        for (Replica replica : cluster.replicas(part)) {
          threads.add(Thread.ofVirtual().start(() -> keepVisiting(replica, visits)));
        }
      }
    }
    for (Replica prober : cluster.replicas(Part.PROBE_SERVICE)) {
      threads.add(Thread.ofVirtual().start(() -> keepProbing(prober)));
    }
  }

  void end() throws InterruptedException {
    ended = true;
    for (Thread thread : threads) {
      thread.join(PATIENCE.multipliedBy(2));
    }
  }

  private void keepVisiting(Replica replica, List<Visit> visits) {
    try {
      for (int turn = 0; !ended; turn++) {
        history.add(answered(replica, visits.get(turn % visits.size())));
        Thread.sleep(PAUSE_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A probe of a mailbox that is probed by schedule too; what comes of it shows in the mailbox. */
  private void keepProbing(Replica prober) {
    String wanted =
        """
        {"partner":"%s","sipAddress":"sip:%s","kind":"conversation-history"}"""
            .formatted(TokensGoOn.STEADY, ProbeGround.mailbox(0));
    try {
      while (!ended) {
        try {
          var _ =
              http.send(
                  to(prober, "/v1/probes")
                      .timeout(PATIENCE)
                      .header("Content-Type", "application/json")
                      .POST(HttpRequest.BodyPublishers.ofString(wanted))
                      .build(),
                  HttpResponse.BodyHandlers.discarding());
        } catch (IOException away) {
          // It is under faults; the next one may come through.
        }
        Thread.sleep(10 * PAUSE_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Answered answered(Replica replica, Visit visit) throws InterruptedException {
    long asked = history.now();
    String wrong;
    try {
      HttpResponse<String> answer =
          http.send(
              visit.request.apply(replica).timeout(PATIENCE).build(),
              HttpResponse.BodyHandlers.ofString());
      wrong =
          answer.statusCode() == 200 && answer.body().contains(visit.sign)
              ? ""
              : answer.statusCode() + " " + answer.body();
    } catch (IOException e) {
      wrong = String.valueOf(e);
    }
    return new Answered(history.now(), asked, replica.name(), visit.api, wrong);
  }

  @Override
  public void close() {
    ended = true;
    http.shutdownNow();
  }
}
