package dev.concordat.token.rollover;

import dev.concordat.contracts.events.DocumentRead;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.SigningKeyPublished;
import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.token.keys.HeldKey;
import dev.concordat.token.keys.KeySchedule;
import dev.concordat.token.keys.KeySlots;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is known when it is decided what is due.
 *
 * @param held the keys that this process can sign with
 * @param previous the certificate that their source has in the place of the previous one
 * @param nextNotBefore before which the next key signs nothing, as the source says
 * @param announced what the signing-keys topic says of each key id
 * @param partners the partner applications
 * @param reads who read our document last, by partner
 * @param rehearsals how rehearsals of the next key went, by partner
 * @param refresh what makes partners read our document
 * @param schedule when what is due in the life of a key
 * @param settings how a rollover is to go
 * @param now the time
 */
record Situation(
    List<HeldKey> held,
    @Nullable SigningCertificate previous,
    @Nullable Instant nextNotBefore,
    Map<String, SigningKeyPublished> announced,
    Collection<PartnerRegistered> partners,
    Map<String, DocumentRead> reads,
    Map<String, Rehearsal> rehearsals,
    Refresh refresh,
    KeySchedule schedule,
    RolloverConfig settings,
    Instant now) {

  KeySlots slots() {
    return new KeySlots(held, announced, now);
  }

  /** The record of the key that is to follow, once it is published. */
  Optional<SigningKeyPublished> next() {
    return slots().successor().map(key -> announced.get(key.id()));
  }

  /** How far each partner is with a key. */
  List<PartnerStanding> standings(SigningKeyPublished key) {
    return Acceptance.of(
        key, partners, reads, rehearsals, refresh, settings.rehearsalPatience(), now);
  }
}
