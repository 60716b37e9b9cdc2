package dev.concordat.outbound;

import io.vertx.core.Vertx;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.TrustOptions;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * The clients below the guard: one for plain http, and one for each set of certificate authorities,
 * of which the one used longest ago leaves first, and none while it is in use.
 */
final class Clients implements AutoCloseable {

  private static final int MOST_KEPT = 64;
  private static final int MOST_HEADER_BYTES = 32 * 1024;
  private static final int MOST_WAITING = 1024;
  private static final int KEEP_ALIVE_SECONDS = 15;

  /** Whatever a server says of keeping alive: what is silent for so long is closed. */
  private static final int IDLE_SECONDS = 300;

  private static final Set<String> VERSIONS = Set.of("TLSv1.3", "TLSv1.2");

  /**
   * What the platform offers, without the suites that rest on SHA-1. Those that chain blocks with
   * SHA-2 stay: an Exchange on Windows Server 2012 R2 has hardly another for an RSA certificate.
   */
  private static final List<String> SUITES = suites();

  private static final class Kept {
    final HttpClient client;
    int users;

    Kept(HttpClient client) {
      this.client = client;
    }
  }

  /** Over TLS, what is trusted besides, in PEM, and whether HTTP/2 is offered. */
  private record Spoken(String bundle, boolean http2) {}

  /** A client that stays open until this is closed. */
  interface Lease extends AutoCloseable {
    HttpClient client();

    @Override
    void close();
  }

  private final Vertx vertx;
  private final List<String> authorities;
  private final Duration connectTimeout;
  private final Kept plain;
  private final Map<Spoken, Kept> secure = new LinkedHashMap<>(16, 0.75f, true);

  private static List<String> suites() {
    try {
      return Arrays.stream(SSLContext.getDefault().getDefaultSSLParameters().getCipherSuites())
          .filter(suite -> !suite.endsWith("_SHA"))
          .toList();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("the JDK has no TLS", e);
    }
  }

  Clients(Vertx vertx, List<String> authorities, Duration connectTimeout) {
    this.vertx = vertx;
    this.authorities = authorities;
    this.connectTimeout = connectTimeout;
    plain = new Kept(vertx.createHttpClient(options()));
    // A broken bundle is to be found at start, not at the first request.
    secure.computeIfAbsent(new Spoken("", true), this::trusting);
  }

  /**
   * @param bundle certificate authorities that are trusted besides, in PEM
   * @param http2 whether HTTP/2 is spoken where TLS agrees on it
   * @throws IllegalArgumentException if the bundle is none
   */
  synchronized Lease lease(boolean tls, @Nullable String bundle, boolean http2) {
    Kept kept =
        tls
            ? secure.computeIfAbsent(
                new Spoken(bundle == null ? "" : bundle, http2), this::trusting)
            : plain;
    kept.users++;
    leave();
    return new Lease() {
      @Override
      public HttpClient client() {
        return kept.client;
      }

      @Override
      public void close() {
        synchronized (Clients.this) {
          kept.users--;
          leave();
        }
      }
    };
  }

  private void leave() {
    Iterator<Kept> oldestFirst = secure.values().iterator();
    while (secure.size() > MOST_KEPT && oldestFirst.hasNext()) {
      Kept kept = oldestFirst.next();
      if (kept.users == 0) {
        oldestFirst.remove();
        kept.client.close();
      }
    }
  }

  private Kept trusting(Spoken spoken) {
    var bundles = new ArrayList<>(authorities);
    if (!spoken.bundle.isEmpty()) {
      bundles.add(spoken.bundle);
    }
    HttpClientOptions options = secure(bundles);
    return new Kept(vertx.createHttpClient(spoken.http2 ? offeringHttp2(options) : options));
  }

  /** HTTP/2 where TLS agrees on it; never by an upgrade, which proxies and servers get wrong. */
  private static HttpClientOptions offeringHttp2(HttpClientOptions options) {
    return options
        .setProtocolVersion(HttpVersion.HTTP_2)
        .setUseAlpn(true)
        .setAlpnVersions(List.of(HttpVersion.HTTP_2, HttpVersion.HTTP_1_1))
        .setHttp2KeepAliveTimeout(KEEP_ALIVE_SECONDS)
        .setInitialSettings(
            new Http2Settings().setPushEnabled(false).setMaxHeaderListSize(MOST_HEADER_BYTES));
  }

  private HttpClientOptions secure(List<String> bundles) {
    HttpClientOptions options = options();
    SUITES.forEach(options::addEnabledCipherSuite);
    return options
        .setEnabledSecureTransportProtocols(VERSIONS)
        .setTrustOptions(TrustOptions.wrap(new TrustedAuthorities(bundles)))
        .setVerifyHost(true)
        .setForceSni(true);
  }

  private HttpClientOptions options() {
    return new HttpClientOptions()
        .setProtocolVersion(HttpVersion.HTTP_1_1)
        .setHttp2ClearTextUpgrade(false)
        .setConnectTimeout((int) connectTimeout.toMillis())
        .setSslHandshakeTimeout(connectTimeout.toMillis())
        .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
        // Unpacking is the guard's: the client's would unpack a whole network read at once.
        .setDecompressionSupported(false)
        .setMaxHeaderSize(MOST_HEADER_BYTES)
        .setMaxPoolSize(64)
        .setMaxWaitQueueSize(MOST_WAITING)
        .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
        .setIdleTimeout(IDLE_SECONDS);
  }

  @Override
  public synchronized void close() {
    plain.client.close();
    secure.values().forEach(it -> it.client.close());
    secure.clear();
  }
}
