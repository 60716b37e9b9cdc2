package dev.concordat.token.rollover;

import dev.concordat.contracts.events.KeyRollover;
import dev.concordat.contracts.events.SigningKeyPublished;
import dev.concordat.contracts.events.SigningKeyPublished.Phase;
import dev.concordat.token.keys.ActiveKeyRing;
import dev.concordat.token.keys.AnnouncedKeys;
import dev.concordat.token.keys.HeldKey;
import dev.concordat.token.keys.KeyAudit;
import dev.concordat.token.keys.NotAnnounced;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes what admins want of a rollover, on any replica, by writing it into the record of the next
 * key. Whichever replica is on duty reads it there.
 */
@Singleton
public class RolloverDesk {

  private static final int ATTEMPTS = 5;
  private static final Duration FIRST_ANNOUNCEMENT = Duration.ofSeconds(3);
  private static final Duration PAUSE = Duration.ofMillis(100);

  private final Outlook outlook;
  private final ActiveKeyRing keys;
  private final AnnouncedKeys announced;
  private final InstantSource clock;

  @Inject
  RolloverDesk(Outlook outlook, ActiveKeyRing keys, AnnouncedKeys announced, InstantSource clock) {
    this.outlook = outlook;
    this.keys = keys;
    this.announced = announced;
    this.clock = clock;
  }

  /** It can't be done as asked for; each is documented in docs/problems/token-service.md. */
  static final class Refused extends Exception {
    private final String code;

    Refused(String code, String detail) {
      super(detail, null, false, false);
      this.code = code;
    }

    String code() {
      return code;
    }
  }

  /**
   * What is wanted.
   *
   * @param force the partners whose acceptance is not waited for; {@code *} means all
   * @param notBefore the key signs nothing before this; absent means as soon as it may
   * @param generate whether to make a next key first
   */
  record Wish(@Nullable List<String> force, @Nullable Instant notBefore, boolean generate) {}

  /** How far a rollover is. */
  RolloverReport report() {
    return RolloverReport.of(outlook.now());
  }

  /** Begins a rollover; where one goes on already, has it look again now. */
  RolloverReport begin(Wish wish, String by) throws Refused, NotAnnounced, InterruptedException {
    if (!outlook.known()) {
      throw new Refused("not-ready", "The keys and partners are still being read from Kafka.");
    }
    requireKnown(wish.force());
    if (wish.generate()) {
      make();
    }
    keys.look();
    HeldKey next =
        keys.slots()
            .successor()
            .orElseThrow(
                () ->
                    new Refused(
                        "no-next-key",
                        "There is no key to roll over to. Put next.crt and next.key into the folder of signing keys (concordat.signing.folder); they are picked up within seconds."));
    awaitAnnouncement(next);
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Instant now = clock.instant();
      SigningKeyPublished said = announced.of(next.id()).orElse(null);
      KeyRollover rollover = rollover(said == null ? null : said.rollover(), wish, by, now);
      SigningKeyPublished record =
          (said == null
                  ? new SigningKeyPublished(
                      next.id(), next.certificate().base64(), Phase.NEXT, now, null)
                  : said)
              .with(rollover);
      if (record.phase() != Phase.NEXT) {
        return report();
      }
      announced.announce(record);
      if (announced
          .of(next.id())
          .map(SigningKeyPublished::rollover)
          .filter(rollover::equals)
          .isPresent()) {
        KeyAudit.announced(record, by, "rollover asked for, not waiting for " + rollover.forced());
        return report();
      }
    }
    throw new NotAnnounced();
  }

  /** Ends a rollover before the key signs. The key stays published. */
  RolloverReport abort(String by) throws Refused, NotAnnounced, InterruptedException {
    SigningKeyPublished said =
        outlook
            .now()
            .next()
            .filter(key -> key.rollover() != null && key.rollover().running())
            .orElseThrow(() -> new Refused("no-rollover", "No rollover goes on."));
    KeyRollover rollover = said.rollover();
    if (rollover != null) {
      SigningKeyPublished record =
          said.with(
              new KeyRollover(
                  rollover.startedAt(),
                  rollover.startedBy(),
                  rollover.askedAt(),
                  rollover.notBefore(),
                  rollover.forced(),
                  rollover.rehearsed(),
                  clock.instant()));
      announced.announce(record);
      KeyAudit.announced(record, by, "rollover aborted");
    }
    return report();
  }

  private static KeyRollover rollover(
      @Nullable KeyRollover before, Wish wish, String by, Instant now) {
    List<String> force = wish.force() == null ? List.of() : wish.force();
    if (before == null || !before.running()) {
      return new KeyRollover(now, by, now, wish.notBefore(), force, List.of(), null);
    }
    Set<String> forced = new LinkedHashSet<>(before.forced());
    forced.addAll(force);
    return new KeyRollover(
        before.startedAt(),
        before.startedBy(),
        now,
        wish.notBefore() == null ? before.notBefore() : wish.notBefore(),
        List.copyOf(forced),
        before.rehearsed(),
        null);
  }

  private void requireKnown(@Nullable List<String> force) throws Refused {
    if (force == null) {
      return;
    }
    var names =
        outlook.now().partners().stream()
            .map(partner -> partner.name())
            .collect(java.util.stream.Collectors.toSet());
    for (String name : force) {
      if (!name.equals(KeyRollover.EVERY_PARTNER) && !names.contains(name)) {
        throw new Refused(
            "unknown-partner",
            "There is no partner application '%s' that need not be waited for.".formatted(name));
      }
    }
  }

  private void make() throws Refused {
    if (keys.slots().successor().isPresent()) {
      return;
    }
    try {
      if (!keys.makeNext()) {
        throw new Refused(
            "generate-not-allowed",
            "This service makes no keys: concordat.signing.generate is not true, or there is no folder. Put next.crt and next.key into the folder.");
      }
    } catch (IOException e) {
      throw new Refused(
          "folder-not-writable",
          "The next key can't be written into the folder of signing keys (%s)."
              .formatted(e.getClass().getSimpleName()));
    }
  }

  /** The replica on duty announces a new key within a second; two writers would cross. */
  private void awaitAnnouncement(HeldKey next) throws InterruptedException {
    long deadline = System.nanoTime() + FIRST_ANNOUNCEMENT.toNanos();
    while (announced.of(next.id()).isEmpty() && System.nanoTime() < deadline) {
      Thread.sleep(PAUSE);
    }
  }
}
