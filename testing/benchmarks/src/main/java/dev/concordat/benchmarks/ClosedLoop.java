package dev.concordat.benchmarks;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Clients that each send their next request when the last was answered, over a connection of their
 * own, all on one thread: the cheapest load that there is, because it shares the machine with what
 * it measures.
 */
final class ClosedLoop implements AutoCloseable {

  private final Vertx vertx;
  private final HttpClient http;
  private final URI server;
  private final int clients;
  private final Map<String, String> headers;

  /** One request. */
  record Request(HttpMethod method, String path, @Nullable Buffer body) {}

  /** What came of it. */
  static final class Run {
    private final double seconds;
    private final double[] millis;

    /**
     * @param seconds from the first request to the last answer
     * @param millis how long each answer took
     */
    Run(double seconds, double[] millis) {
      this.seconds = seconds;
      this.millis = millis.clone();
      Arrays.sort(this.millis);
    }

    double perSecond() {
      return millis.length / seconds;
    }

    double quantile(double share) {
      return millis[(int) Math.min(millis.length - 1, Math.floor(millis.length * share))];
    }
  }

  ClosedLoop(URI server, int clients, Map<String, String> headers) {
    this.server = server;
    this.clients = clients;
    this.headers = headers;
    vertx = Vertx.vertx(new io.vertx.core.VertxOptions().setEventLoopPoolSize(1));
    http =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setKeepAlive(true)
                .setPipelining(false)
                // What is measured has a certificate of its own making.
                .setSsl("https".equals(server.getScheme()))
                .setTrustAll(true)
                .setVerifyHost(false),
            new PoolOptions().setHttp1MaxSize(clients));
  }

  /** Sends requests with these numbers, and fails on the first answer that is not expected. */
  Run run(int from, int count, IntFunction<Request> request, IntPredicate expected)
      throws InterruptedException {
    double[] millis = new double[count];
    var loop = new Loop(from, count, request, expected, millis);
    long begin = System.nanoTime();
    try {
      loop.start().toCompletionStage().toCompletableFuture().get(10, TimeUnit.MINUTES);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (TimeoutException e) {
      throw new IllegalStateException("the load took more than ten minutes", e);
    }
    double seconds = (System.nanoTime() - begin) / 1e9;
    return new Run(seconds, millis);
  }

  /** Sends one request, and returns what is answered with 200. */
  Buffer once(Request request) throws InterruptedException {
    try {
      return http.request(options(request))
          .compose(ready -> Loop.send(ready, request))
          .compose(
              answer ->
                  answer.statusCode() == 200
                      ? answer.body()
                      : Future.<Buffer>failedFuture("answered " + answer.statusCode()))
          .toCompletionStage()
          .toCompletableFuture()
          .get(1, TimeUnit.MINUTES);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException(request.path() + " failed", e);
    }
  }

  private RequestOptions options(Request asked) {
    var options =
        new RequestOptions()
            .setHost(server.getHost())
            .setPort(server.getPort())
            .setMethod(asked.method())
            .setURI(asked.path());
    headers.forEach(options::putHeader);
    return options;
  }

  @Override
  public void close() {
    http.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  /** Runs on the event loop alone, so it needs no locks. */
  private final class Loop {
    private final int from;
    private final int count;
    private final IntFunction<Request> request;
    private final IntPredicate expected;
    private final double[] millis;
    private final Promise<Void> ended = Promise.promise();
    private int sent;
    private int answered;

    Loop(
        int from, int count, IntFunction<Request> request, IntPredicate expected, double[] millis) {
      this.from = from;
      this.count = count;
      this.request = request;
      this.expected = expected;
      this.millis = millis;
    }

    Future<Void> start() {
      vertx.runOnContext(
          _ -> {
            for (int i = 0; i < Math.min(clients, count); i++) {
              next();
            }
          });
      return ended.future();
    }

    private void next() {
      if (sent == count) {
        return;
      }
      int number = sent++;
      Request asked = request.apply(from + number);
      long begin = System.nanoTime();
      http.request(options(asked))
          .compose(ready -> send(ready, asked))
          .compose(
              answer ->
                  answer
                      .body()
                      .compose(
                          body ->
                              expected.test(answer.statusCode())
                                  ? Future.<Void>succeededFuture()
                                  : Future.<Void>failedFuture(
                                      "%s %s was answered %d: %s"
                                          .formatted(
                                              asked.method(),
                                              asked.path(),
                                              answer.statusCode(),
                                              body))))
          .onSuccess(
              _ -> {
                millis[number] = (System.nanoTime() - begin) / 1e6;
                answered++;
                if (answered == count) {
                  ended.tryComplete();
                } else {
                  next();
                }
              })
          .onFailure(ended::tryFail);
    }

    private static Future<io.vertx.core.http.HttpClientResponse> send(
        HttpClientRequest ready, Request asked) {
      Buffer body = asked.body();
      return body == null ? ready.send() : ready.send(body);
    }
  }
}
