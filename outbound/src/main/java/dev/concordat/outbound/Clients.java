package dev.concordat.outbound;

import io.vertx.core.Vertx;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.TrustOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
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

  private static final class Kept {
    final HttpClient client;
    int users;

    Kept(HttpClient client) {
      this.client = client;
    }
  }

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
  private final Map<String, Kept> secure = new LinkedHashMap<>(16, 0.75f, true);

  Clients(Vertx vertx, List<String> authorities, Duration connectTimeout) {
    this.vertx = vertx;
    this.authorities = authorities;
    this.connectTimeout = connectTimeout;
    plain = new Kept(vertx.createHttpClient(options()));
    // A broken bundle is to be found at start, not at the first request.
    secure.put("", new Kept(vertx.createHttpClient(options(authorities))));
  }

  /**
   * @param bundle certificate authorities that are trusted besides, in PEM
   * @throws IllegalArgumentException if the bundle is none
   */
  synchronized Lease lease(boolean tls, @Nullable String bundle) {
    Kept kept = tls ? secure.computeIfAbsent(bundle == null ? "" : bundle, this::trusting) : plain;
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

  private Kept trusting(String bundle) {
    var bundles = new ArrayList<>(authorities);
    if (!bundle.isEmpty()) {
      bundles.add(bundle);
    }
    return new Kept(vertx.createHttpClient(options(bundles)));
  }

  /** HTTP/2 where TLS agrees on it; never by an upgrade, which proxies and servers get wrong. */
  private HttpClientOptions options(List<String> bundles) {
    return options()
        .setProtocolVersion(HttpVersion.HTTP_2)
        .setUseAlpn(true)
        .setAlpnVersions(List.of(HttpVersion.HTTP_2, HttpVersion.HTTP_1_1))
        .setHttp2KeepAliveTimeout(KEEP_ALIVE_SECONDS)
        .setInitialSettings(
            new Http2Settings().setPushEnabled(false).setMaxHeaderListSize(MOST_HEADER_BYTES))
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
