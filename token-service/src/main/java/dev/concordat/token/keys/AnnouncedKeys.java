package dev.concordat.token.keys;

import dev.concordat.contracts.Topic;
import dev.concordat.contracts.events.EventType;
import dev.concordat.contracts.events.SigningKeyPublished;
import dev.concordat.contracts.events.SigningKeyPublished.Phase;
import dev.concordat.messaging.CompactedView;
import dev.concordat.messaging.EventPublisher;
import dev.concordat.messaging.Views;
import io.quarkus.runtime.Startup;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/**
 * What the signing-keys topic says of our keys: the state that replicas share. The metadata-service
 * publishes what stands there.
 */
@Startup
@Singleton
public class AnnouncedKeys {

  private static final Logger LOG = Logger.getLogger(AnnouncedKeys.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final CompactedView<SigningKeyPublished> announced;
  private final EventPublisher publisher;

  @Inject
  AnnouncedKeys(ActiveKeyRing keys, Views views, EventPublisher publisher) {
    this.publisher = publisher;
    announced = views.open(Topic.SIGNING_KEYS, SigningKeyPublished.class);
    // History may hold keys in phases that are over.
    var _ =
        announced.listen(
            change -> {
              if (!change.replayed()) {
                keys.heed(announced.snapshot());
              }
            });
    Thread.ofVirtual().name("announced-keys").start(() -> heedWhenCurrent(keys));
  }

  /** What the topic says of each key id. */
  public Map<String, SigningKeyPublished> all() {
    return announced.snapshot();
  }

  /** What the topic says of a key. */
  public Optional<SigningKeyPublished> of(String keyId) {
    return announced.get(keyId);
  }

  /** Whether the key of this id was revoked: no token that it signed counts any more. */
  public boolean revoked(String keyId) {
    return of(keyId).filter(key -> key.phase() == Phase.REVOKED).isPresent();
  }

  /** Whether everything that was there at the start has been read. */
  public boolean known() {
    return announced.hasCaughtUp();
  }

  /** Calls back after each change. Must be quick. */
  public void onChange(Runnable changed) {
    var _ = announced.listen(_ -> changed.run());
  }

  /**
   * Announces the state of a key, and waits until it is read back here.
   *
   * @throws NotAnnounced if Kafka does not take it in time; it may still do so later
   */
  public void announce(SigningKeyPublished key) throws NotAnnounced, InterruptedException {
    await(publisher.publish(key.keyId(), key));
  }

  /**
   * Takes a key off the topic, and waits until that is read back here.
   *
   * @throws NotAnnounced if Kafka does not take it in time; it may still do so later
   */
  public void prune(String keyId) throws NotAnnounced, InterruptedException {
    await(publisher.remove(Topic.SIGNING_KEYS, keyId, EventType.SIGNING_KEY_PRUNED));
  }

  private void await(CompletionStage<Long> written) throws NotAnnounced, InterruptedException {
    try {
      long offset = written.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      announced.awaitOffset(0, offset, PATIENCE);
    } catch (ExecutionException | TimeoutException e) {
      throw new NotAnnounced();
    }
  }

  private void heedWhenCurrent(ActiveKeyRing keys) {
    try {
      while (!announced.hasCaughtUp()) {
        try {
          announced.awaitCurrent(Duration.ofSeconds(30));
        } catch (TimeoutException e) {
          LOG.debug("Still waiting for the signing-keys topic");
        }
      }
      keys.heed(announced.snapshot());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
