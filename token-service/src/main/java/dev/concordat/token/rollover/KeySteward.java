package dev.concordat.token.rollover;

import dev.concordat.contracts.Topic;
import dev.concordat.contracts.events.SigningKeyPublished;
import dev.concordat.contracts.events.SigningKeyPublished.Phase;
import dev.concordat.messaging.EventPublisher;
import dev.concordat.messaging.WorkShare;
import dev.concordat.messaging.WorkShares;
import dev.concordat.token.keys.AnnouncedKeys;
import dev.concordat.token.keys.KeyAudit;
import dev.concordat.token.keys.NotAnnounced;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Does what is due with our keys, on one replica at a time: the one that has the partition of the
 * signing-keys topic as its share. Only the very first announcement is everybody's, so that a suite
 * without any key on the topic need not wait for a group to form.
 */
@Singleton
public class KeySteward {

  private static final Logger LOG = Logger.getLogger(KeySteward.class);
  private static final String GROUP = "token-service-keys";
  private static final Duration ONE_DAY = Duration.ofDays(1);
  private static final Duration TICK = Duration.ofSeconds(1);

  private final Outlook outlook;
  private final AnnouncedKeys announced;
  private final Rehearsals rehearsals;
  private final EventPublisher publisher;
  private final WorkShare share;
  private final Semaphore wake = new Semaphore(0);
  private @Nullable Thread thread;
  private @Nullable Instant warnedAt;

  @Inject
  KeySteward(
      Outlook outlook,
      AnnouncedKeys announced,
      Rehearsals rehearsals,
      EventPublisher publisher,
      WorkShares shares) {
    this.outlook = outlook;
    this.announced = announced;
    this.rehearsals = rehearsals;
    this.publisher = publisher;
    this.share = shares.join(Topic.SIGNING_KEYS, GROUP);
    share.onChange(wake::release);
    announced.onChange(wake::release);
  }

  void onStart(@Observes StartupEvent event) {
    thread = Thread.ofPlatform().daemon().name("key-steward").start(this::serve);
  }

  void onStop(@Observes ShutdownEvent event) {
    Thread serving = thread;
    if (serving != null) {
      serving.interrupt();
    }
  }

  /** Whether this replica does what is due. */
  boolean onDuty() {
    return !share.partitions().isEmpty();
  }

  private void serve() {
    try {
      while (true) {
        var _ = wake.tryAcquire(TICK.toMillis(), TimeUnit.MILLISECONDS);
        wake.drainPermits();
        try {
          work();
        } catch (NotAnnounced e) {
          LOG.warnf("What is due with the signing keys waits for Kafka (%s)", e.getMessage());
        } catch (RuntimeException e) {
          LOG.error("What is due with the signing keys could not be done; trying on", e);
        }
      }
    } catch (InterruptedException e) {
      LOG.debug("The steward of the signing keys stops");
    }
  }

  private void work() throws InterruptedException, NotAnnounced {
    if (!outlook.known()) {
      return;
    }
    Situation situation = outlook.now();
    warnOfMissingKey(situation);
    List<Step> due = RolloverRules.due(situation);
    boolean first =
        situation.announced().values().stream().noneMatch(key -> key.phase() == Phase.CURRENT);
    for (Step step : due) {
      if (onDuty() || (first && step instanceof Step.Announce(var key, _) && isCurrent(key))) {
        take(step);
      }
    }
  }

  private void warnOfMissingKey(Situation situation) {
    RolloverReport report = RolloverReport.of(situation);
    Instant now = situation.now();
    if (onDuty()
        && report.nextIsMissing(now)
        && (warnedAt == null || Duration.between(warnedAt, now).abs().compareTo(ONE_DAY) >= 0)) {
      warnedAt = now;
      LOG.warnf(
          "The certificate of signing key %s nears its end and there is no next key. Put next.crt and next.key into the folder; partners need up to two days to learn it.",
          report.activeKey());
    }
  }

  private static boolean isCurrent(SigningKeyPublished key) {
    return key.phase() == Phase.CURRENT;
  }

  /** Takes a step and waits until this replica has read it back: the next one builds on it. */
  private void take(Step step) throws InterruptedException, NotAnnounced {
    switch (step) {
      case Step.Announce(var key, var why) -> {
        announced.announce(key);
        KeyAudit.announced(key, "token-service", why);
      }
      case Step.Prune(var keyId, var why) -> {
        announced.prune(keyId);
        KeyAudit.pruned(keyId, why);
      }
      case Step.Rehearse(var request) -> {
        String keyId = request.signingKey();
        if (keyId != null) {
          rehearsals.asked(keyId, request.partner(), request.requestedAt());
          var _ = publisher.publish(request.sipAddress(), request);
          LOG.infof(
              "Rehearsing key %s at %s with %s", keyId, request.partner(), request.sipAddress());
        }
      }
    }
  }
}
