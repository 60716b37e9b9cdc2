package dev.concordat.probe.running;

import dev.concordat.contracts.events.MetadataRefreshed;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.ProbeKind;
import dev.concordat.contracts.events.ProbeSettings;
import dev.concordat.contracts.events.SigningKeyPublished;
import dev.concordat.contracts.names.SipAddress;
import dev.concordat.messaging.CompactedView;
import dev.concordat.probe.results.RecentResults;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

  /** Every target that is probed by schedule, with the settings that want it. */
  public Map<RecentResults.Target, ProbeSettings> scheduled() {
    var scheduled = new HashMap<RecentResults.Target, ProbeSettings>();
    partners.forEach(
        (name, partner) -> {
          ProbeSettings settings = partner.probe();
          if (!partner.enabled() || settings == null) {
            return;
          }
          List<ProbeKind> kinds =
              Objects.requireNonNullElse(settings.kinds(), List.of(ProbeKind.CONVERSATION_HISTORY));
          for (String address : settings.sipAddresses()) {
            SipAddress.tryParse(address)
                .ifPresent(
                    mailbox ->
                        kinds.forEach(
                            kind ->
                                scheduled.put(
                                    new RecentResults.Target(name, mailbox.uri(), kind),
                                    settings)));
          }
        });
    return scheduled;
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
