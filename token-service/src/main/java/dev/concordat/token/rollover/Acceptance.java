package dev.concordat.token.rollover;

import dev.concordat.contracts.events.Diagnosis;
import dev.concordat.contracts.events.DocumentRead;
import dev.concordat.contracts.events.KeyRollover;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.ProbeCompleted;
import dev.concordat.contracts.events.ProbeKind;
import dev.concordat.contracts.events.ProbeSettings;
import dev.concordat.contracts.events.SigningKeyPublished;
import dev.concordat.token.rollover.PartnerStanding.Evidence;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which partners accept a key, and of the others why not: a pure function.
 *
 * <p>A partner with a mailbox to probe accepts a key when a probe passed whose tokens the key had
 * signed; that it read our document is not enough, since one server of a farm may have read for
 * all. A partner without one accepts it when it read our document with the key in it. Partners that
 * are disabled, and workloads of ours that only get tokens, are not asked.
 */
final class Acceptance {

  /** A mailbox to rehearse with. */
  record Stage(String sipAddress, ProbeKind kind) {}

  private Acceptance() {}

  static List<PartnerStanding> of(
      SigningKeyPublished key,
      Collection<PartnerRegistered> partners,
      Map<String, DocumentRead> reads,
      Map<String, Rehearsal> rehearsals,
      Refresh refresh,
      Duration patience,
      Instant now) {
    return partners.stream()
        .filter(Acceptance::counts)
        .sorted(Comparator.comparing(PartnerRegistered::name))
        .map(
            partner ->
                standing(
                    key,
                    partner,
                    reads.get(partner.name()),
                    rehearsals.getOrDefault(partner.name(), Rehearsal.NONE),
                    refresh,
                    patience,
                    now))
        .toList();
  }

  /** The mailbox that the key is rehearsed with at a partner: its first, by its first kind. */
  static Optional<Stage> stage(PartnerRegistered partner) {
    ProbeSettings probe = partner.probe();
    if (probe == null || probe.sipAddresses().isEmpty()) {
      return Optional.empty();
    }
    List<ProbeKind> kinds = probe.kinds();
    return Optional.of(
        new Stage(
            probe.sipAddresses().getFirst(),
            kinds == null || kinds.isEmpty() ? ProbeKind.CONVERSATION_HISTORY : kinds.getFirst()));
  }

  /** Whether a partner checks tokens of ours: one that is trusted, and enabled. */
  private static boolean counts(PartnerRegistered partner) {
    return partner.enabled() && partner.trust() != null;
  }

  private static PartnerStanding standing(
      SigningKeyPublished key,
      PartnerRegistered partner,
      @Nullable DocumentRead read,
      Rehearsal rehearsal,
      Refresh refresh,
      Duration patience,
      Instant now) {
    KeyRollover rollover = key.rollover();
    if (rollover != null) {
      for (KeyRollover.Rehearsed rehearsed : rollover.rehearsed()) {
        if (rehearsed.partner().equals(partner.name())) {
          return PartnerStanding.accepted(
              partner.name(), partner.kind(), Evidence.REHEARSAL, rehearsed.at());
        }
      }
    }
    boolean hasRead = read != null && read.keyIds().contains(key.keyId());
    if (stage(partner).isEmpty() && read != null && hasRead) {
      return PartnerStanding.accepted(
          partner.name(), partner.kind(), Evidence.DOCUMENT_READ, read.readAt());
    }
    if (rollover != null
        && (rollover.forced().contains(partner.name())
            || rollover.forced().contains(KeyRollover.EVERY_PARTNER))) {
      return PartnerStanding.accepted(
          partner.name(), partner.kind(), Evidence.FORCED, rollover.askedAt());
    }
    return stage(partner).isEmpty()
        ? unread(key, partner, read, refresh)
        : unrehearsed(key, partner, read, rehearsal, refresh, patience, now);
  }

  private static PartnerStanding unread(
      SigningKeyPublished key,
      PartnerRegistered partner,
      @Nullable DocumentRead read,
      Refresh refresh) {
    return waited(
        partner,
        false,
        "%s, and it has no mailbox to rehearse with."
            .formatted(readings(key, partner.name(), read)),
        refresh.at(partner));
  }

  private static PartnerStanding unrehearsed(
      SigningKeyPublished key,
      PartnerRegistered partner,
      @Nullable DocumentRead read,
      Rehearsal rehearsal,
      Refresh refresh,
      Duration patience,
      Instant now) {
    KeyRollover rollover = key.rollover();
    Instant asked = rollover == null ? null : rollover.askedAt();
    ProbeCompleted result = rehearsal.result();
    if (asked != null && !rehearsal.endedSince(asked)) {
      boolean pending = now.isBefore(asked.plus(patience));
      if (pending || result == null || rehearsal.passed()) {
        return waited(
            partner,
            pending,
            pending
                ? "A probe with a token that the next key signed is on its way."
                : "No probe has answered. Does the probe-service run? %s."
                    .formatted(readings(key, partner.name(), read)),
            refresh.at(partner));
      }
    }
    if (result == null) {
      return waited(
          partner, false, "No rollover has asked for a rehearsal yet.", refresh.at(partner));
    }
    if (rehearsal.passed()) {
      // Its acceptance counts once it is on the topic, for every replica alike.
      return waited(
          partner,
          true,
          "A probe with a token that the next key signed passed; it is being noted.",
          refresh.at(partner));
    }
    Diagnosis diagnosis = result.diagnosis();
    return waited(
        partner,
        false,
        "A probe of %s with a token that the next key signed failed: %s %s."
            .formatted(
                result.sipAddress(),
                diagnosis == null ? "no cause was given." : diagnosis.summary(),
                readings(key, partner.name(), read)),
        refresh.after(diagnosis, partner));
  }

  private static String readings(
      SigningKeyPublished key, String partner, @Nullable DocumentRead read) {
    if (read == null) {
      return "'%s' was not seen reading our document".formatted(partner);
    }
    return read.keyIds().contains(key.keyId())
        ? "'%s' read our document with the key at %s".formatted(partner, read.readAt())
        : "'%s' read our document last at %s, without the key".formatted(partner, read.readAt());
  }

  private static PartnerStanding waited(
      PartnerRegistered partner, boolean pending, String why, List<Diagnosis.Remedy> remedies) {
    return new PartnerStanding(
        partner.name(), partner.kind(), false, null, null, pending, why, remedies);
  }
}
