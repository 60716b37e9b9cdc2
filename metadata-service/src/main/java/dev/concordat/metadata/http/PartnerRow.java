package dev.concordat.metadata.http;

import dev.concordat.contracts.Problem;
import dev.concordat.contracts.events.CertificateSummary;
import dev.concordat.contracts.events.DocumentRead;
import dev.concordat.contracts.events.MetadataRefreshed;
import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.metadata.health.PartnerHealth;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A partner in the table of all: everything but the document itself.
 *
 * @param origin where its certificates come from: {@code metadata}, {@code certificates} given by
 *     hand, a {@code token-server}, or {@code none}
 * @param issuer the identity in its document, or the registered one
 * @param health in one word
 * @param warnings what to see to
 * @param outcome how the last reading went
 * @param certificateDays whole days until its last signing certificate ends
 * @param tlsDays whole days until the TLS certificate of its server ends
 * @param readsOurs what it last read of ours; absent where no reader was told to be it
 */
public record PartnerRow(
    String name,
    PartnerKind kind,
    String origin,
    @Nullable String issuer,
    PartnerHealth.Status health,
    List<PartnerHealth.Warning> warnings,
    MetadataRefreshed.@Nullable Outcome outcome,
    @Nullable Instant fetchedAt,
    @Nullable Instant nextRefreshAt,
    @Nullable Instant failingSince,
    List<CertificateSummary> certificates,
    @Nullable Long certificateDays,
    @Nullable Instant tlsCertificateEnds,
    @Nullable Long tlsDays,
    @Nullable ReadOfOurs readsOurs,
    @Nullable Problem problem) {

  /**
   * What a partner last read of our document.
   *
   * @param revision the entity tag that it got
   * @param current whether that is what we publish now
   */
  public record ReadOfOurs(
      String revision, boolean current, Instant readAt, DocumentRead.Recognition recognisedBy) {}
}
