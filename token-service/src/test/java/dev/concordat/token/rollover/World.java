package dev.concordat.token.rollover;

import dev.concordat.contracts.events.Diagnosis;
import dev.concordat.contracts.events.DocumentRead;
import dev.concordat.contracts.events.KeyRollover;
import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.ProbeCompleted;
import dev.concordat.contracts.events.ProbeKind;
import dev.concordat.contracts.events.ProbeSettings;
import dev.concordat.contracts.events.ProbeTrigger;
import dev.concordat.contracts.events.SigningKeyPublished;
import dev.concordat.contracts.events.SigningKeyPublished.Phase;
import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.token.Registrations;
import dev.concordat.token.TestKeys;
import dev.concordat.token.keys.HeldKey;
import dev.concordat.token.keys.HeldKey.Place;
import dev.concordat.token.keys.KeySchedule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Keys, partners and a clock; takes the steps that are due, as the replica on duty does. */
final class World {

  static final Instant BEGIN = Instant.parse("2026-06-01T00:00:00Z");
  static final SigningCertificate OLD = certificate(-300, 65);
  static final SigningCertificate NEW = certificate(-1, 364);
  static final SigningCertificate NEWER = certificate(-1, 500);

  record Settings(boolean automatic, Duration rehearsalInterval, Duration rehearsalPatience)
      implements RolloverConfig {}

  Instant now = BEGIN;
  boolean automatic;
  @Nullable Instant nextNotBefore;
  @Nullable SigningCertificate previous;
  List<HeldKey> held = List.of();
  final Map<String, SigningKeyPublished> announced = new HashMap<>();
  final Map<String, PartnerRegistered> partners = new HashMap<>();
  final Map<String, DocumentRead> reads = new HashMap<>();
  final Map<String, Rehearsal> rehearsals = new HashMap<>();
  final List<String> asked = new ArrayList<>();

  void holds(HeldKey... keys) {
    held = Arrays.asList(keys);
  }

  static HeldKey current(SigningCertificate certificate) {
    return new HeldKey(certificate, Place.CURRENT);
  }

  static HeldKey next(SigningCertificate certificate) {
    return new HeldKey(certificate, Place.NEXT);
  }

  static HeldKey remembered(SigningCertificate certificate) {
    return new HeldKey(certificate, Place.REMEMBERED);
  }

  Situation situation() {
    return new Situation(
        held,
        previous,
        nextNotBefore,
        announced,
        partners.values(),
        reads,
        rehearsals,
        new Refresh("5d2a1b7e-3c4f-4e8a-9b6d-c0c0da700001"),
        new KeySchedule(Duration.ofHours(8)),
        new Settings(automatic, Duration.ofMinutes(15), Duration.ofMinutes(2)),
        now);
  }

  /** Takes what is due until nothing is. */
  void settle() {
    for (int round = 0; round < 20; round++) {
      List<Step> due = RolloverRules.due(situation());
      if (due.isEmpty()) {
        return;
      }
      due.forEach(this::take);
    }
    throw new AssertionError("there is always something due: " + RolloverRules.due(situation()));
  }

  private void take(Step step) {
    switch (step) {
      case Step.Announce(var key, _) -> announced.put(key.keyId(), key);
      case Step.Prune(var keyId, _) -> announced.remove(keyId);
      case Step.Rehearse(var request) -> {
        asked.add(request.partner());
        Rehearsal before = rehearsals.getOrDefault(request.partner(), Rehearsal.NONE);
        rehearsals.put(request.partner(), new Rehearsal(now, before.result(), before.endedAt()));
      }
    }
  }

  void passes(Duration time) {
    now = now.plus(time);
    settle();
  }

  Phase phase(SigningCertificate key) {
    return announced.get(key.x5t()).phase();
  }

  /** As an admin wants it. */
  void rollOver(String... force) {
    SigningKeyPublished next = situation().next().orElseThrow();
    KeyRollover before = next.rollover();
    announced.put(
        next.keyId(),
        next.with(
            new KeyRollover(
                before == null ? now : before.startedAt(),
                "ann",
                now,
                null,
                List.of(force),
                before == null ? List.of() : before.rehearsed(),
                null)));
    settle();
  }

  void aborted() {
    SigningKeyPublished next = situation().next().orElseThrow();
    KeyRollover before = next.rollover();
    if (before == null) {
      throw new AssertionError("nothing to abort");
    }
    announced.put(
        next.keyId(),
        next.with(
            new KeyRollover(
                before.startedAt(),
                before.startedBy(),
                before.askedAt(),
                before.notBefore(),
                before.forced(),
                before.rehearsed(),
                now)));
    settle();
  }

  /** An Exchange with a mailbox to rehearse with. */
  PartnerRegistered exchange(String name) {
    return register(
        Registrations.exchange(name),
        new ProbeSettings(List.of("sip:kenmyer@litwareinc.com"), null, null, null));
  }

  /** A SharePoint, which has no mailbox. */
  PartnerRegistered sharepoint(String name) {
    return register(
        Registrations.partner(
            name,
            PartnerKind.SHAREPOINT,
            "00000003-0000-0ff1-ce00-000000000000",
            null,
            Registrations.exchange(name).trust()),
        null);
  }

  PartnerRegistered register(PartnerRegistered partner, @Nullable ProbeSettings probe) {
    var it = partner.application();
    var with =
        PartnerRegistered.of(
            new dev.concordat.contracts.events.PartnerApplication(
                it.name(),
                it.kind(),
                it.applicationIdentifier(),
                it.realm(),
                it.trustLevel(),
                it.enabled(),
                it.trust(),
                it.mayRequest(),
                it.clientAuth(),
                probe),
            null,
            1,
            now,
            "a test");
    partners.put(with.name(), with);
    return with;
  }

  void read(String partner, SigningCertificate... keys) {
    reads.put(
        partner,
        new DocumentRead(
            partner,
            "\"abc\"",
            Arrays.stream(keys).map(SigningCertificate::x5t).toList(),
            now,
            DocumentRead.Recognition.ADDRESS));
    settle();
  }

  void rehearsed(String partner, SigningCertificate key, boolean passed) {
    probed(partner, key, passed);
    settle();
  }

  /** A rehearsal has ended, and nobody has acted upon it yet. */
  void probed(String partner, SigningCertificate key, boolean passed) {
    Rehearsal before = rehearsals.getOrDefault(partner, Rehearsal.NONE);
    rehearsals.put(
        partner,
        new Rehearsal(
            before.askedAt(),
            new ProbeCompleted(
                "probe-" + partner,
                partner,
                "sip:kenmyer@litwareinc.com",
                ProbeKind.CONVERSATION_HISTORY,
                passed ? ProbeCompleted.Outcome.PASSED : ProbeCompleted.Outcome.FAILED,
                now,
                1,
                List.of(),
                passed
                    ? null
                    : new Diagnosis(
                        "signature-refused",
                        "It holds an old key of ours.",
                        Diagnosis.Confidence.PROVED,
                        List.of(),
                        List.of()),
                key.x5t(),
                ProbeCompleted.TokenSource.FRESH,
                true,
                ProbeTrigger.REHEARSAL,
                "a test"),
            now));
  }

  private static SigningCertificate certificate(long fromDay, long toDay) {
    return TestKeys.rsa(
            2048, BEGIN.plus(Duration.ofDays(fromDay)), BEGIN.plus(Duration.ofDays(toDay)))
        .certificate();
  }
}
