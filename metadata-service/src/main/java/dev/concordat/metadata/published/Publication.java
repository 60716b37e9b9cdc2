package dev.concordat.metadata.published;

import dev.concordat.contracts.Topic;
import dev.concordat.contracts.events.SigningKeyPublished;
import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.messaging.Change;
import dev.concordat.messaging.CompactedView;
import dev.concordat.messaging.Views;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What we publish now, from memory. It stays while Kafka is away; before the first key that signs
 * is known there is nothing, rather than something wrong.
 */
public final class Publication {

  private static final Logger LOG = Logger.getLogger(Publication.class);

  private final OurDocuments documents;
  private final Map<String, SigningKeyPublished> keys = new ConcurrentHashMap<>();
  private final CompactedView<SigningKeyPublished> view;
  private final InstantSource clock;
  private final MultiGauge days;
  private volatile OurDocuments.@Nullable Published published;

  public Publication(
      Views views, OurDocuments documents, InstantSource clock, MeterRegistry metrics) {
    this.documents = documents;
    this.clock = clock;
    days =
        MultiGauge.builder("concordat.own.certificate.days")
            .description("Days until a certificate that we publish ends")
            .register(metrics);
    view = views.open(Topic.SIGNING_KEYS, SigningKeyPublished.class, this::changed);
    Thread.ofVirtual().name("first-publication").start(this::publishFirst);
  }

  /** What is published; empty before the first key is known. */
  public Optional<OurDocuments.Published> now() {
    return Optional.ofNullable(published);
  }

  private void changed(Change<SigningKeyPublished> change) {
    SigningKeyPublished key = change.after();
    if (key == null) {
      keys.remove(change.key());
    } else {
      keys.put(change.key(), key);
    }
    // History may hold keys in phases that are over.
    if (!change.replayed()) {
      publish();
    }
  }

  private void publishFirst() {
    try {
      while (!view.hasCaughtUp()) {
        try {
          view.awaitCurrent(Duration.ofSeconds(30));
        } catch (TimeoutException e) {
          LOG.debug("still waiting for Kafka");
        }
      }
      publish();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void publish() {
    documents
        .with(keys.values())
        .ifPresent(
            next -> {
              OurDocuments.Published before = published;
              published = next;
              if (before == null || !before.ours().etag().equals(next.ours().etag())) {
                LOG.infof("Our document is %s now", next.ours().etag());
                tellDays();
              }
            });
  }

  /** Of every key that is published; what is told follows the clock by itself. */
  private void tellDays() {
    var rows = new ArrayList<MultiGauge.Row<?>>();
    keys.values().stream()
        .filter(it -> it.phase() != SigningKeyPublished.Phase.REVOKED)
        .forEach(
            key ->
                SigningCertificate.tryParse(key.certificate())
                    .map(SigningCertificate::notAfter)
                    .ifPresent(
                        end ->
                            rows.add(
                                MultiGauge.Row.of(
                                    Tags.of(
                                        "key",
                                        key.keyId(),
                                        "phase",
                                        key.phase().name().toLowerCase(Locale.ROOT)),
                                    end,
                                    it -> Duration.between(clock.instant(), it).toDays()))));
    days.register(rows, true);
  }
}
