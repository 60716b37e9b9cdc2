package dev.concordat.token.rollover;

import dev.concordat.contracts.Topic;
import dev.concordat.contracts.events.DocumentRead;
import dev.concordat.messaging.CompactedView;
import dev.concordat.messaging.Views;
import dev.concordat.token.OurIdentity;
import dev.concordat.token.keys.ActiveKeyRing;
import dev.concordat.token.keys.AnnouncedKeys;
import dev.concordat.token.keys.HeldKey;
import dev.concordat.token.keys.KeySchedule;
import dev.concordat.token.partners.Partners;
import dev.concordat.token.signing.TokenConfig;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.Map;

/** Gathers what this replica knows of keys, partners and rehearsals at a moment. */
@Singleton
public class Outlook {

  private final ActiveKeyRing keys;
  private final AnnouncedKeys announced;
  private final Partners partners;
  private final CompactedView<DocumentRead> reads;
  private final Rehearsals rehearsals;
  private final Refresh refresh;
  private final KeySchedule schedule;
  private final RolloverConfig settings;
  private final InstantSource clock;

  @Inject
  Outlook(
      ActiveKeyRing keys,
      AnnouncedKeys announced,
      Partners partners,
      Views views,
      Rehearsals rehearsals,
      OurIdentity ours,
      TokenConfig tokens,
      RolloverConfig settings,
      InstantSource clock) {
    this.keys = keys;
    this.announced = announced;
    this.partners = partners;
    this.reads = views.open(Topic.DOCUMENT_READS, DocumentRead.class);
    this.rehearsals = rehearsals;
    this.refresh = new Refresh(ours.name().applicationIdentifier());
    this.schedule = new KeySchedule(tokens.effectiveLifetime());
    this.settings = settings;
    this.clock = clock;
  }

  /** Whether all that there was at the start has been read. */
  boolean known() {
    return announced.known() && partners.known() && reads.hasCaughtUp();
  }

  Situation now() {
    var slots = keys.slots();
    return new Situation(
        keys.held(),
        keys.previous().orElse(null),
        keys.nextNotBefore().orElse(null),
        announced.all(),
        partners.all(),
        reads.snapshot(),
        slots.successor().map(HeldKey::id).map(rehearsals::of).orElse(Map.of()),
        refresh,
        schedule,
        settings,
        clock.instant());
  }
}
