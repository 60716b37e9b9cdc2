package dev.concordat.probe.running;

import dev.concordat.contracts.events.MetadataRefreshed;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.SigningKeyPublished;
import dev.concordat.contracts.names.SipAddress;
import dev.concordat.messaging.CompactedView;
import java.util.Map;
import java.util.Optional;

/**
 * What is known of whom is probed: the registered partners, what was read of them, and our own
 * keys.
 *
 * @param partners by name
 * @param metadata by partner name
 * @param signingKeys by key id
 */
public record Targets(
    CompactedView<PartnerRegistered> partners,
    CompactedView<MetadataRefreshed> metadata,
    CompactedView<SigningKeyPublished> signingKeys) {

  /** A partner's registration. */
  public Optional<PartnerRegistered> partner(String name) {
    return partners.get(name);
  }

  /** Whether a partner's settings say that this mailbox is probed by schedule. */
  public boolean isScheduled(String partner, String sipAddress) {
    return partners
        .get(partner)
        .filter(PartnerRegistered::enabled)
        .map(PartnerRegistered::probe)
        .filter(
            settings ->
                settings.sipAddresses().stream()
                    .flatMap(it -> SipAddress.tryParse(it).stream())
                    .anyMatch(it -> it.uri().equals(sipAddress)))
        .isPresent();
  }

  /** Our signing keys, by key id. */
  Map<String, SigningKeyPublished> keys() {
    return signingKeys.snapshot();
  }

  /** Whether all of it was read once; from then on it serves, whatever happens to Kafka. */
  public boolean known() {
    return partners.hasCaughtUp() && metadata.hasCaughtUp() && signingKeys.hasCaughtUp();
  }
}
