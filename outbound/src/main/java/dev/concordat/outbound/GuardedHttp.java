package dev.concordat.outbound;

import static dev.concordat.outbound.Targets.shown;

import dev.concordat.outbound.ContentCoding.Unpacked;
import dev.concordat.outbound.NameLookup.Resolver;
import dev.concordat.outbound.OutboundFailure.Reason;
import dev.concordat.outbound.ProxyRule.Proxy;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests to servers that are somebody else's, from a virtual thread that may wait.
 *
 * <p>Https only unless a request may do otherwise; every address of the host is checked before any
 * is connected to, and the address that was checked is the one connected to, so that a name that
 * changes its mind in between gains nothing; redirects are followed here, bounded and checked anew;
 * time and size are bounded. HTTP/2 is spoken where TLS agrees on it, and all of this holds there
 * too.
 *
 * <p>Through a proxy the guard sees less: the proxy connects, by the host's name. An address
 * literal, and a name that resolves here, are checked all the same; a name that does not resolve
 * here is the proxy's to resolve and to refuse. The proxy itself is the operator's choice and is
 * not checked. What resolves to loopback addresses never goes to a proxy, which has another
 * loopback.
 */
public final class GuardedHttp implements AutoCloseable {

  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
  private static final Set<String> OF_ONE_ORIGIN =
      Set.of("authorization", "cookie", "proxy-authorization");

  private static final int MOST_HOSTS = 1024;
  private static final Duration NAMES_BELIEVED = Duration.ofSeconds(3);

  private final Vertx vertx;
  private final AddressRule addressRule;
  private final ProxyRule proxyRule;
  private final NameLookup names;
  private final Duration connectTimeout;
  private final Limits defaults;
  private final int maxRedirects;
  private final Clients clients;
  private final Map<String, Context> loops = new ConcurrentHashMap<>();

  /**
   * @throws IllegalArgumentException if a setting does not hold; the message names key, value and
   *     what is allowed
   */
  public GuardedHttp(Vertx vertx, OutboundSettings settings) {
    this(vertx, settings, new NameLookup(Resolver.platform(), NAMES_BELIEVED), System::getenv);
  }

  /** Without a memory for names: whoever is asked is asked each time. */
  GuardedHttp(
      Vertx vertx,
      OutboundSettings settings,
      Resolver resolver,
      Function<String, @Nullable String> environment) {
    this(vertx, settings, new NameLookup(resolver, Duration.ZERO), environment);
  }

  private GuardedHttp(
      Vertx vertx,
      OutboundSettings settings,
      NameLookup names,
      Function<String, @Nullable String> environment) {
    this.names = names;
    this.vertx = vertx;
    addressRule = new AddressRule(settings.allowedAddresses().orElse(List.of()));
    proxyRule = new ProxyRule(settings, environment);
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
    clients = new Clients(vertx, authorities(settings), connectTimeout);
  }

  private static List<String> authorities(OutboundSettings settings) {
    return settings
        .caBundle()
        .map(
            file -> {
              try {
                return List.of(Files.readString(file));
              } catch (IOException e) {
                throw new IllegalArgumentException(
                    "concordat.outbound.ca-bundle is " + file + ", and must be a readable PEM file",
                    e);
              }
            })
        .orElse(List.of());
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
        return unpacked(answer, limits);
      }
      if (hops >= maxRedirects) {
        throw Failures.tooManyRedirects(request.uri(), current.uri(), maxRedirects);
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
      throw Failures.refusedRedirect(from.uri(), location, "something", "it is no URL");
    }
    boolean sameOrigin = Targets.sameOrigin(from.uri(), to);
    if (from.redirects() == RedirectRule.SAME_ORIGIN && !sameOrigin) {
      throw Failures.refusedRedirect(
          from.uri(), location, shown(to), "only the same host may be redirected to");
    }
    if (Targets.tls(from.uri()) && !Targets.tls(to)) {
      throw Failures.refusedRedirect(from.uri(), location, shown(to), "it leads away from https");
    }
    var headers = new LinkedHashMap<>(from.headers());
    if (!sameOrigin) {
      headers.keySet().removeIf(name -> OF_ONE_ORIGIN.stream().anyMatch(name::equalsIgnoreCase));
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
        from.redirects(),
        from.http2());
  }

  private OutboundAnswer sendOnce(OutboundRequest request, Limits limits, long deadline)
      throws OutboundFailure {
    URI uri = Targets.callable(request.uri(), request.allowHttp());
    long begin = System.nanoTime();
    Optional<Proxy> proxy = proxyRule.proxyFor(uri);
    List<InetAddress> addresses = addresses(uri, proxy.isPresent(), limits, deadline);
    // All of them: a host with one bad address among good ones is not to be trusted with any.
    for (InetAddress address : addresses) {
      var refusal = addressRule.refusal(address);
      if (refusal.isPresent()) {
        throw Failures.refusedAddress(uri, address, refusal.get());
      }
    }
    boolean here =
        !addresses.isEmpty() && addresses.stream().allMatch(InetAddress::isLoopbackAddress);
    List<? extends Way> ways =
        proxy.isPresent() && !here
            ? ways(uri, proxy.get(), deadline)
            : addresses.stream().map(Way.Straight::new).toList();
    long resolved = System.nanoTime();
    OutboundFailure failure = null;
    for (Way way : ways) {
      try {
        return exchangeAgain(request, uri, way, limits, deadline, begin, resolved);
      } catch (OutboundFailure e) {
        if (!unreached(e.reason())) {
          throw e;
        }
        failure = e;
      }
    }
    throw failure == null ? Failures.unknownHost(uri) : failure;
  }

  private static boolean unreached(Reason reason) {
    return reason instanceof Reason.ConnectFailed
        || (reason instanceof Reason.ProxyFailed(var status) && status.isEmpty());
  }

  /**
   * The host's addresses; none where it can't be resolved and a proxy will be asked, for which a
   * silent name server is no reason to wait long.
   */
  private List<InetAddress> addresses(URI uri, boolean proxied, Limits limits, long deadline)
      throws OutboundFailure {
    Duration remaining = Duration.ofNanos(deadline - System.nanoTime());
    String host = Targets.unbracketed(uri.getHost());
    try {
      return Targets.literal(host)
          ? List.of(InetAddress.getByName(host))
          : names.addresses(
              host,
              proxied && connectTimeout.compareTo(remaining) < 0 ? connectTimeout : remaining);
    } catch (UnknownHostException e) {
      if (proxied && !Targets.literal(host)) {
        return List.of();
      }
      throw Failures.unknownHost(uri);
    } catch (TimeoutException e) {
      if (proxied && System.nanoTime() < deadline) {
        return List.of();
      }
      throw Failures.timedOut(uri, limits);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failures.cancelled(uri);
    }
  }

  private List<Way> ways(URI uri, Proxy proxy, long deadline) throws OutboundFailure {
    try {
      List<InetAddress> addresses =
          names.addresses(proxy.host(), Duration.ofNanos(deadline - System.nanoTime()));
      return addresses.stream().<Way>map(it -> new Way.Through(proxy, it)).toList();
    } catch (UnknownHostException | TimeoutException e) {
      throw Failures.proxySilent(uri, proxy);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failures.cancelled(uri);
    }
  }

  /**
   * A server may close a kept connection just when it is used again. What only reads is then sent
   * once more (RFC 9110 9.2.2).
   */
  private OutboundAnswer exchangeAgain(
      OutboundRequest request,
      URI uri,
      Way way,
      Limits limits,
      long deadline,
      long begin,
      long resolved)
      throws OutboundFailure {
    try {
      return exchange(request, uri, way, limits, deadline, begin, resolved);
    } catch (OutboundFailure e) {
      if (e.reason() instanceof Reason.ConnectionLost
          && request.method().equals("GET")
          && !Thread.currentThread().isInterrupted()) {
        return exchange(request, uri, way, limits, deadline, begin, resolved);
      }
      throw e;
    }
  }

  private OutboundAnswer exchange(
      OutboundRequest request,
      URI uri,
      Way way,
      Limits limits,
      long deadline,
      long begin,
      long resolved)
      throws OutboundFailure {
    try (var lease = clients.lease(Targets.tls(uri), request.caBundle(), request.http2())) {
      OutboundAnswer answer =
          new Exchange(request, uri, way, limits, deadline, begin, resolved)
              .run(loop(uri), lease.client());
      if (answer.status() == 407 && way instanceof Way.Through(Proxy proxy, _)) {
        throw Failures.proxyRefused(uri, proxy, 407);
      }
      return answer;
    }
  }

  /**
   * Always the same one for a host: a request that runs on another one than its connection costs a
   * hand-over there and one back for each part of the answer.
   */
  private Context loop(URI uri) {
    if (loops.size() >= MOST_HOSTS) {
      loops.clear();
    }
    return loops.computeIfAbsent(uri.getRawAuthority(), _ -> vertx.getOrCreateContext());
  }

  /**
   * Where an answer other than 2xx can't be unpacked, its status still tells more than that: it
   * comes as it is, its {@code Content-Encoding} with it.
   */
  private static OutboundAnswer unpacked(OutboundAnswer answer, Limits limits)
      throws OutboundFailure {
    List<String> codings = answer.all("content-encoding");
    if (codings.isEmpty()) {
      return answer;
    }
    boolean good = answer.status() / 100 == 2;
    return switch (ContentCoding.unpack(codings, answer.body(), limits.answerBytes())) {
      case Unpacked.Whole(byte[] body) -> answer.unpacked(body);
      case Unpacked.TooLong _ -> throw Failures.tooLarge(answer.uri(), limits.answerBytes());
      case Unpacked.Damaged _ when good -> throw Failures.damaged(answer.uri());
      case Unpacked.NotAskedFor(String coding) when good ->
          throw Failures.notAskedFor(answer.uri(), coding);
      case Unpacked.Damaged _, Unpacked.NotAskedFor _ -> answer;
    };
  }

  @Override
  public void close() {
    clients.close();
    names.close();
  }
}
