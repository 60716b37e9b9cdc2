package dev.concordat.token.keys;

import dev.concordat.contracts.Topic;
import dev.concordat.contracts.events.SigningKeyPublished;
import dev.concordat.messaging.CompactedView;
import dev.concordat.messaging.EventPublisher;
import dev.concordat.messaging.Views;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/**
 * Announces our keys on the signing-keys topic, once what is there is known, where it says anything
 * else. The metadata-service publishes what stands there.
 */
@Singleton
public class SigningKeyAnnouncer {

  private static final Logger LOG = Logger.getLogger(SigningKeyAnnouncer.class);
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final ActiveKeyRing keys;
  private final CompactedView<SigningKeyPublished> announced;
  private final EventPublisher publisher;
  private final InstantSource clock;

  @Inject
  SigningKeyAnnouncer(
      ActiveKeyRing keys, Views views, EventPublisher publisher, InstantSource clock) {
    this.keys = keys;
    this.announced = views.open(Topic.SIGNING_KEYS, SigningKeyPublished.class);
    this.publisher = publisher;
    this.clock = clock;
  }

  void onStart(@Observes StartupEvent event) {
    Thread.ofVirtual().name("signing-key-announcer").start(this::announceWhenCurrent);
  }

  /** What the topic says of each key id. */
  public Map<String, SigningKeyPublished> announced() {
    return announced.snapshot();
  }

  private void announceWhenCurrent() {
    try {
      while (!announced.hasCaughtUp()) {
        waitForView();
      }
      announce();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void waitForView() throws InterruptedException {
    try {
      announced.awaitCurrent(PATIENCE);
    } catch (TimeoutException e) {
      LOG.warn("Our signing keys are not announced yet: the signing-keys topic can't be read");
    }
  }

  private void announce() {
    for (SigningKeyPublished due :
        Announcements.due(keys.ring(), announced.snapshot(), clock.instant())) {
      var _ =
          publisher
              .publish(due.keyId(), due)
              .whenComplete(
                  (offset, failure) -> {
                    if (failure == null) {
                      LOG.infof("Announced signing key %s as %s", due.keyId(), due.phase());
                    } else {
                      LOG.errorf(
                          "Signing key %s could not be announced: %s. Partners that don't know it refuse our tokens; restart this service once Kafka answers.",
                          due.keyId(), failure.getMessage());
                    }
                  });
    }
  }
}
