package dev.concordat.token.oauth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.concordat.token.Waiting;
import dev.concordat.token.clients.ClientProof;
import dev.concordat.token.clients.KeyedDigest;
import dev.concordat.token.issuance.Issuance;
import dev.concordat.token.issuance.Outcome;
import dev.concordat.token.issuance.Settled;
import dev.concordat.token.partners.Partners;
import dev.concordat.token.rules.TokenRequest;
import dev.concordat.token.shedding.LoadShedding;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The first look at a token request, on the event loop and before anything else is done for it. A
 * request that was granted to a client with a secret is remembered by a keyed digest of its bytes,
 * and answered from that while its decision stands: with a token that is signed already, or after
 * one signature. Everything else goes on to {@link TokenEndpoint}.
 */
@Singleton
class TokenRoute {

  private static final int REMEMBERED = 5_000;
  private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");
  private static final CharSequence NO_STORE = HttpHeaders.createOptimized("no-store");
  private static final CharSequence PRAGMA = HttpHeaders.createOptimized("Pragma");
  private static final CharSequence NO_CACHE = HttpHeaders.createOptimized("no-cache");

  private final Partners partners;
  private final ClientGate gate;
  private final Issuance issuance;
  private final LoadShedding load;
  private final Waiting waiting;
  private final InstantSource clock;
  private final KeyedDigest digest = new KeyedDigest();
  private final Cache<ByteBuffer, Settled> remembered =
      Caffeine.newBuilder().maximumSize(REMEMBERED).build();

  @Inject
  TokenRoute(
      Partners partners,
      ClientGate gate,
      Issuance issuance,
      LoadShedding load,
      Waiting waiting,
      InstantSource clock) {
    this.partners = partners;
    this.gate = gate;
    this.issuance = issuance;
    this.load = load;
    this.waiting = waiting;
    this.clock = clock;
  }

  void register(@Observes Router router) {
    router.post("/oauth2/token").order(LoadShedding.ADMITTED).handler(this::look);
  }

  private void look(RoutingContext routing) {
    HttpServerRequest request = routing.request();
    boolean afresh = TokenEndpoint.wantsFresh(request.getHeader(HttpHeaders.CACHE_CONTROL));
    if (afresh && !load.mayWait(routing)) {
      return;
    }
    if (hasBodyToRead(request)) {
      // Where it fails, whoever asked is gone.
      var _ = request.body().onSuccess(body -> look(routing, body, afresh));
      // Quarkus holds every body back until somebody wants it.
      request.resume();
    } else {
      goOn(routing, afresh);
    }
  }

  /** A body of a length that is told and allowed; how any other is refused is told elsewhere. */
  private static boolean hasBodyToRead(HttpServerRequest request) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    if (length == null || request.headers().contains(HttpHeaders.EXPECT)) {
      return false;
    }
    try {
      return Integer.parseInt(length) <= TokenForm.LARGEST;
    } catch (NumberFormatException notAllowed) {
      return false;
    }
  }

  @SuppressWarnings("deprecation") // there is no other way to hand on a body that was read
  private void look(RoutingContext routing, Buffer body, boolean afresh) {
    routing.setBody(body);
    Settled settled;
    Outcome.Issued known;
    try {
      settled = settled(routing.request(), body.getBytes()).orElse(null);
      known = settled == null || afresh ? null : issuance.atOnce(settled).orElse(null);
    } catch (RuntimeException toldByTheEndpoint) {
      // For example that no key is left that may sign.
      goOn(routing, afresh);
      return;
    }
    if (settled == null) {
      goOn(routing, afresh);
    } else if (known != null) {
      answer(routing, settled, known);
    } else if (afresh || load.mayWait(routing)) {
      Context here = routing.vertx().getOrCreateContext();
      waiting
          .until(() -> issuance.issue(settled, afresh))
          .whenComplete((outcome, _) -> here.runOnContext(_ -> answer(routing, settled, outcome)));
    }
  }

  private void goOn(RoutingContext routing, boolean afresh) {
    if (afresh || load.mayWait(routing)) {
      routing.next();
    }
  }

  /** The decision about a request, if it was granted before or would be. */
  private Optional<Settled> settled(HttpServerRequest request, byte[] body) {
    String contentType = request.getHeader(HttpHeaders.CONTENT_TYPE);
    String authorization = request.getHeader(HttpHeaders.AUTHORIZATION);
    ByteBuffer key = ByteBuffer.wrap(digest.of(bytes(contentType), bytes(authorization), body));
    Settled known = remembered.getIfPresent(key);
    if (known != null && issuance.stands(known)) {
      return Optional.of(known);
    }
    Optional<Settled> settled = settled(contentType, authorization, body);
    settled.ifPresentOrElse(now -> remembered.put(key, now), () -> remembered.invalidate(key));
    return settled;
  }

  private static byte[] bytes(@Nullable String header) {
    return header == null ? new byte[0] : header.getBytes(StandardCharsets.UTF_8);
  }

  private Optional<Settled> settled(
      @Nullable String contentType, @Nullable String authorization, byte[] body) {
    if (!partners.known()) {
      return Optional.empty();
    }
    try {
      TokenForm form = TokenForm.of(contentType, body, TokenForm.LARGEST);
      if (!(ClientProofs.of(form, authorization, null).orElse(null)
          instanceof ClientProof.Secret secret)) {
        return Optional.empty();
      }
      TokenGrant grant = TokenGrant.of(form);
      TokenRequest request = grant.ofWhatItNames().orElse(null);
      return request == null
          ? Optional.empty()
          : gate.atOnce(secret).flatMap(client -> issuance.settle(client, request));
    } catch (OAuthFailure toldByTheEndpoint) {
      return Optional.empty();
    }
  }

  /** A token goes out; whatever else came of it is asked for again, and told, by the endpoint. */
  private void answer(RoutingContext routing, Settled settled, @Nullable Outcome outcome) {
    if (!(outcome instanceof Outcome.Issued issued)) {
      routing.next();
      return;
    }
    boolean exchange = settled.request().user() != null;
    String json = TokenAnswer.of(issued, exchange, clock.instant()).json();
    HttpServerResponse response = routing.response();
    response
        .headers()
        .set(HttpHeaders.CONTENT_TYPE, JSON)
        .set(HttpHeaders.CACHE_CONTROL, NO_STORE)
        .set(PRAGMA, NO_CACHE);
    response.end(Buffer.buffer(json.getBytes(StandardCharsets.ISO_8859_1)));
  }
}
