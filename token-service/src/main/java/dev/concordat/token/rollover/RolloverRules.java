package dev.concordat.token.rollover;

import dev.concordat.contracts.events.KeyRollover;
import dev.concordat.contracts.events.KeyRollover.Rehearsed;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.ProbeCompleted;
import dev.concordat.contracts.events.ProbeRequested;
import dev.concordat.contracts.events.ProbeTrigger;
import dev.concordat.contracts.events.SigningKeyPublished;
import dev.concordat.contracts.events.SigningKeyPublished.Phase;
import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.token.keys.HeldKey;
import dev.concordat.token.keys.HeldKey.Place;
import dev.concordat.token.keys.KeySlots;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is due with our keys: a pure function from what is known to what has to be written and asked
 * for. Done and asked again until nothing is due, it brings the topic to say what holds, and a
 * rollover from publishing the next key to pruning the previous one.
 *
 * <p>Everything that it goes by is on Kafka or in the source of the keys, so any replica can go on
 * where another stopped.
 */
final class RolloverRules {

  /** Who begins what nobody asked for. */
  static final String SCHEDULE = "schedule";

  private static final String SERVICE = "token-service";

  /** A replica may get a Secret later than others; it must not take back what they announced. */
  private static final Duration SOURCES_AGREE_WITHIN = Duration.ofMinutes(5);

  private final Situation situation;
  private final KeySlots slots;
  private final Map<String, SigningKeyPublished> announced;
  private final Instant now;
  private final List<Step> due = new ArrayList<>();

  private RolloverRules(Situation situation) {
    this.situation = situation;
    this.slots = situation.slots();
    this.announced = situation.announced();
    this.now = situation.now();
  }

  /** Everything that is due, in order. */
  static List<Step> due(Situation situation) {
    return new RolloverRules(situation).decide();
  }

  private List<Step> decide() {
    HeldKey active = slots.active().orElse(null);
    if (active == null || slots.behind()) {
      return List.of();
    }
    announceActive(active);
    announcePrevious(active);
    slots.successor().ifPresent(next -> advance(active, next));
    prune(active);
    return List.copyOf(due);
  }

  /** The topic says of one key that it is current: the one that signs. */
  private void announceActive(HeldKey active) {
    SigningKeyPublished said = announced.get(active.id());
    if (said == null || said.phase() != Phase.CURRENT) {
      SigningKeyPublished record =
          said == null ? record(active.certificate(), Phase.CURRENT) : said.in(Phase.CURRENT, now);
      due.add(new Step.Announce(record, "it signs now"));
    }
    announced.values().stream()
        .filter(key -> key.phase() == Phase.CURRENT && !key.keyId().equals(active.id()))
        .forEach(
            key ->
                due.add(
                    new Step.Announce(
                        key.in(Phase.PREVIOUS, now), "%s signs instead".formatted(active.id()))));
  }

  private void announcePrevious(HeldKey active) {
    SigningCertificate previous = situation.previous();
    if (previous != null
        && !previous.x5t().equals(active.id())
        && !announced.containsKey(previous.x5t())
        && previous.validAt(now)) {
      due.add(new Step.Announce(record(previous, Phase.PREVIOUS), "its tokens may still be about"));
    }
  }

  private void advance(HeldKey active, HeldKey next) {
    SigningKeyPublished said = announced.get(next.id());
    if (said == null) {
      said =
          new SigningKeyPublished(
              next.id(), next.certificate().base64(), Phase.NEXT, now, situation.nextNotBefore());
      due.add(new Step.Announce(said, "partners are to learn it before it signs"));
      return;
    }
    KeyRollover rollover = said.rollover();
    if (rollover == null) {
      if (beginsByItself(active)) {
        due.add(
            new Step.Announce(
                said.with(
                    new KeyRollover(
                        now, SCHEDULE, now, situation.nextNotBefore(), List.of(), List.of(), null)),
                "a rollover to it begins by itself"));
      }
      return;
    }
    if (rollover.running()) {
      proceed(active, next, said, rollover);
    }
  }

  private boolean beginsByItself(HeldKey active) {
    if (situation.nextNotBefore() != null) {
      return true;
    }
    return situation.settings().automatic()
        && (slots.renewed() || !now.isBefore(situation.schedule().beginBy(active.certificate())));
  }

  private void proceed(
      HeldKey active, HeldKey next, SigningKeyPublished said, KeyRollover rollover) {
    List<Rehearsed> passed = newlyPassed(next, rollover);
    SigningKeyPublished record = said;
    if (!passed.isEmpty()) {
      var all = new ArrayList<>(rollover.rehearsed());
      all.addAll(passed);
      record =
          said.with(
              new KeyRollover(
                  rollover.startedAt(),
                  rollover.startedBy(),
                  rollover.askedAt(),
                  rollover.notBefore(),
                  rollover.forced(),
                  all,
                  null));
    }
    List<PartnerStanding> standings = situation.standings(record);
    boolean accepted = standings.stream().allMatch(PartnerStanding::accepted);
    if (accepted && maySign(next, rollover)) {
      due.add(
          new Step.Announce(
              record.in(Phase.CURRENT, now),
              "every enabled partner accepts it: " + how(standings)));
      SigningKeyPublished before = announced.get(active.id());
      if (before != null) {
        due.add(
            new Step.Announce(
                before.in(Phase.PREVIOUS, now), "%s signs instead".formatted(next.id())));
      }
      return;
    }
    if (!passed.isEmpty()) {
      due.add(
          new Step.Announce(
              record,
              passed.stream()
                  .map(Rehearsed::partner)
                  .collect(Collectors.joining(", ", "rehearsed at ", ""))));
    }
    rehearse(standings, next, rollover);
  }

  private boolean maySign(HeldKey next, KeyRollover rollover) {
    return next.certificate().validAt(now)
        && reached(rollover.notBefore())
        && reached(situation.nextNotBefore());
  }

  private boolean reached(@Nullable Instant moment) {
    return moment == null || !now.isBefore(moment);
  }

  private List<Rehearsed> newlyPassed(HeldKey next, KeyRollover rollover) {
    var passed = new ArrayList<Rehearsed>();
    situation
        .rehearsals()
        .forEach(
            (partner, rehearsal) -> {
              ProbeCompleted result = rehearsal.result();
              boolean known =
                  rollover.rehearsed().stream().anyMatch(one -> one.partner().equals(partner));
              if (result != null
                  && rehearsal.passed()
                  && next.id().equals(result.signingKey())
                  && !known) {
                passed.add(
                    new Rehearsed(
                        partner, result.id(), result.startedAt().plusMillis(result.duration())));
              }
            });
    return passed;
  }

  private void rehearse(List<PartnerStanding> standings, HeldKey next, KeyRollover rollover) {
    Map<String, PartnerRegistered> byName =
        situation.partners().stream()
            .collect(Collectors.toMap(PartnerRegistered::name, it -> it, (one, _) -> one));
    for (PartnerStanding standing : standings) {
      PartnerRegistered partner = byName.get(standing.partner());
      if (partner == null || standing.accepted() || !isDue(standing.partner(), next, rollover)) {
        continue;
      }
      Acceptance.stage(partner)
          .ifPresent(
              stage ->
                  due.add(
                      new Step.Rehearse(
                          new ProbeRequested(
                              probeId(next.id(), partner.name()),
                              partner.name(),
                              stage.sipAddress(),
                              stage.kind(),
                              true,
                              ProbeTrigger.REHEARSAL,
                              SERVICE,
                              now,
                              next.id()))));
    }
  }

  private String probeId(String keyId, String partner) {
    return UUID.nameUUIDFromBytes(
            String.join(" ", keyId, partner, now.toString()).getBytes(StandardCharsets.UTF_8))
        .toString();
  }

  /**
   * At once when somebody asks; after the partner read our document with the key in it; and every
   * quarter of an hour, since not every reader is recognised.
   */
  private boolean isDue(String partner, HeldKey next, KeyRollover rollover) {
    Rehearsal last = situation.rehearsals().getOrDefault(partner, Rehearsal.NONE);
    Instant asked = last.askedAt();
    boolean wanted = asked != null && asked.isBefore(rollover.askedAt());
    if (asked == null || asked.isAfter(now) || (wanted && reached(rollover.askedAt()))) {
      return true;
    }
    boolean ended =
        last.endedSince(asked)
            || !now.isBefore(asked.plus(situation.settings().rehearsalPatience()));
    if (!ended) {
      return false;
    }
    var read = situation.reads().get(partner);
    boolean learnt =
        read != null && read.keyIds().contains(next.id()) && read.readAt().isAfter(asked);
    return learnt || !now.isBefore(asked.plus(situation.settings().rehearsalInterval()));
  }

  private void prune(HeldKey active) {
    for (SigningKeyPublished key : announced.values()) {
      if (key.keyId().equals(active.id())) {
        continue;
      }
      switch (key.phase()) {
        case NEXT -> {
          if (!isOffered(key.keyId())
              && !now.isBefore(key.publishedAt().plus(SOURCES_AGREE_WITHIN))) {
            due.add(new Step.Prune(key.keyId(), "it was withdrawn before it signed"));
          }
        }
        case PREVIOUS -> {
          if (isOver(key)) {
            due.add(new Step.Prune(key.keyId(), "the last token that it signed has expired"));
          }
        }
        case CURRENT, REVOKED -> {}
      }
    }
  }

  private boolean isOver(SigningKeyPublished key) {
    SigningCertificate certificate = SigningCertificate.parse(key.certificate());
    if (now.isAfter(certificate.notAfter())) {
      return true;
    }
    SigningCertificate kept = situation.previous();
    return !now.isBefore(situation.schedule().pruneAt(key.publishedAt()))
        && (kept == null || !kept.x5t().equals(key.keyId()));
  }

  private boolean isOffered(String keyId) {
    return situation.held().stream()
        .anyMatch(key -> key.id().equals(keyId) && key.place() != Place.REMEMBERED);
  }

  private SigningKeyPublished record(SigningCertificate certificate, Phase phase) {
    return new SigningKeyPublished(
        certificate.x5t(), certificate.base64(), phase, now, phase == Phase.CURRENT ? now : null);
  }

  private static String how(Collection<PartnerStanding> standings) {
    return standings.isEmpty()
        ? "there is none"
        : standings.stream()
            .map(it -> it.partner() + " (" + it.evidence() + ")")
            .collect(Collectors.joining(", "));
  }
}
