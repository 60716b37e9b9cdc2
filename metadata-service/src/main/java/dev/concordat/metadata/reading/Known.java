package dev.concordat.metadata.reading;

import dev.concordat.contracts.events.CertificateSummary;
import dev.concordat.contracts.events.MetadataRefreshed;
import dev.concordat.contracts.metadata.AuthMetadataDocument;
import dev.concordat.contracts.metadata.SigningCertificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A document with what its certificates say, read once: they cost more than all else about it.
 *
 * @param certificates in the document's order
 */
record Known(AuthMetadataDocument document, List<CertificateSummary> certificates) {

  Known {
    certificates = List.copyOf(certificates);
  }

  static Known of(AuthMetadataDocument document) {
    return new Known(
        document,
        document.keys().stream()
            .flatMap(key -> SigningCertificate.tryParse(key.certificate()).stream())
            .map(SigningCertificate::summary)
            .toList());
  }

  /** The document in use, as the last reading announced it. */
  static Optional<Known> of(Optional<MetadataRefreshed> reading) {
    return reading.flatMap(
        it ->
            Optional.ofNullable(it.document())
                .map(document -> new Known(document, it.certificates())));
  }

  /** This document; what is known of its certificates already if it is the same as before. */
  static Known of(AuthMetadataDocument document, @Nullable Known before) {
    return before != null && before.document.equals(document) ? before : of(document);
  }

  /** When the certificate that lasts longest ends. */
  Optional<Instant> end() {
    return certificates.stream().map(CertificateSummary::notAfter).max(Instant::compareTo);
  }
}
