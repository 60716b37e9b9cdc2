package dev.concordat.outbound;

import dev.concordat.outbound.OutboundAnswer.Timings;
import dev.concordat.outbound.OutboundFailure.ChainLink;
import dev.concordat.outbound.OutboundFailure.Reason;
import dev.concordat.outbound.OutboundFailure.TlsProblem;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.TrustOptions;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertPathValidatorException;
import java.security.cert.Certificate;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests to servers that are somebody else's, from a virtual thread that may wait.
 *
 * <p>Https only unless a request may do otherwise; every address of the host is checked before any
 * is connected to, and the address that was checked is the one connected to, so that a name that
 * changes its mind in between gains nothing; redirects are followed here, bounded and checked anew;
 * time and size are bounded.
 */
public final class GuardedHttp implements AutoCloseable {

  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
  private static final int MOST_BUNDLES = 64;

  private final Vertx vertx;
  private final AddressRule addressRule;
  private final List<String> authorities;
  private final Duration connectTimeout;
  private final Limits defaults;
  private final int maxRedirects;

  /** A client for each set of authorities, the one used longest ago leaving first. */
  private final Map<String, HttpClient> clients =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, HttpClient> eldest) {
          if (size() <= MOST_BUNDLES) {
            return false;
          }
          eldest.getValue().close();
          return true;
        }
      };

  /**
   * @throws IllegalArgumentException if a setting does not hold; the message names key, value and
   *     what is allowed
   */
  public GuardedHttp(Vertx vertx, OutboundSettings settings) {
    this.vertx = vertx;
    addressRule = new AddressRule(settings.allowedAddresses().orElse(List.of()));
    authorities =
        settings
            .caBundle()
            .map(
                file -> {
                  try {
                    return List.of(Files.readString(file));
                  } catch (IOException e) {
                    throw new IllegalArgumentException(
                        "concordat.outbound.ca-bundle is "
                            + file
                            + ", and must be a readable PEM file",
                        e);
                  }
                })
            .orElse(List.of());
    connectTimeout = positive("connect-timeout", settings.connectTimeout());
    defaults =
        new Limits(
            positive("request-timeout", settings.requestTimeout()), settings.maxAnswerBytes());
    if (settings.maxAnswerBytes() < 1024) {
      throw new IllegalArgumentException(
          "concordat.outbound.max-answer-bytes is "
              + settings.maxAnswerBytes()
              + ", and must be at least 1024");
    }
    maxRedirects = settings.maxRedirects();
    // A broken bundle is to be found at start, not at the first request.
    new TrustedAuthorities(authorities);
  }

  private static Duration positive(String key, Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(
          "concordat.outbound." + key + " is " + value + ", and must be longer than nothing");
    }
    return value;
  }

  /** Sends a request and waits for the whole answer; call it on a virtual thread. */
  public OutboundAnswer send(OutboundRequest request) throws OutboundFailure {
    Limits limits = request.limits().orElse(defaults);
    long deadline = System.nanoTime() + limits.time().toNanos();
    OutboundRequest current = request;
    for (int hops = 0; ; hops++) {
      OutboundAnswer answer = sendOnce(current, limits, deadline);
      var location = answer.header("location");
      if (current.redirects() == RedirectRule.NONE
          || !REDIRECTS.contains(answer.status())
          || location.isEmpty()) {
        return answer;
      }
      if (hops >= maxRedirects) {
        throw new OutboundFailure(
            current.uri(),
            new Reason.TooManyRedirects(),
            "%s redirects more than %d times.".formatted(shown(request.uri()), maxRedirects));
      }
      current = redirected(current, answer.status(), location.get());
    }
  }

  private static OutboundRequest redirected(OutboundRequest from, int status, String location)
      throws OutboundFailure {
    URI to;
    try {
      to = from.uri().resolve(location);
    } catch (IllegalArgumentException e) {
      throw refusedRedirect(from.uri(), location, "it is no URL");
    }
    boolean sameOrigin = origin(to).equals(origin(from.uri()));
    if (from.redirects() == RedirectRule.SAME_ORIGIN && !sameOrigin) {
      throw refusedRedirect(from.uri(), location, "only the same host may be redirected to");
    }
    if ("https".equalsIgnoreCase(from.uri().getScheme())
        && !"https".equalsIgnoreCase(to.getScheme())) {
      throw refusedRedirect(from.uri(), location, "it leads away from https");
    }
    var headers = new LinkedHashMap<>(from.headers());
    if (!sameOrigin) {
      headers.keySet().removeIf(name -> name.equalsIgnoreCase("Authorization"));
      headers.keySet().removeIf(name -> name.equalsIgnoreCase("Cookie"));
    }
    boolean asGet = status == 303 || (status != 307 && status != 308 && from.body() != null);
    return new OutboundRequest(
        asGet ? "GET" : from.method(),
        to,
        headers,
        asGet ? null : from.body(),
        from.limits(),
        from.caBundle(),
        from.allowHttp(),
        from.redirects());
  }

  private static OutboundFailure refusedRedirect(URI from, String location, String why) {
    String told = location.length() > 200 ? location.substring(0, 200) + "…" : location;
    return new OutboundFailure(
        from,
        new Reason.RefusedRedirect(told),
        "%s redirects to %s, which is not followed: %s.".formatted(shown(from), told, why));
  }

  private OutboundAnswer sendOnce(OutboundRequest request, Limits limits, long deadline)
      throws OutboundFailure {
    URI uri = request.uri();
    requireUrl(uri, request.allowHttp());
    long begin = System.nanoTime();
    List<InetAddress> addresses = checkedAddresses(uri);
    long resolved = System.nanoTime();
    OutboundFailure failure = null;
    for (InetAddress address : addresses) {
      try {
        return exchangeAgain(request, address, limits, deadline, begin, resolved);
      } catch (OutboundFailure e) {
        if (!(e.reason() instanceof Reason.ConnectFailed)) {
          throw e;
        }
        failure = e;
      }
    }
    throw failure == null ? unknownHost(uri) : failure;
  }

  private static void requireUrl(URI uri, boolean allowHttp) throws OutboundFailure {
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if (uri.getHost() == null || uri.getRawUserInfo() != null) {
      throw new OutboundFailure(
          uri,
          new Reason.RefusedUrl(),
          "A URL must have a host and no user, which %s has not.".formatted(shown(uri)));
    }
    if (!scheme.equals("https") && !(allowHttp && scheme.equals("http"))) {
      throw new OutboundFailure(
          uri,
          new Reason.RefusedUrl(),
          "%s is not https, and plain http is not allowed for it.".formatted(shown(uri)));
    }
  }

  private List<InetAddress> checkedAddresses(URI uri) throws OutboundFailure {
    List<InetAddress> addresses;
    String host = uri.getHost();
    try {
      addresses =
          List.of(
              InetAddress.getAllByName(
                  host.startsWith("[") ? host.substring(1, host.length() - 1) : host));
    } catch (UnknownHostException e) {
      throw unknownHost(uri);
    }
    // All of them: a host with one bad address among good ones is not to be trusted with any.
    for (InetAddress address : addresses) {
      var refusal = addressRule.refusal(address);
      if (refusal.isPresent()) {
        throw new OutboundFailure(
            uri,
            new Reason.RefusedAddress(address.getHostAddress()),
            "%s has the address %s, which requests do not go to: it is %s."
                .formatted(host, address.getHostAddress(), refusal.get()));
      }
    }
    return addresses;
  }

  private static OutboundFailure unknownHost(URI uri) {
    return new OutboundFailure(
        uri,
        new Reason.UnknownHost(),
        "The name %s can't be resolved from here.".formatted(uri.getHost()));
  }

  /** What the event loop notes while a request is under way. */
  private static final class Progress {
    final AtomicReference<@Nullable HttpClientRequest> request = new AtomicReference<>();
    volatile long connected;
    volatile long answered;
    volatile List<X509Certificate> chain = List.of();
    volatile boolean tooLarge;
  }

  /**
   * A server may close a kept connection just when it is used again. What only reads is then sent
   * once more (RFC 9110 9.2.2).
   */
  private OutboundAnswer exchangeAgain(
      OutboundRequest request,
      InetAddress address,
      Limits limits,
      long deadline,
      long begin,
      long resolved)
      throws OutboundFailure {
    try {
      return exchange(request, address, limits, deadline, begin, resolved);
    } catch (OutboundFailure e) {
      if (e.reason() instanceof Reason.ConnectionLost
          && request.method().equals("GET")
          && !Thread.currentThread().isInterrupted()) {
        return exchange(request, address, limits, deadline, begin, resolved);
      }
      throw e;
    }
  }

  private OutboundAnswer exchange(
      OutboundRequest request,
      InetAddress address,
      Limits limits,
      long deadline,
      long begin,
      long resolved)
      throws OutboundFailure {
    URI uri = request.uri();
    boolean tls = "https".equalsIgnoreCase(uri.getScheme());
    int port = uri.getPort() < 0 ? (tls ? 443 : 80) : uri.getPort();
    String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    var options =
        new RequestOptions()
            .setMethod(HttpMethod.valueOf(request.method()))
            .setServer(SocketAddress.inetSocketAddress(port, address.getHostAddress()))
            .setHost(uri.getHost())
            .setPort(port)
            .setSsl(tls)
            .setURI(uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery());
    request.headers().forEach(options::putHeader);
    var progress = new Progress();
    HttpClient client = client(request.caBundle());
    var exchanged = new CompletableFuture<OutboundAnswer>();
    // On one event loop from the beginning: an answer that comes while handlers are still being set
    // from elsewhere would end unheard.
    vertx
        .getOrCreateContext()
        .runOnContext(
            _ ->
                client
                    .request(options)
                    .compose(
                        sending -> {
                          progress.request.set(sending);
                          progress.connected = System.nanoTime();
                          progress.chain = chain(sending);
                          return request.body() == null
                              ? sending.send()
                              : sending.send(Buffer.buffer(request.body()));
                        })
                    .compose(
                        answer -> {
                          progress.answered = System.nanoTime();
                          return body(answer, limits.answerBytes(), progress)
                              .map(
                                  bytes ->
                                      new OutboundAnswer(
                                          answer.statusCode(),
                                          headers(answer),
                                          bytes,
                                          uri,
                                          progress.chain,
                                          new Timings(
                                              millis(begin, resolved),
                                              millis(resolved, progress.connected),
                                              millis(progress.connected, progress.answered),
                                              millis(begin, System.nanoTime()))));
                        })
                    .onComplete(
                        done -> {
                          if (done.succeeded()) {
                            exchanged.complete(done.result());
                          } else {
                            exchanged.completeExceptionally(done.cause());
                          }
                        }));
    try {
      return exchanged.get(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      giveUp(progress);
      throw timedOut(uri, limits);
    } catch (InterruptedException e) {
      giveUp(progress);
      Thread.currentThread().interrupt();
      throw new OutboundFailure(
          uri,
          new Reason.ConnectionLost(),
          "The request to %s was cancelled.".formatted(shown(uri)));
    } catch (ExecutionException e) {
      throw failure(uri, e.getCause() == null ? e : e.getCause(), limits, progress);
    }
  }

  private static void giveUp(Progress progress) {
    HttpClientRequest sending = progress.request.get();
    if (sending != null) {
      sending.reset();
    }
  }

  private static io.vertx.core.Future<byte[]> body(
      HttpClientResponse answer, int limit, Progress progress) {
    var whole = io.vertx.core.Promise.<byte[]>promise();
    var read = Buffer.buffer();
    answer.handler(
        chunk -> {
          if (progress.tooLarge) {
            return;
          }
          if (read.length() + chunk.length() > limit) {
            progress.tooLarge = true;
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

  private static OutboundFailure failure(
      URI uri, Throwable cause, Limits limits, Progress progress) {
    if (progress.tooLarge) {
      return new OutboundFailure(
          uri,
          new Reason.TooLarge(limits.answerBytes()),
          "%s answers with more than %d bytes; reading was stopped there."
              .formatted(shown(uri), limits.answerBytes()));
    }
    if (progress.request.get() != null) {
      return new OutboundFailure(
          uri,
          new Reason.ConnectionLost(),
          "The connection to %s broke before the answer was whole.".formatted(shown(uri)));
    }
    for (Throwable it = cause; it != null; it = it.getCause()) {
      if (it instanceof ChainRefused refused) {
        return tlsFailed(uri, problemOf(refused), refused.chain());
      }
    }
    for (Throwable it = cause; it != null; it = it.getCause()) {
      if (it instanceof SSLException) {
        return tlsFailed(uri, TlsProblem.HANDSHAKE, List.of());
      }
      if (it instanceof ConnectException
          || it instanceof io.netty.channel.ConnectTimeoutException
          || it instanceof java.net.NoRouteToHostException) {
        return new OutboundFailure(
            uri,
            new Reason.ConnectFailed(),
            "Nothing takes connections at %s.".formatted(authority(uri)));
      }
    }
    return new OutboundFailure(
        uri,
        "https".equalsIgnoreCase(uri.getScheme())
            ? new Reason.TlsFailed(TlsProblem.HANDSHAKE, List.of())
            : new Reason.ConnectionLost(),
        "The connection to %s was closed before a request could be sent."
            .formatted(authority(uri)));
  }

  private static OutboundFailure tlsFailed(
      URI uri, TlsProblem problem, List<X509Certificate> chain) {
    List<ChainLink> links = chain.stream().map(GuardedHttp::link).toList();
    String sentence =
        switch (problem) {
          case UNTRUSTED_ROOT ->
              "The TLS certificate of %s is not trusted here: its chain ends at %s."
                  .formatted(
                      authority(uri),
                      links.isEmpty() ? "an unknown issuer" : "'" + links.getLast().issuer() + "'");
          case NAME_MISMATCH ->
              "The TLS certificate of %s is for other names.".formatted(authority(uri));
          case EXPIRED -> "A TLS certificate of %s has expired.".formatted(authority(uri));
          case NOT_YET_VALID ->
              "A TLS certificate of %s is not valid yet.".formatted(authority(uri));
          case HANDSHAKE -> "TLS could not be agreed on with %s.".formatted(authority(uri));
        };
    return new OutboundFailure(uri, new Reason.TlsFailed(problem, links), sentence);
  }

  private static TlsProblem problemOf(ChainRefused refused) {
    for (Throwable it = refused.getCause(); it != null; it = it.getCause()) {
      switch (it) {
        case CertificateExpiredException _ -> {
          return TlsProblem.EXPIRED;
        }
        case CertificateNotYetValidException _ -> {
          return TlsProblem.NOT_YET_VALID;
        }
        case CertPathValidatorException path
            when path.getReason() == CertPathValidatorException.BasicReason.EXPIRED -> {
          return TlsProblem.EXPIRED;
        }
        case CertPathValidatorException path
            when path.getReason() == CertPathValidatorException.BasicReason.NOT_YET_VALID -> {
          return TlsProblem.NOT_YET_VALID;
        }
        default -> {}
      }
    }
    String said = String.valueOf(refused.getMessage());
    return said.startsWith("No subject alternative") || said.startsWith("No name matching")
        ? TlsProblem.NAME_MISMATCH
        : TlsProblem.UNTRUSTED_ROOT;
  }

  private static ChainLink link(X509Certificate certificate) {
    try {
      return new ChainLink(
          certificate.getSubjectX500Principal().getName(),
          certificate.getIssuerX500Principal().getName(),
          certificate.getNotBefore().toInstant(),
          certificate.getNotAfter().toInstant(),
          HexFormat.of()
              .withUpperCase()
              .formatHex(MessageDigest.getInstance("SHA-1").digest(certificate.getEncoded())));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a certificate that was just read", e);
    }
  }

  private static OutboundFailure timedOut(URI uri, Limits limits) {
    return new OutboundFailure(
        uri,
        new Reason.TimedOut(),
        "%s did not answer in full within %d ms.".formatted(shown(uri), limits.time().toMillis()));
  }

  private HttpClient client(@Nullable String bundle) {
    synchronized (clients) {
      return clients.computeIfAbsent(
          bundle == null ? "" : bundle,
          _ -> {
            var bundles = new ArrayList<>(authorities);
            if (bundle != null) {
              bundles.add(bundle);
            }
            return vertx.createHttpClient(
                new HttpClientOptions()
                    .setConnectTimeout((int) connectTimeout.toMillis())
                    .setSslHandshakeTimeout(connectTimeout.toMillis())
                    .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
                    .setTrustOptions(TrustOptions.wrap(new TrustedAuthorities(bundles)))
                    .setVerifyHost(true)
                    .setForceSni(true)
                    .setDecompressionSupported(true)
                    .setMaxHeaderSize(32 * 1024)
                    .setMaxPoolSize(64)
                    .setKeepAliveTimeout(15));
          });
    }
  }

  @Override
  public void close() {
    synchronized (clients) {
      clients.values().forEach(HttpClient::close);
      clients.clear();
    }
  }

  private static String origin(URI uri) {
    return (uri.getScheme() + "://" + uri.getHost() + ":" + uri.getPort()).toLowerCase(Locale.ROOT);
  }

  private static String authority(URI uri) {
    return uri.getPort() < 0 ? String.valueOf(uri.getHost()) : uri.getHost() + ":" + uri.getPort();
  }

  /** A URL as it may be shown: without user and query, which may hold secrets. */
  private static String shown(URI uri) {
    return uri.getHost() == null
        ? "The URL"
        : uri.getScheme() + "://" + authority(uri) + (uri.getPath() == null ? "" : uri.getPath());
  }

  private static long millis(long from, long to) {
    return Math.max(0, TimeUnit.NANOSECONDS.toMillis(to - from));
  }
}
