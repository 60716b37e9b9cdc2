package dev.concordat.probe.page;

import dev.concordat.contracts.Problem;
import dev.concordat.contracts.events.CertificateSummary;
import dev.concordat.contracts.events.MetadataRefreshed;
import dev.concordat.contracts.events.PartnerRegistered;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A partner on the page.
 *
 * @param metadata what was last read of it; absent where nothing was
 * @param failedBy the code of the diagnosis that most of its targets share, where it has failed
 * @param counts how many of its targets are in which state
 * @param mosaic the same at a glance
 * @param now when this was looked at
 */
record PartnerRow(
    PartnerRegistered partner,
    @Nullable MetadataRefreshed metadata,
    @Nullable String failedBy,
    Map<TargetState, Integer> counts,
    Mosaic mosaic,
    Instant now) {

  public String name() {
    return partner.name();
  }

  /** The list with its targets only. */
  public String link() {
    return "/?partner=" + URLEncoder.encode(name(), StandardCharsets.UTF_8);
  }

  public String kind() {
    return Words.of(partner.kind());
  }

  public boolean enabled() {
    return partner.enabled();
  }

  public int targets() {
    return counts.values().stream().mapToInt(it -> it).sum();
  }

  public int passing() {
    return counts.getOrDefault(TargetState.PASSING, 0);
  }

  /** The worst state of its targets; passing where it has none. */
  public TargetState worst() {
    return counts.entrySet().stream()
        .filter(it -> it.getValue() > 0)
        .map(Map.Entry::getKey)
        .min(Comparator.naturalOrder())
        .orElse(TargetState.PASSING);
  }

  /** Its targets in words. */
  public String words() {
    return targets() == 0
        ? "no mailbox probed"
        : "%d of %s passing".formatted(passing(), Words.count(targets(), "target", "targets"));
  }

  /** What is to be said of it as a whole, and not of one target or another. */
  public List<Note> notes() {
    var notes = new ArrayList<Note>();
    if (failedBy != null) {
      notes.add(
          new Note(
              "bad", "fails as a whole: " + failedBy, "Most of its targets fail for one reason."));
    }
    if (counts.getOrDefault(TargetState.MAINTAINED, 0) > 0) {
      notes.add(
          new Note(
              "quiet", "under maintenance", "It is not probed by schedule until the window ends."));
    }
    return List.copyOf(notes);
  }

  /** How its metadata document is. */
  public Note document() {
    MetadataRefreshed read = metadata;
    if (!partner.enabled()) {
      return new Note("quiet", "disabled", "No token is issued for it, and it is not probed.");
    }
    if (read == null) {
      return new Note("quiet", "no document", "Nothing has been read of it.");
    }
    String when = "read " + Words.ago(read.fetchedAt(), now);
    String why = Optional.ofNullable(read.problem()).map(Problem::detail).orElse(when);
    return switch (read.outcome()) {
      case UNCHANGED, CHANGED -> new Note("good", "document " + when, when);
      case CONFLICT -> new Note("bad", "document in conflict", why);
      case UNREACHABLE ->
          new Note(read.document() == null ? "bad" : "warn", "document unreachable", why);
      case INVALID -> new Note(read.document() == null ? "bad" : "warn", "document invalid", why);
    };
  }

  /** Its signing certificates, the one that ends first in front. */
  public List<Certificate> certificates() {
    return metadata == null
        ? List.of()
        : metadata.certificates().stream()
            .sorted(Comparator.comparing(CertificateSummary::notAfter))
            .map(it -> Certificate.of(it, now))
            .toList();
  }

  /**
   * Something short with a tone.
   *
   * @param tone {@code good}, {@code warn}, {@code bad} or {@code quiet}
   * @param words what it says
   * @param detail more of it
   */
  record Note(String tone, String words, String detail) {}

  /**
   * How long a certificate still holds.
   *
   * @param days whole days left; negative when it has ended
   */
  record Certificate(String thumbprint, String tone, long days, String words, String until) {

    private static final int SOON = 30;
    private static final int VERY_SOON = 7;

    static Certificate of(CertificateSummary it, Instant now) {
      return of(it.thumbprint(), it.notBefore(), it.notAfter(), now);
    }

    static Certificate of(String thumbprint, Instant notBefore, Instant notAfter, Instant now) {
      long days = Duration.between(now, notAfter).toDays();
      boolean ended = !notAfter.isAfter(now);
      boolean early = notBefore.isAfter(now);
      return new Certificate(
          thumbprint,
          ended || days < VERY_SOON ? "bad" : days < SOON || early ? "warn" : "good",
          days,
          ended
              ? "ended"
              : early
                  ? "not valid yet"
                  : days == 0
                      ? "ends in " + Duration.between(now, notAfter).toHours() + " h"
                      : Words.count(days, "day", "days"),
          Words.time(notAfter));
    }
  }
}
