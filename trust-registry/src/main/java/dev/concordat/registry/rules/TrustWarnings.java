package dev.concordat.registry.rules;

import dev.concordat.contracts.events.CertificateSummary;
import dev.concordat.contracts.events.PartnerApplication;
import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.contracts.events.Trust;
import dev.concordat.contracts.metadata.MalformedCertificate;
import dev.concordat.contracts.metadata.SigningCertificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is allowed, and yet somebody should know it. */
public final class TrustWarnings {

  /** The vendor's certificate monitor warns as early (setup.md 8). */
  private static final Duration SOON = Duration.ofDays(60);

  private TrustWarnings() {}

  /** What certificates that were given by hand say. */
  public static List<CertificateSummary> certificates(@Nullable Trust trust) {
    if (!(trust instanceof Trust.ByCertificates(List<String> certificates))) {
      return List.of();
    }
    return certificates.stream().flatMap(it -> summary(it).stream()).toList();
  }

  /** The rules let in none that can't be read; one that another hand wrote has nothing to show. */
  private static Optional<CertificateSummary> summary(String certificate) {
    try {
      return Optional.of(SigningCertificate.parse(certificate).summary());
    } catch (MalformedCertificate e) {
      return Optional.empty();
    }
  }

  /** Sentences about a partner application. */
  public static List<String> of(PartnerApplication partner, Instant now) {
    var warnings = new ArrayList<String>();
    if (partner.trust() instanceof Trust.ByMetadata metadata
        && Boolean.TRUE.equals(metadata.allowHttp())) {
      warnings.add(
          "Its metadata may be read over plain http: whoever sits in between can make itself this"
              + " partner.");
    }
    for (CertificateSummary certificate : certificates(partner.trust())) {
      if (now.isBefore(certificate.notBefore())) {
        warnings.add(
            "The certificate %s is not valid before %s."
                .formatted(certificate.thumbprint(), certificate.notBefore()));
      } else if (!now.isBefore(certificate.notAfter())) {
        warnings.add(
            "The certificate %s ended at %s: tokens signed with its key are refused."
                .formatted(certificate.thumbprint(), certificate.notAfter()));
      } else if (now.plus(SOON).isAfter(certificate.notAfter())) {
        warnings.add(
            "The certificate %s ends in %d days, at %s."
                .formatted(
                    certificate.thumbprint(),
                    Duration.between(now, certificate.notAfter()).toDays(),
                    certificate.notAfter()));
      }
    }
    if (partner.trust() instanceof Trust.ByCertificates) {
      warnings.add(
          "Its certificates were given by hand: when it rolls its key over, the new certificate must"
              + " be given here.");
    }
    if (partner.kind() == PartnerKind.TOKEN_SERVER && !partner.enabled()) {
      warnings.add("It is disabled: partners that it vouches for can't prove themselves.");
    }
    return warnings;
  }
}
