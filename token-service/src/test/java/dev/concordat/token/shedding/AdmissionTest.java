package dev.concordat.token.shedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.concordat.token.signing.SigningTime;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How many requests of each kind are let in, on a real server whose answers are held back. */
class AdmissionTest {

  private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();
  private static final int MOST = 100 * PROCESSORS;
  private static final int FEWEST_THAT_WAIT = 64;

  private final Vertx vertx = Vertx.vertx();
  private final SigningTime signing = new SigningTime();
  private final Queue<RoutingContext> held = new ConcurrentLinkedQueue<>();
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private HttpServer server;

  @BeforeEach
  void a_server_that_holds_its_answers_back() throws Exception {
    var load = new LoadShedding(new Config(), signing, new SimpleMeterRegistry());
    Router router = Router.router(vertx);
    load.register(router);
    router.get("/remembered").order(LoadShedding.ADMITTED).handler(held::add);
    router
        .get("/signed")
        .order(LoadShedding.ADMITTED)
        .handler(
            request -> {
              if (load.mayWait(request)) {
                held.add(request);
              }
            });
    router.get("/worked-out").handler(held::add);
    router.get("/v1/signing-keys").handler(held::add);
    server =
        vertx
            .createHttpServer()
            .requestHandler(router)
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS);
  }

  @AfterEach
  void end() throws Exception {
    // Its close would wait for the answers that are held back.
    http.shutdownNow();
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Test
  void as_many_wait_for_a_signature_as_are_signed_in_the_longest_wait() {
    signing.took(Duration.ofNanos(625_000).toNanos());
    // In 50 ms, by each processor.
    int bound = 80 * PROCESSORS;
    assertThat(letIn("/signed", bound + 20)).isEqualTo(bound);
  }

  @Test
  void no_more_wait_than_may_be_under_way() {
    signing.took(Duration.ofNanos(50_000).toNanos());
    assertThat(letIn("/signed", MOST + 20)).isEqualTo(MOST);
  }

  @Test
  void some_always_wait_however_slow_signatures_are() {
    signing.took(Duration.ofSeconds(3).toNanos());
    assertThat(letIn("/signed", FEWEST_THAT_WAIT + 20)).isEqualTo(FEWEST_THAT_WAIT);
  }

  @Test
  void who_was_answered_makes_room() {
    signing.took(Duration.ofSeconds(3).toNanos());
    letIn("/signed", FEWEST_THAT_WAIT);
    assertThat(letIn("/signed", 5)).isZero();

    answerAll();
    await().until(() -> letIn("/signed", 1) == 1);
  }

  @Test
  void of_those_that_are_answered_from_memory_four_times_as_many_are_let_in() {
    assertThat(letIn("/worked-out", MOST + 20)).isEqualTo(MOST);
    assertThat(letIn("/remembered", 3 * MOST + 20)).isEqualTo(3 * MOST);
  }

  @Test
  void admins_get_in_when_nobody_else_does() {
    letIn("/remembered", 4 * MOST);
    assertThat(letIn("/signed", 5)).isZero();
    assertThat(letIn("/v1/signing-keys", 5)).isEqualTo(5);
  }

  /** How many of so many more are let in; the others are told when to come back. */
  private int letIn(String path, int count) {
    int before = held.size();
    List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      answers.add(
          http.sendAsync(
              HttpRequest.newBuilder(
                      URI.create("http://127.0.0.1:%d%s".formatted(server.actualPort(), path)))
                  .build(),
              HttpResponse.BodyHandlers.ofString()));
    }
    await()
        .until(
            () ->
                held.size() - before + answers.stream().filter(CompletableFuture::isDone).count()
                    == count);
    assertThat(answers.stream().filter(CompletableFuture::isDone).map(CompletableFuture::join))
        .allSatisfy(
            refused -> {
              assertThat(refused.statusCode()).isEqualTo(503);
              assertThat(refused.headers().firstValue("Retry-After")).contains("1");
              assertThat(refused.body()).contains("\"reason\":\"overloaded\"");
            });
    return held.size() - before;
  }

  private void answerAll() {
    for (RoutingContext request = held.poll(); request != null; request = held.poll()) {
      RoutingContext answered = request;
      answered.vertx().runOnContext(_ -> answered.response().end());
    }
  }

  private record Config() implements LoadConfig {
    @Override
    public int requestsPerProcessor() {
      return 100;
    }

    @Override
    public Duration longestWait() {
      return Duration.ofMillis(50);
    }
  }
}
