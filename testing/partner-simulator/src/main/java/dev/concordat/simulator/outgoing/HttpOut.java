package dev.concordat.simulator.outgoing;

import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.TrustOptions;
import io.vertx.ext.web.client.HttpRequest;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * HTTP to others, from threads that may wait. The simulated hosts are found without a name service;
 * TLS is trusted as far as the platform and the laboratory's authority go.
 */
public final class HttpOut {

  private static final Set<String> SCHEMES = Set.of("https", "http");
  private static final int PATIENCE_SECONDS = 20;
  private static final int LARGEST_ANSWER = 4 * 1024 * 1024;

  private final WebClient strict;
  private final WebClient trustingAnyone;
  private final Set<String> simulatedHosts;
  private final int simulatedPort;

  /**
   * @param authorities whose certificates count beside the platform's
   * @param simulatedHosts the hosts that are here
   * @param simulatedPort at this port
   */
  public HttpOut(
      Vertx vertx,
      List<X509Certificate> authorities,
      Set<String> simulatedHosts,
      int simulatedPort) {
    this.simulatedHosts = Set.copyOf(simulatedHosts);
    this.simulatedPort = simulatedPort;
    strict =
        WebClient.create(
            vertx, options().setTrustOptions(TrustOptions.wrap(trusting(authorities))));
    trustingAnyone = WebClient.create(vertx, options().setTrustAll(true).setVerifyHost(false));
  }

  private static WebClientOptions options() {
    return new WebClientOptions().setConnectTimeout(5000).setFollowRedirects(false);
  }

  /** An answer. */
  public record Answer(int status, MultiMap headers, Buffer body) {}

  /**
   * A request.
   *
   * @param headers by name
   * @param body empty for none
   * @param trustAnyTlsCertificate whether TLS is not verified
   */
  public record Request(
      String method,
      URI url,
      Map<String, String> headers,
      String body,
      boolean trustAnyTlsCertificate) {

    /** Neither headers nor body, which may hold a token. */
    @Override
    public String toString() {
      return "Request[%s %s]".formatted(method, url);
    }
  }

  /**
   * Sends it and waits.
   *
   * @throws IOException if there is no answer; the message says why
   */
  public Answer send(Request request) throws IOException, InterruptedException {
    URI url = request.url();
    if (!SCHEMES.contains(String.valueOf(url.getScheme())) || url.getHost() == null) {
      throw new IOException("the URL " + url + " is neither http nor https");
    }
    WebClient client = request.trustAnyTlsCertificate() ? trustingAnyone : strict;
    HttpMethod method = HttpMethod.valueOf(request.method());
    boolean here = simulatedHosts.contains(url.getHost()) && port(url) == simulatedPort;
    HttpRequest<Buffer> out =
        here
            ? client.requestAbs(
                method, SocketAddress.inetSocketAddress(simulatedPort, "127.0.0.1"), url.toString())
            : client.requestAbs(method, url.toString());
    request.headers().forEach(out::putHeader);
    out.timeout(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
    try {
      HttpResponse<Buffer> answer =
          (request.body().isEmpty() ? out.send() : out.sendBuffer(Buffer.buffer(request.body())))
              .toCompletionStage()
              .toCompletableFuture()
              .get(PATIENCE_SECONDS + 5, TimeUnit.SECONDS);
      Buffer body = answer.body() == null ? Buffer.buffer() : answer.body();
      if (body.length() > LARGEST_ANSWER) {
        throw new IOException("the answer of " + url.getHost() + " is too large");
      }
      return new Answer(answer.statusCode(), answer.headers(), body);
    } catch (IllegalStateException e) {
      throw new IOException("the simulator is stopping", e);
    } catch (ExecutionException | TimeoutException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new IOException(
          "%s does not answer: %s"
              .formatted(
                  url.getHost(),
                  cause.getMessage() == null
                      ? cause.getClass().getSimpleName()
                      : cause.getMessage()),
          cause);
    }
  }

  private static int port(URI url) {
    return url.getPort() < 0 ? ("http".equals(url.getScheme()) ? 80 : 443) : url.getPort();
  }

  private static TrustManagerFactory trusting(List<X509Certificate> authorities) {
    try {
      var platform = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      platform.init((KeyStore) null);
      var store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int number = 0;
      for (TrustManager manager : platform.getTrustManagers()) {
        if (manager instanceof X509TrustManager x509) {
          for (X509Certificate root : x509.getAcceptedIssuers()) {
            store.setCertificateEntry("platform-" + number++, root);
          }
        }
      }
      for (X509Certificate authority : authorities) {
        store.setCertificateEntry("laboratory-" + number++, authority);
      }
      var all = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      all.init(store);
      return all;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("the platform's certificates can't be read", e);
    }
  }
}
