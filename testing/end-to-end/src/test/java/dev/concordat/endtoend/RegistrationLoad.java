package dev.concordat.endtoend;

import dev.concordat.suite.ServiceCluster;
import dev.concordat.suite.ServiceCluster.Replica;
import dev.concordat.suite.SuiteFailure;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Clients that register partners for as long as they are let, at whichever replica answers, and
 * remember what they were told. Each name is registered once; who hears nothing asks another
 * replica with the same {@code Idempotency-Key}, as a careful client does.
 */
final class RegistrationLoad implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(8);

  /** How long a replica that did not answer is left alone, as a load balancer would. */
  private static final Duration AVOIDED = Duration.ofSeconds(10);

  private final ServiceCluster cluster;
  private final String token;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(1))
          .build();
  private final List<Thread> clients = new ArrayList<>();
  private final Map<String, Long> acknowledged = new ConcurrentHashMap<>();
  private final Set<String> refused = ConcurrentHashMap.newKeySet();
  private final Set<String> open = ConcurrentHashMap.newKeySet();
  private final Map<String, Long> avoided = new ConcurrentHashMap<>();
  private final Queue<String> surprises = new ConcurrentLinkedQueue<>();
  private final Queue<Long> acknowledgements = new ConcurrentLinkedQueue<>();
  private volatile boolean ended;

  RegistrationLoad(ServiceCluster cluster, int clientCount) throws SuiteFailure {
    this.cluster = cluster;
    token = cluster.adminToken();
    for (int client = 0; client < clientCount; client++) {
      int number = client;
      clients.add(Thread.ofVirtual().name("client-" + client).start(() -> register(number)));
    }
  }

  /** Names and the revisions that were acknowledged for them. */
  Map<String, Long> acknowledged() {
    return acknowledged;
  }

  /** Names that were refused by a rule. */
  Set<String> refused() {
    return refused;
  }

  /** Names of which no answer was heard when the load ended: they may be there or not. */
  Set<String> open() {
    return open;
  }

  /** Answers that no client should get. */
  Queue<String> surprises() {
    return surprises;
  }

  int count() {
    return acknowledged.size();
  }

  /** The longest time in which nothing was acknowledged, since a moment of {@code nanoTime}. */
  Duration longestSilence(long since) {
    long longest = 0;
    long before = since;
    for (long at : acknowledgements.stream().sorted().toList()) {
      if (at > since) {
        longest = Math.max(longest, at - before);
        before = at;
      }
    }
    return Duration.ofNanos(Math.max(longest, System.nanoTime() - before));
  }

  /** Lets the clients finish what they have begun. */
  void end() {
    ended = true;
    for (Thread client : clients) {
      try {
        client.join(PATIENCE.plusSeconds(10));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void close() {
    end();
    http.close();
  }

  private void register(int client) {
    for (int number = 0; !ended; number++) {
      String name = "c" + client + "-" + number;
      boolean wrong = number % 10 == 9;
      // A rule of the deciding side alone can tell: the identity of the one before is taken.
      String realm = wrong ? "c" + client + "-" + (number - 1) : name;
      open.add(name);
      long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
      while (System.nanoTime() < deadline) {
        if (isAnswered(name, realm, wrong)) {
          open.remove(name);
          break;
        }
        if (ended) {
          return;
        }
      }
    }
  }

  private boolean isAvoided(Replica replica) {
    Long since = avoided.get(replica.name());
    return since != null && System.nanoTime() - since < AVOIDED.toNanos();
  }

  private boolean isAnswered(String name, String realm, boolean wrong) {
    List<Replica> replicas = cluster.replicas();
    List<Replica> answering = replicas.stream().filter(it -> !isAvoided(it)).toList();
    List<Replica> choice = answering.isEmpty() ? replicas : answering;
    Replica replica = choice.get(ThreadLocalRandom.current().nextInt(choice.size()));
    HttpRequest put =
        HttpRequest.newBuilder(replica.url().resolve("/v1/partners/" + name))
            .timeout(PATIENCE)
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .header("If-None-Match", "*")
            .header("Idempotency-Key", "key-of-" + name)
            .PUT(
                HttpRequest.BodyPublishers.ofString(
                    """
                    {"kind":"exchange","realm":"%1$s.litwareinc.com",
                     "trust":{"metadataUrl":"https://%1$s.litwareinc.com/autodiscover/metadata/json/1"}}"""
                        .formatted(realm)))
            .build();
    try {
      HttpResponse<String> answer = http.send(put, HttpResponse.BodyHandlers.ofString());
      return switch (answer.statusCode()) {
        case 201 -> {
          String etag = answer.headers().firstValue("ETag").orElse("\"0\"");
          acknowledged.put(name, Long.valueOf(etag.replace("\"", "")));
          acknowledgements.add(System.nanoTime());
          if (wrong) {
            surprises.add(name + " should have been refused");
          }
          yield true;
        }
        case 409 -> {
          refused.add(name);
          if (!wrong || !answer.body().contains("identity-taken")) {
            surprises.add(name + " was refused: " + answer.body());
          }
          yield true;
        }
        case 503 -> {
          pause(Duration.ofMillis(200));
          yield false;
        }
        default -> {
          surprises.add(name + " was answered " + answer.statusCode() + ": " + answer.body());
          yield true;
        }
      };
    } catch (IOException e) {
      // Killed, held or not there yet: another one may answer.
      avoided.put(replica.name(), System.nanoTime());
      pause(Duration.ofMillis(50));
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  private static void pause(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
