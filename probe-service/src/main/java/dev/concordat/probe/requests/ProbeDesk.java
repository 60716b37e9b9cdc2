package dev.concordat.probe.requests;

import dev.concordat.contracts.Topic;
import dev.concordat.contracts.events.ProbeRequested;
import dev.concordat.messaging.EventPublisher;
import dev.concordat.messaging.Received;
import dev.concordat.messaging.WorkShare;
import dev.concordat.messaging.WorkShares;
import dev.concordat.probe.results.RecentResults;
import dev.concordat.probe.running.Prober;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Takes requests for probes, and runs those of this replica's share. While Kafka is away, or before
 * this replica has a share, it runs what it was asked for itself: a probe too many at the same
 * mailbox is better than none.
 */
public final class ProbeDesk {

  private static final Logger LOG = Logger.getLogger(ProbeDesk.class);

  /** The consumer group whose members share the mailboxes. */
  public static final String GROUP = "concordat-probe-service";

  /** Longer than this on its way, and whoever asked has run it himself. */
  private static final Duration STALE = Duration.ofMinutes(1);

  private static final long KAFKA_PATIENCE_MILLIS = 2_000;

  private final EventPublisher publisher;
  private final Prober prober;
  private final RecentResults results;
  private final InstantSource clock;
  private final WorkShare share;

  public ProbeDesk(
      WorkShares shares,
      EventPublisher publisher,
      Prober prober,
      RecentResults results,
      InstantSource clock) {
    this.publisher = publisher;
    this.prober = prober;
    this.results = results;
    this.clock = clock;
    share = shares.join(Topic.PROBE_REQUESTS, GROUP, ProbeRequested.class, this::requested);
  }

  /** This replica's share of the mailboxes. */
  public WorkShare share() {
    return share;
  }

  /**
   * Has a probe run.
   *
   * @return whether there was room for it
   */
  public boolean ask(ProbeRequested request) {
    boolean ours = share.partitions().isEmpty() || share.owns(request.sipAddress());
    if (ours && !prober.start(request)) {
      return false;
    }
    results.asked(request);
    var published = publisher.publish(request.sipAddress(), request).toCompletableFuture();
    if (!ours) {
      var _ =
          published
              .orTimeout(KAFKA_PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
              .whenComplete(
                  (_, failure) -> {
                    if (failure != null && !prober.start(request)) {
                      LOG.warnf("There is no room for the probe %s", request.id());
                    }
                  });
    }
    return true;
  }

  private void requested(Received<ProbeRequested> received) {
    ProbeRequested request = received.data();
    if (request == null
        || results.get(request.id()).isPresent()
        || request.requestedAt().plus(STALE).isBefore(clock.instant())) {
      return;
    }
    if (!prober.start(request)) {
      LOG.warnf("There is no room for the probe %s", request.id());
    }
  }
}
