package dev.concordat.metadata.http;

import dev.concordat.contracts.events.DocumentRead;
import dev.concordat.contracts.events.MetadataRefreshed;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.Trust;
import dev.concordat.contracts.metadata.AuthMetadataDocument;
import dev.concordat.metadata.health.PartnerHealth;
import dev.concordat.metadata.health.PartnerHealth.Status;
import dev.concordat.metadata.health.PartnerHealth.Thresholds;
import dev.concordat.metadata.http.MetadataResource.Page;
import dev.concordat.metadata.http.PartnerRow.ReadOfOurs;
import dev.concordat.metadata.published.Publication;
import dev.concordat.metadata.readers.DocumentReaders;
import dev.concordat.metadata.reading.Refresher;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The table of all partners, for dashboards and for people. */
@Singleton
class MetadataTable {

  private static final Set<Status> FINE = Set.of(Status.HEALTHY, Status.DISABLED, Status.PENDING);

  private final Refresher refresher;
  private final DocumentReaders readers;
  private final Publication publication;
  private final Thresholds thresholds;
  private final InstantSource clock;

  MetadataTable(
      Refresher refresher,
      DocumentReaders readers,
      Publication publication,
      Thresholds thresholds,
      InstantSource clock) {
    this.refresher = refresher;
    this.readers = readers;
    this.publication = publication;
    this.thresholds = thresholds;
    this.clock = clock;
  }

  /**
   * Some of the rows.
   *
   * @param after the last name of the page before
   * @param attention only those that need somebody
   */
  Page page(@Nullable String after, int limit, boolean attention) {
    List<PartnerRow> rows = rows(after, attention).limit(limit + 1L).toList();
    return rows.size() <= limit
        ? new Page(rows, null)
        : new Page(rows.subList(0, limit), rows.get(limit - 1).name());
  }

  /** All rows as lines, with a heading. */
  String text(boolean attention) {
    var lines = new ArrayList<List<String>>();
    lines.add(List.of("NAME", "HEALTH", "CERTIFICATE", "TLS", "READ", "READS OURS", "WARNING"));
    rows(null, attention)
        .forEach(
            row ->
                lines.add(
                    List.of(
                        row.name(),
                        row.health().name().toLowerCase(Locale.ROOT),
                        days(row.certificateDays()),
                        days(row.tlsDays()),
                        row.outcome() == null
                            ? "-"
                            : row.outcome().name().toLowerCase(Locale.ROOT) + " " + row.fetchedAt(),
                        readsOurs(row.readsOurs()),
                        row.warnings().isEmpty() ? "" : row.warnings().getFirst().detail())));
    int[] widths = new int[lines.getFirst().size()];
    lines.forEach(
        line -> {
          for (int i = 0; i < widths.length; i++) {
            widths[i] = Math.max(widths[i], line.get(i).length());
          }
        });
    return lines.stream()
        .map(
            line -> {
              var text = new StringBuilder();
              for (int i = 0; i < widths.length; i++) {
                text.append(line.get(i)).repeat(' ', widths[i] - line.get(i).length() + 2);
              }
              return text.toString().stripTrailing() + "\n";
            })
        .collect(Collectors.joining());
  }

  private Stream<PartnerRow> rows(@Nullable String after, boolean attention) {
    Instant now = clock.instant();
    String current = publication.now().map(it -> it.ours().etag()).orElse("");
    var sorted = new TreeMap<>(refresher.partners());
    return (after == null ? sorted : sorted.tailMap(after, false))
        .values().stream()
            .map(it -> row(it, current, now))
            .filter(it -> !attention || !FINE.contains(it.health()));
  }

  private PartnerRow row(PartnerRegistered partner, String current, Instant now) {
    Optional<MetadataRefreshed> reading = refresher.latest(partner.name());
    PartnerHealth health = PartnerHealth.of(partner, reading, thresholds, now);
    Instant end = health.certificateEnds();
    Instant tls = reading.map(MetadataRefreshed::tlsCertificateEnds).orElse(null);
    return new PartnerRow(
        partner.name(),
        partner.kind(),
        origin(partner.trust()),
        issuer(partner, reading),
        health.status(),
        health.warnings(),
        reading.map(MetadataRefreshed::outcome).orElse(null),
        reading.map(MetadataRefreshed::fetchedAt).orElse(null),
        reading.map(MetadataRefreshed::nextRefreshAt).orElse(null),
        reading.map(MetadataRefreshed::failingSince).orElse(null),
        health.certificates(),
        end == null ? null : PartnerHealth.daysUntil(end, now),
        tls,
        tls == null ? null : PartnerHealth.daysUntil(tls, now),
        readers.lastRead(partner.name()).map(it -> read(it, current)).orElse(null),
        reading.map(MetadataRefreshed::problem).orElse(null));
  }

  private static ReadOfOurs read(DocumentRead read, String current) {
    return new ReadOfOurs(
        read.revision(), read.revision().equals(current), read.readAt(), read.recognisedBy());
  }

  private static String origin(@Nullable Trust trust) {
    return switch (trust) {
      case Trust.ByMetadata _ -> "metadata";
      case Trust.ByCertificates _ -> "certificates";
      case Trust.ByTokenServer _ -> "token-server";
      case null -> "none";
    };
  }

  private static @Nullable String issuer(
      PartnerRegistered partner, Optional<MetadataRefreshed> reading) {
    String identifier = partner.applicationIdentifier();
    String realm = partner.realm();
    return reading
        .map(MetadataRefreshed::document)
        .map(AuthMetadataDocument::issuer)
        .orElse(identifier == null || realm == null ? null : identifier + "@" + realm);
  }

  private static String days(@Nullable Long days) {
    return days == null ? "-" : days + " d";
  }

  private static String readsOurs(@Nullable ReadOfOurs read) {
    return read == null ? "-" : (read.current() ? "current " : "older ") + read.readAt();
  }
}
