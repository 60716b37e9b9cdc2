package dev.concordat.chaos;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.concordat.chaos.Entry.Change;
import dev.concordat.chaos.Entry.Told;
import dev.concordat.contracts.Json;
import dev.concordat.suite.LaboratoryKey;
import dev.concordat.suite.ServiceCluster.Replica;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * Clients that change the same few partners: each reads one at some replica and enables or disables
 * it, on the condition that nobody has changed it since.
 */
final class Rivals implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(8);
  private static final int CLIENTS = 3;
  private static final int PARTNERS = 2;

  private final List<Replica> registries;
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

  Rivals(List<Replica> registries, String adminToken, History history) {
    this.registries = registries;
    this.adminToken = adminToken.strip();
    this.history = history;
  }

  void start(long seed) {
    for (int client = 0; client < CLIENTS; client++) {
      int number = client;
      var random = new SplittableRandom(~seed + client);
      threads.add(Thread.ofVirtual().start(() -> keepChanging(number, random)));
    }
  }

  /** Lets each finish what it has begun. */
  void end() throws InterruptedException {
    ended = true;
    for (Thread thread : threads) {
      thread.join(PATIENCE.multipliedBy(2));
    }
  }

  /** A partner as it was read. */
  private record Read(long revision, boolean enabled) {}

  private void keepChanging(int client, SplittableRandom random) {
    try {
      while (!ended) {
        String name = "rivals-" + random.nextInt(PARTNERS);
        try {
          change(client, name, read(name, one(random)), random);
        } catch (IOException away) {
          // Another replica, another time.
        }
        Thread.sleep(random.nextLong(50, 250));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Read read(String name, Replica replica) throws IOException, InterruptedException {
    HttpResponse<String> answer = send(request(replica, name).GET());
    if (answer.statusCode() == 404) {
      return new Read(0, false);
    }
    if (answer.statusCode() != 200) {
      throw new IOException("read is answered " + answer.statusCode());
    }
    JsonNode partner = Json.mapper().readTree(answer.body());
    return new Read(partner.path("revision").asLong(), partner.path("enabled").asBoolean());
  }

  private void change(int client, String name, Read read, SplittableRandom random)
      throws InterruptedException {
    String body = body(name, !read.enabled);
    String key = UUID.randomUUID().toString();
    long asked = history.now();
    while (true) {
      HttpRequest.Builder request =
          request(one(random), name)
              .header("Content-Type", "application/json")
              .header("Idempotency-Key", key);
      if (read.revision == 0) {
        request.header("If-None-Match", "*");
      } else {
        request.header("If-Match", "\"" + read.revision + "\"");
      }
      try {
        HttpResponse<String> answer = send(request.PUT(HttpRequest.BodyPublishers.ofString(body)));
        switch (answer.statusCode()) {
          case 200, 201 -> {
            note(client, name, asked, read, Told.ACKNOWLEDGED, revision(answer));
            return;
          }
          case 412 -> {
            note(client, name, asked, read, Told.REFUSED, 0);
            return;
          }
          default -> Thread.sleep(200);
        }
      } catch (IOException away) {
        Thread.sleep(50);
      }
      if (ended) {
        note(client, name, asked, read, Told.OPEN, 0);
        return;
      }
    }
  }

  private void note(int client, String name, long asked, Read read, Told told, long revision) {
    history.add(new Change(history.now(), asked, client, name, read.revision, told, revision));
  }

  private static long revision(HttpResponse<String> answer) {
    return Long.parseLong(answer.headers().firstValue("ETag").orElseThrow().replace("\"", ""));
  }

  private String body(String name, boolean enabled) {
    var json = JsonNodeFactory.instance.objectNode();
    json.put("kind", "exchange").put("realm", name + ".litwareinc.com").put("enabled", enabled);
    json.putObject("trust").putArray("certificates").add(certificate);
    try {
      return Json.mapper().writeValueAsString(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private Replica one(SplittableRandom random) {
    return registries.get(random.nextInt(registries.size()));
  }

  private HttpRequest.Builder request(Replica replica, String name) {
    return HttpRequest.newBuilder(replica.url().resolve("/v1/partners/" + name))
        .timeout(PATIENCE)
        .header("Authorization", "Bearer " + adminToken);
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  @Override
  public void close() {
    ended = true;
    http.shutdownNow();
  }
}
