package dev.concordat.token.shedding;

import dev.concordat.token.signing.SigningTime;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts the requests that were taken in, those of them that were not answered from memory, and
 * those that wait for a signature, and turns away what is beyond any of the three bounds before
 * more is done for it. An answer from memory costs hardly more than a refusal, so many more of
 * those are let in. What admins call isn't counted: they have to get in when it matters.
 */
@Singleton
public class LoadShedding {

  /** The order of routes for what was let in, before all that other requests pass through. */
  public static final int ADMITTED = -100_000;

  /** Before everything else, so that shedding costs next to nothing. */
  private static final int FIRST = 2 * ADMITTED;

  /** Behind the routes that answer from memory. */
  private static final int WHAT_GOES_ON = ADMITTED + 1;

  /** So many times as many are taken in as may be under way; answering them takes tens of ms. */
  private static final int TAKEN_IN = 4;

  /**
   * So many may always wait to be signed. Where the processor is short, a signature takes longer by
   * the clock than it costs, and turning away what comes again at once would keep it so.
   */
  private static final int FEWEST = 64;

  private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();
  private static final String ACS = "/tokens/OAuth/2";
  private static final int UNAVAILABLE = 503;
  private static final Buffer ANSWER =
      Buffer.buffer(
          "{\"error\":\"temporarily_unavailable\",\"error_description\":\"Too much is asked at once. Ask again in a second.\",\"reason\":\"overloaded\"}");

  private final AtomicInteger takenIn = new AtomicInteger();
  private final AtomicInteger underWay = new AtomicInteger();
  private final AtomicInteger waiting = new AtomicInteger();
  private final int most;
  private final Duration longestWait;
  private final SigningTime signing;
  private final Counter shed;

  @Inject
  LoadShedding(LoadConfig config, SigningTime signing, MeterRegistry metrics) {
    this.signing = signing;
    most = config.mostAtOnce();
    longestWait = config.effectiveLongestWait();
    shed =
        Counter.builder("concordat.requests.shed")
            .description("Requests that were turned away because too many were under way")
            .register(metrics);
    Gauge.builder("concordat.requests.under.way", takenIn, AtomicInteger::get)
        .description("Requests for tokens and verdicts that are being answered")
        .register(metrics);
    Gauge.builder("concordat.requests.waiting", waiting, AtomicInteger::get)
        .description("Requests for tokens that wait for a signature")
        .register(metrics);
  }

  void register(@Observes Router router) {
    router.route().order(FIRST).handler(this::takeIn);
    router.route().order(WHAT_GOES_ON).handler(this::letOn);
  }

  private void takeIn(RoutingContext request) {
    if (isAnAdmins(request) || enters(request, takenIn, TAKEN_IN * most)) {
      request.next();
    }
  }

  private void letOn(RoutingContext request) {
    if (isAnAdmins(request)
        || (enters(request, underWay, most) && (!isForAcs(request) || mayWait(request)))) {
      request.next();
    }
  }

  private static boolean isAnAdmins(RoutingContext request) {
    String path = request.request().path();
    return path != null && path.startsWith("/v1/");
  }

  private static boolean isForAcs(RoutingContext request) {
    String path = request.request().path();
    return path != null && path.endsWith(ACS);
  }

  /**
   * Whether a request may wait for a signature. Where it may not, because those before it would
   * take too long, it has been turned away already; where it may, it counts until its end.
   */
  public boolean mayWait(RoutingContext request) {
    int within = signing.within(longestWait);
    int bound = within > most / PROCESSORS ? most : within * PROCESSORS;
    return enters(request, waiting, Math.max(bound, Math.min(FEWEST, most)));
  }

  /**
   * What is answered at once still counts until the event loop has come round: whatever else came
   * in with it waits behind it.
   */
  private boolean enters(RoutingContext request, AtomicInteger count, int bound) {
    if (count.get() >= bound) {
      turnAway(request);
      return false;
    }
    count.incrementAndGet();
    request.addEndHandler(_ -> request.vertx().runOnContext(_ -> count.decrementAndGet()));
    return true;
  }

  private void turnAway(RoutingContext request) {
    shed.increment();
    request
        .response()
        .setStatusCode(UNAVAILABLE)
        .putHeader("Retry-After", "1")
        .putHeader("Content-Type", "application/json")
        .putHeader("Cache-Control", "no-store")
        .end(ANSWER);
  }
}
