package dev.concordat.outbound;

import dev.concordat.outbound.OutboundAnswer.Timings;
import dev.concordat.outbound.ProxyRule.Proxy;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.ProxyType;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer over one connection, bounded in time and size. What is said here holds
 * for HTTP/1.1 and HTTP/2 alike.
 */
final class Exchange {

  private final OutboundRequest request;
  private final URI uri;
  private final Way way;
  private final Limits limits;
  private final long deadline;
  private final long begin;
  private final long resolved;

  // What the event loop notes while the request is under way.
  private volatile @Nullable HttpClientRequest sending;
  private volatile boolean abandoned;
  private volatile boolean tooLarge;
  private volatile long connected;
  private volatile long answered;
  private volatile List<X509Certificate> chain = List.of();

  /**
   * @param uri what is called, in ASCII
   * @param deadline when it must be over, in {@link System#nanoTime()}
   * @param begin when the request began
   * @param resolved when the host's addresses were known
   */
  Exchange(
      OutboundRequest request,
      URI uri,
      Way way,
      Limits limits,
      long deadline,
      long begin,
      long resolved) {
    this.request = request;
    this.uri = uri;
    this.way = way;
    this.limits = limits;
    this.deadline = deadline;
    this.begin = begin;
    this.resolved = resolved;
  }

  /**
   * @param loop what it runs on
   */
  OutboundAnswer run(Context loop, HttpClient client) throws OutboundFailure {
    long remaining = deadline - System.nanoTime();
    if (remaining <= 0) {
      throw Failures.timedOut(uri, limits);
    }
    RequestOptions options = options(Duration.ofNanos(remaining));
    var exchanged = new CompletableFuture<OutboundAnswer>();
    // On one event loop from the beginning: an answer that comes while handlers are still being set
    // from elsewhere would end unheard.
    loop.runOnContext(
        _ ->
            client
                .request(options)
                .compose(this::send)
                .onComplete(
                    done -> {
                      if (done.succeeded()) {
                        exchanged.complete(done.result());
                      } else {
                        exchanged.completeExceptionally(done.cause());
                      }
                    }));
    try {
      return exchanged.get(remaining, TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      giveUp();
      throw Failures.timedOut(uri, limits);
    } catch (InterruptedException e) {
      giveUp();
      Thread.currentThread().interrupt();
      throw Failures.cancelled(uri);
    } catch (ExecutionException e) {
      if (tooLarge) {
        throw Failures.tooLarge(uri, limits.answerBytes());
      }
      if (System.nanoTime() >= deadline) {
        throw Failures.timedOut(uri, limits);
      }
      throw sending == null
          ? Failures.unconnected(uri, way, e.getCause() == null ? e : e.getCause(), limits)
          : Failures.lost(uri);
    }
  }

  private RequestOptions options(Duration remaining) {
    String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    String host = uri.getHost();
    var options =
        new RequestOptions()
            .setMethod(HttpMethod.valueOf(request.method()))
            .setHost(host.endsWith(".") ? host.substring(0, host.length() - 1) : host)
            .setPort(Targets.port(uri))
            .setSsl(Targets.tls(uri))
            .setURI(uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery())
            // The wait for a free connection ends with the request, so that nobody queues for ever;
            // not before it, when it would be the connection's fault.
            .setConnectTimeout(remaining.toMillis() + 1)
            .putHeader(HttpHeaders.ACCEPT_ENCODING, "gzip");
    request.headers().forEach(options::putHeader);
    switch (way) {
      case Way.Straight(InetAddress address) ->
          options.setServer(
              SocketAddress.inetSocketAddress(Targets.port(uri), address.getHostAddress()));
      case Way.Through(Proxy proxy, InetAddress address) ->
          options.setProxyOptions(proxyOptions(proxy, address));
    }
    return options;
  }

  private static ProxyOptions proxyOptions(Proxy proxy, InetAddress address) {
    var options =
        new ProxyOptions()
            .setType(ProxyType.HTTP)
            .setHost(address.getHostAddress())
            .setPort(proxy.port());
    return proxy.user() == null
        ? options
        : options.setUsername(proxy.user()).setPassword(proxy.password());
  }

  private Future<OutboundAnswer> send(HttpClientRequest opened) {
    sending = opened;
    if (abandoned) {
      opened.reset();
      return Future.failedFuture("nobody waits for it any more");
    }
    connected = System.nanoTime();
    chain = chain(opened);
    Future<Void> sent =
        request.body() == null ? opened.end() : opened.end(Buffer.buffer(request.body()));
    return opened
        .response()
        .compose(
            answer -> {
              answered = System.nanoTime();
              if (answer.statusCode() < 200) {
                // 100 and 103 are waited past below; nothing that another would announce was asked
                // for.
                opened.reset();
                return Future.failedFuture("an interim answer that was not asked for");
              }
              return body(answer).map(bytes -> whole(answer, bytes));
            })
        .onSuccess(
            _ -> {
              // A connection on which half a request is stuck is no good to the next one.
              if (!sent.isComplete() && !opened.reset()) {
                opened.connection().close();
              }
            });
  }

  private OutboundAnswer whole(HttpClientResponse answer, byte[] body) {
    return new OutboundAnswer(
        answer.statusCode(),
        headers(answer),
        body,
        uri,
        chain,
        new Timings(
            millis(begin, resolved),
            millis(resolved, connected),
            millis(connected, answered),
            millis(begin, System.nanoTime())),
        way instanceof Way.Straight(InetAddress address) ? address : null);
  }

  private Future<byte[]> body(HttpClientResponse answer) {
    var whole = Promise.<byte[]>promise();
    var read = Buffer.buffer();
    answer.handler(
        chunk -> {
          if (tooLarge) {
            return;
          }
          if (read.length() + chunk.length() > limits.answerBytes()) {
            tooLarge = true;
            whole.tryFail(new IOException("too large"));
            answer.request().reset();
          } else {
            read.appendBuffer(chunk);
          }
        });
    answer.exceptionHandler(whole::tryFail);
    answer.endHandler(_ -> whole.tryComplete(read.getBytes()));
    return whole.future();
  }

  private void giveUp() {
    abandoned = true;
    HttpClientRequest opened = sending;
    if (opened == null) {
      return;
    }
    opened.reset();
    if (opened.version() == HttpVersion.HTTP_2) {
      // Resetting ends the stream, not the connection, which may be just as dead: the next request
      // gets a new one, and those that are still under way on this one may end.
      opened.connection().shutdown(limits.time().toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private static Map<String, List<String>> headers(HttpClientResponse answer) {
    var headers = new LinkedHashMap<String, List<String>>();
    answer
        .headers()
        .forEach(
            (name, value) ->
                headers
                    .computeIfAbsent(name.toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
                    .add(value));
    return headers;
  }

  private static List<X509Certificate> chain(HttpClientRequest sending) {
    try {
      List<Certificate> chain = sending.connection().peerCertificates();
      return chain == null
          ? List.of()
          : chain.stream()
              .filter(X509Certificate.class::isInstance)
              .map(X509Certificate.class::cast)
              .toList();
    } catch (SSLPeerUnverifiedException e) {
      return List.of();
    }
  }

  private static long millis(long from, long to) {
    return Math.max(0, TimeUnit.NANOSECONDS.toMillis(to - from));
  }
}
