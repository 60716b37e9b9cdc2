package dev.concordat.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.suite.Part;
import dev.concordat.suite.Replicas;
import dev.concordat.suite.ServiceCluster;
import dev.concordat.suite.ServiceCluster.Replica;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several replicas of the token-service agree on the key that signs, whichever of them dies. */
class KeyReplicasIT {

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @TempDir static Path folder;
  private static ServiceCluster cluster;

  @BeforeAll
  static void start() throws Exception {
    cluster =
        ServiceCluster.start(
            folder,
            1,
            Replicas.of(
                    Part.TOKEN_SERVICE,
                    2,
                    List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx96m"))
                .with("concordat.messaging.session-timeout", "6s"));
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @Test
  void they_change_keys_together_and_another_goes_on_where_one_was_killed() throws Exception {
    Replica first = cluster.replicas().get(0);
    Replica second = cluster.replicas().get(1);
    String key = agreed(List.of(first, second));

    String next = rolledOver(first);
    assertThat(next).isNotEqualTo(key);
    assertThat(agreed(List.of(first, second))).isEqualTo(next);

    first.kill();
    String third = rolledOver(second);
    assertThat(third).isNotEqualTo(next);
    second.kill();

    first.start();
    first.awaitReady();
    assertThat(agreed(List.of(first))).isEqualTo(third);
    second.start();
    second.awaitReady();
    assertThat(agreed(List.of(first, second))).isEqualTo(third);
  }

  /** Has a next key made and waits until this replica says that it signs. */
  private static String rolledOver(Replica replica) throws Exception {
    JsonNode begun = call(replica, "POST", "/v1/signing-keys/rollover", "{\"generate\":true}");
    String next = begun.path("nextKey").asText(begun.path("activeKey").asText());
    assertThat(next).as(begun.toString()).isNotEmpty();
    await().atMost(Duration.ofSeconds(40)).until(() -> signing(replica).equals(List.of(next)));
    return next;
  }

  /** The one key that all of them say is active and sign with, before long. */
  private static String agreed(List<Replica> replicas) {
    var keys = new ArrayList<String>();
    await()
        .atMost(Duration.ofSeconds(40))
        .until(
            () -> {
              keys.clear();
              for (Replica replica : replicas) {
                keys.addAll(signing(replica));
              }
              return keys.size() == replicas.size() && keys.stream().distinct().count() == 1;
            });
    return keys.getFirst();
  }

  private static List<String> signing(Replica replica) throws Exception {
    var signing = new ArrayList<String>();
    for (JsonNode key : call(replica, "GET", "/v1/signing-keys", null).path("keys")) {
      if (key.path("signs").asBoolean() && key.path("state").asText().equals("active")) {
        signing.add(key.path("keyId").asText());
      }
    }
    return signing;
  }

  private static JsonNode call(Replica replica, String method, String path, @Nullable String body)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(replica.url().resolve(path))
            .header("Authorization", "Bearer " + cluster.adminToken().strip())
            .header("Content-Type", "application/json")
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    return EventSchemas.json(
        HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString()).body());
  }
}
