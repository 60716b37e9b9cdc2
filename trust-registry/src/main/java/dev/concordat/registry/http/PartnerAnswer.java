package dev.concordat.registry.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.concordat.contracts.events.CertificateSummary;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.registry.rules.TrustWarnings;
import java.time.Instant;
import java.util.List;

/**
 * A partner application as it is shown.
 *
 * @param partner its state
 * @param certificates what the certificates say that were given by hand; those of a metadata
 *     document are the metadata-service's to tell
 * @param warnings what will stop working, or is weaker than it need be
 */
record PartnerAnswer(
    @JsonUnwrapped PartnerRegistered partner,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<CertificateSummary> certificates,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> warnings) {

  static PartnerAnswer of(PartnerRegistered partner, Instant now) {
    return new PartnerAnswer(
        partner,
        TrustWarnings.certificates(partner.trust()),
        TrustWarnings.of(partner.application(), now));
  }
}
