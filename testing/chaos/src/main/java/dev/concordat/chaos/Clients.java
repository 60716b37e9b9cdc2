package dev.concordat.chaos;

import dev.concordat.chaos.Entry.Command;
import dev.concordat.chaos.Entry.Token;
import dev.concordat.chaos.Entry.Told;
import dev.concordat.chaos.Entry.Wish;
import dev.concordat.suite.FormFields;
import dev.concordat.suite.LaboratoryKey;
import dev.concordat.suite.ServiceCluster.Replica;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * The load: clients that register partners, get tokens for them and remove them again, and for each
 * replica of the token-service one that asks it for the steady partner's, all as long as they are
 * let. Whoever hears nothing of a command asks another replica with the same {@code
 * Idempotency-Key}, as a careful client does.
 */
final class Clients implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(8);
  private static final String ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

  private final List<Replica> registries;
  private final List<Replica> tokenServices;
  private final String adminToken;
  private final History history;
  private final String certificate = LaboratoryKey.rsa().certificate().base64();
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(1))
          .build();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean ended;

  Clients(
      List<Replica> registries, List<Replica> tokenServices, String adminToken, History history) {
    this.registries = registries;
    this.tokenServices = tokenServices;
    this.adminToken = adminToken.strip();
    this.history = history;
  }

  /** Begins. */
  void start(int administrators, long seed) {
    for (int client = 0; client < administrators; client++) {
      int number = client;
      var random = new SplittableRandom(seed + client);
      threads.add(Thread.ofVirtual().start(() -> administer(number, random)));
    }
    for (Replica replica : tokenServices) {
      threads.add(Thread.ofVirtual().start(() -> keepAsking(replica)));
    }
  }

  /** Lets each finish what it has begun. */
  void end() throws InterruptedException {
    ended = true;
    for (Thread thread : threads) {
      thread.join(PATIENCE.multipliedBy(2));
    }
  }

  private void keepAsking(Replica replica) {
    while (!ended) {
      token(replica, TokensGoOn.STEADY, "");
      pause(150);
    }
  }

  private void administer(int client, SplittableRandom random) {
    for (int number = 0; !ended; number++) {
      String name = "load-%d-%d".formatted(client, number);
      String body =
          """
          {"kind":"exchange","realm":"%1$s.litwareinc.com","trust":{"certificates":["%2$s"]}}"""
              .formatted(name, certificate);
      if (command(name, Wish.REGISTER, body, random) != Told.ACKNOWLEDGED) {
        pause(100);
        continue;
      }
      askEach(name);
      if (random.nextInt(3) > 0) {
        command(name, Wish.REMOVE, "", random);
        for (int i = 0; i < 3; i++) {
          askEach(name);
          pause(100);
        }
      }
      pause(50);
    }
  }

  private void askEach(String name) {
    for (Replica replica : tokenServices) {
      token(replica, name, "https://mail." + name + ".litwareinc.com/EWS/Exchange.asmx");
    }
  }

  /** Has something decided; tries again until it knows what became of it, or the load ends. */
  private Told command(String name, Wish wish, String body, SplittableRandom random) {
    long asked = history.now();
    String key = UUID.randomUUID().toString();
    while (true) {
      Replica replica = registries.get(random.nextInt(registries.size()));
      HttpRequest.Builder request =
          HttpRequest.newBuilder(replica.url().resolve("/v1/partners/" + name))
              .timeout(PATIENCE)
              .header("Authorization", "Bearer " + adminToken)
              .header("Content-Type", "application/json")
              .header("Idempotency-Key", key);
      HttpRequest sent =
          wish == Wish.REGISTER
              ? request
                  .header("If-None-Match", "*")
                  .PUT(HttpRequest.BodyPublishers.ofString(body))
                  .build()
              : request.DELETE().build();
      try {
        HttpResponse<String> answer = http.send(sent, HttpResponse.BodyHandlers.ofString());
        Told told =
            switch (answer.statusCode()) {
              case 200, 201, 204 -> Told.ACKNOWLEDGED;
              case 409, 422 -> Told.REFUSED;
              default -> Told.OPEN;
            };
        // 412 and 404 may be of what an earlier try of it did, which another replica decided.
        if (told != Told.OPEN || answer.statusCode() == 412 || answer.statusCode() == 404) {
          history.add(
              new Command(
                  history.now(),
                  asked,
                  name,
                  wish,
                  told,
                  revision(wish, answer),
                  told == Told.REFUSED ? answer.body() : ""));
          return told;
        }
        pause(200);
      } catch (IOException e) {
        pause(50);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      if (ended || Thread.currentThread().isInterrupted()) {
        history.add(new Command(history.now(), asked, name, wish, Told.OPEN, 0, ""));
        return Told.OPEN;
      }
    }
  }

  private static long revision(Wish wish, HttpResponse<String> answer) {
    return wish == Wish.REMOVE
        ? 0
        : answer
            .headers()
            .firstValue("ETag")
            .map(it -> Long.parseLong(it.replace("\"", "")))
            .orElse(0L);
  }

  /** Asks a replica for a token for a partner, and notes what it says. */
  void token(Replica replica, String partner, String resource) {
    history.add(answer(replica, partner, resource));
  }

  /** What a replica says to who asks for a token for a partner. */
  Entry.TokenAnswer answer(Replica replica, String partner, String resource) {
    var form =
        new java.util.LinkedHashMap<>(
            Map.of(
                "grant_type",
                "client_credentials",
                "client_assertion_type",
                ASSERTION,
                "client_assertion",
                adminToken,
                "audience",
                partner));
    if (!resource.isEmpty()) {
      form.put("resource", resource);
    }
    long asked = history.now();
    Token token = Token.NONE;
    String detail;
    try {
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(replica.url().resolve("/oauth2/token"))
                  .timeout(PATIENCE)
                  .header("Content-Type", "application/x-www-form-urlencoded")
                  .POST(HttpRequest.BodyPublishers.ofString(FormFields.encoded(form)))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      boolean issued = answer.statusCode() == 200;
      boolean unknown = !issued && answer.body().contains("is registered, or it was removed");
      token = issued ? Token.ISSUED : unknown ? Token.UNKNOWN_PARTNER : Token.OTHER;
      detail = token == Token.OTHER ? answer.statusCode() + " " + answer.body() : "";
    } catch (IOException e) {
      detail = String.valueOf(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      detail = "interrupted";
    }
    return new Entry.TokenAnswer(history.now(), asked, replica.name(), partner, token, detail);
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    ended = true;
    http.shutdownNow();
  }
}
