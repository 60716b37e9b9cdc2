package dev.concordat.metadata.reading;

import dev.concordat.contracts.Topic;
import dev.concordat.contracts.events.RefreshRequested;
import dev.concordat.messaging.Received;
import dev.concordat.messaging.WorkShare;
import dev.concordat.messaging.WorkShares;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Has a partner's document read when a service met what the document does not explain. Any replica
 * may hear of it, whoever's share the partner is.
 */
public final class RefreshRequests implements AutoCloseable {

  private static final Logger LOG = Logger.getLogger(RefreshRequests.class);

  private final Refresher refresher;
  private final RequestLimit limit;
  private final InstantSource clock;
  private final MeterRegistry metrics;
  private final WorkShares shares;
  private @Nullable WorkShare share;

  /**
   * @param pause how long a partner is not read again for a request
   */
  public RefreshRequests(
      WorkShares shares,
      Refresher refresher,
      Duration pause,
      InstantSource clock,
      MeterRegistry metrics) {
    this.refresher = refresher;
    this.clock = clock;
    this.metrics = metrics;
    this.shares = shares;
    limit = new RequestLimit(pause);
  }

  /** Begins to listen. */
  public void start() {
    share =
        shares.join(
            Topic.REFRESH_REQUESTS,
            "metadata-service-requests",
            RefreshRequested.class,
            this::requested);
  }

  @Override
  public void close() {
    WorkShare listening = share;
    if (listening != null) {
      listening.close();
    }
  }

  private void requested(Received<RefreshRequested> received) {
    RefreshRequested request = received.data();
    if (request == null || !refresher.reads(request.partner())) {
      return;
    }
    Instant now = clock.instant();
    Optional<Instant> due = limit.due(request, refresher.latest(request.partner()), now);
    String what = due.map(it -> it.isAfter(now) ? "later" : "at-once").orElse("known-already");
    Counter.builder("concordat.metadata.requests")
        .description("Requests of other services to read a document, by what became of them")
        .tag("reason", request.reason().name().toLowerCase(Locale.ROOT).replace('_', '-'))
        .tag("done", what)
        .register(metrics)
        .increment();
    due.ifPresent(
        at -> {
          LOG.debugf(
              "The document of %s is read %s: the %s met %s",
              request.partner(),
              at.isAfter(now) ? "at " + at : "now",
              request.requestedBy(),
              request.reason() == RefreshRequested.Reason.UNKNOWN_KEY
                  ? "a key that is not in it"
                  : "a challenge that names another issuer");
          refresher.refreshAt(request.partner(), at);
        });
  }
}
