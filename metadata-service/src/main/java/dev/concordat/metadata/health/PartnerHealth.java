package dev.concordat.metadata.health;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.concordat.contracts.Problem;
import dev.concordat.contracts.events.CertificateSummary;
import dev.concordat.contracts.events.MetadataRefreshed;
import dev.concordat.contracts.events.MetadataRefreshed.Outcome;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.Trust;
import dev.concordat.contracts.metadata.Reading;
import dev.concordat.contracts.metadata.SigningCertificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a partner's trust is now, and what is going to break it: a pure function of what is
 * registered, what was read last, and the time.
 *
 * @param status in one word
 * @param warnings what to see to, the most urgent first
 * @param certificates those that its tokens are checked against
 * @param certificateEnds when the one that lasts longest ends
 */
public record PartnerHealth(
    Status status,
    List<Warning> warnings,
    List<CertificateSummary> certificates,
    @Nullable Instant certificateEnds) {

  public PartnerHealth {
    warnings = List.copyOf(warnings);
    certificates = List.copyOf(certificates);
  }

  /** From good to bad. */
  public enum Status {
    @JsonProperty("healthy")
    HEALTHY,
    /** It is registered and disabled: nothing of it is accepted or read. */
    @JsonProperty("disabled")
    DISABLED,
    /** It was not read yet. */
    @JsonProperty("pending")
    PENDING,
    /** It works, and a certificate ends soon. */
    @JsonProperty("expiring")
    EXPIRING,
    /** It works, with an older document: the last readings gave none. */
    @JsonProperty("stale")
    STALE,
    /** It works, with an older document: the one that is there now has another identity. */
    @JsonProperty("conflict")
    CONFLICT,
    /** Nothing that it signs is accepted. */
    @JsonProperty("broken")
    BROKEN
  }

  /**
   * One thing to see to.
   *
   * @param code for machines
   * @param detail for the person who must act
   */
  public record Warning(String code, String detail) {}

  /**
   * From when on something is worth a warning.
   *
   * @param certificate before the end of the last signing certificate
   * @param tls before the end of a TLS certificate
   * @param unreachable after which readings that fail are no blip
   */
  public record Thresholds(Duration certificate, Duration tls, Duration unreachable) {}

  /** How a partner is. */
  public static PartnerHealth of(
      PartnerRegistered partner,
      Optional<MetadataRefreshed> reading,
      Thresholds thresholds,
      Instant now) {
    List<CertificateSummary> certificates = certificates(partner, reading);
    Instant end =
        certificates.stream()
            .map(CertificateSummary::notAfter)
            .max(Instant::compareTo)
            .orElse(null);
    if (!partner.enabled()) {
      return new PartnerHealth(Status.DISABLED, List.of(), certificates, end);
    }
    if (partner.trust() instanceof Trust.ByMetadata && reading.isEmpty()) {
      return new PartnerHealth(Status.PENDING, List.of(), certificates, end);
    }
    var found = new Finding();
    boolean checked =
        partner.trust() instanceof Trust.ByMetadata
            || partner.trust() instanceof Trust.ByCertificates;
    if (checked) {
      certificates(found, partner.name(), certificates, end, thresholds, now);
    }
    reading.ifPresent(it -> reading(found, it, thresholds, now));
    return new PartnerHealth(found.status, found.warnings, certificates, end);
  }

  /** Whole days from now until then; negative when it is over. */
  public static long daysUntil(Instant end, Instant now) {
    return Math.floorDiv(Duration.between(now, end).toSeconds(), 86_400);
  }

  private static List<CertificateSummary> certificates(
      PartnerRegistered partner, Optional<MetadataRefreshed> reading) {
    return partner.trust() instanceof Trust.ByCertificates(var given)
        ? given.stream()
            .flatMap(it -> SigningCertificate.tryParse(it).stream())
            .map(SigningCertificate::summary)
            .toList()
        : reading.map(MetadataRefreshed::certificates).orElse(List.of());
  }

  private static void certificates(
      Finding found,
      String partner,
      List<CertificateSummary> certificates,
      @Nullable Instant end,
      Thresholds thresholds,
      Instant now) {
    if (certificates.stream().noneMatch(it -> validAt(it, now))) {
      found.add(
          Status.BROKEN,
          "no-valid-certificate",
          certificates.isEmpty()
              ? "No document of %s was ever used, so nothing that it signs is accepted."
                  .formatted(partner)
              : "No certificate of %s is valid now, so nothing that it signs is accepted."
                  .formatted(partner));
    } else if (end != null && end.isBefore(now.plus(thresholds.certificate()))) {
      found.add(
          Status.EXPIRING,
          "certificate-ends",
          ("The last certificate of %s ends in %d days, on %s. Its next one must be published there"
                  + " before.")
              .formatted(partner, daysUntil(end, now), end));
    }
  }

  private static void reading(
      Finding found, MetadataRefreshed reading, Thresholds thresholds, Instant now) {
    Problem problem = reading.problem();
    String detail = problem == null ? null : problem.detail();
    if (reading.outcome() == Outcome.CONFLICT) {
      found.add(Status.CONFLICT, "identity-conflict", detail == null ? "" : detail);
    }
    Instant failing = reading.failingSince();
    if (failing != null) {
      boolean inUse = reading.document() != null;
      boolean isLong = failing.isBefore(now.minus(thresholds.unreachable()));
      found.add(
          inUse ? Status.STALE : Status.BROKEN,
          isLong ? "unreachable-for-long" : "unreachable",
          "Its document can't be had since %s. %s"
              .formatted(failing, detail == null ? "" : detail)
              .strip());
    }
    Instant tls = reading.tlsCertificateEnds();
    if (tls != null && tls.isBefore(now.plus(thresholds.tls()))) {
      found.add(
          Status.EXPIRING,
          "tls-certificate-ends",
          ("The TLS certificate of its server ends in %d days, on %s; after that its document can't"
                  + " be read.")
              .formatted(daysUntil(tls, now), tls));
    }
    List<String> odd = reading.warnings();
    if (odd != null) {
      odd.forEach(code -> found.add(Status.HEALTHY, code, sentence(code)));
    }
  }

  private static String sentence(String code) {
    return switch (code) {
      case Reading.WEAK_KEY ->
          "A signing key has fewer than 2048 bits; it is accepted, and should be replaced.";
      case Reading.X5T_MISMATCH ->
          "A key is named by the thumbprint of another certificate; the computed one is used.";
      case Reading.KEY_SKIPPED -> "A signing key can't be used and is left out.";
      case Reading.ENDPOINT_SKIPPED -> "An endpoint has no location and is left out.";
      case Reading.ANY_REALM -> "Its realm is *; the registered realm is used.";
      default -> code;
    };
  }

  private static boolean validAt(CertificateSummary certificate, Instant moment) {
    return !moment.isBefore(certificate.notBefore()) && !moment.isAfter(certificate.notAfter());
  }

  /** What was found so far; the worst status stands. */
  private static final class Finding {
    private final List<Warning> warnings = new ArrayList<>();
    private Status status = Status.HEALTHY;

    void add(Status worse, String code, String detail) {
      warnings.add(new Warning(code, detail));
      if (worse.compareTo(status) > 0) {
        status = worse;
      }
    }
  }
}
