package dev.concordat.token.shedding;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts the requests that are under way, and turns those beyond the bound away before anything is
 * done for them. What admins call isn't counted: they have to get in when it matters.
 */
@Singleton
public class LoadShedding {

  /** Before everything else, so that shedding costs next to nothing. */
  private static final int PRIORITY = 1_000;

  private static final int UNAVAILABLE = 503;
  private static final String ANSWER =
      "{\"error\":\"temporarily_unavailable\",\"error_description\":\"Too much is asked at once. Ask again in a second.\",\"reason\":\"overloaded\"}";

  private final AtomicInteger underWay = new AtomicInteger();
  private final int most;
  private final Counter shed;

  @Inject
  LoadShedding(LoadConfig config, MeterRegistry metrics) {
    most = config.mostAtOnce();
    shed =
        Counter.builder("concordat.requests.shed")
            .description("Requests that were turned away because too many were under way")
            .register(metrics);
    Gauge.builder("concordat.requests.under.way", underWay, AtomicInteger::get)
        .description("Requests for tokens and verdicts that are being answered")
        .register(metrics);
  }

  void install(@Observes Filters filters) {
    filters.register(this::admit, PRIORITY);
  }

  private void admit(RoutingContext request) {
    String path = request.request().path();
    if (path != null && path.startsWith("/v1/")) {
      request.next();
      return;
    }
    if (underWay.incrementAndGet() > most) {
      underWay.decrementAndGet();
      shed.increment();
      request
          .response()
          .setStatusCode(UNAVAILABLE)
          .putHeader("Retry-After", "1")
          .putHeader("Content-Type", "application/json")
          .putHeader("Cache-Control", "no-store")
          .end(ANSWER);
      return;
    }
    request.addEndHandler(_ -> underWay.decrementAndGet());
    request.next();
  }
}
