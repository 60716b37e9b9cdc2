package dev.concordat.metadata.health;

import dev.concordat.contracts.events.CertificateSummary;
import dev.concordat.contracts.events.MetadataRefreshed;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.metadata.health.PartnerHealth.Status;
import dev.concordat.metadata.health.PartnerHealth.Thresholds;
import dev.concordat.metadata.reading.Refresher;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Tells by metrics how the partners are that are this replica's share, so that all replicas
 * together tell each once. Looked at once a minute: days do not pass faster.
 */
public final class HealthMetrics implements AutoCloseable {

  private static final Duration PAUSE = Duration.ofMinutes(1);

  private final Refresher refresher;
  private final Thresholds thresholds;
  private final InstantSource clock;
  private final MultiGauge partners;
  private final MultiGauge certificates;
  private final MultiGauge tls;
  private final MultiGauge failing;
  private final Thread thread;

  public HealthMetrics(
      Refresher refresher, Thresholds thresholds, InstantSource clock, MeterRegistry metrics) {
    this.refresher = refresher;
    this.thresholds = thresholds;
    this.clock = clock;
    partners =
        MultiGauge.builder("concordat.partners")
            .description("Partners of this replica's share, by how they are")
            .register(metrics);
    certificates =
        MultiGauge.builder("concordat.partner.certificate.days")
            .description("Days until a partner's signing certificate ends")
            .register(metrics);
    tls =
        MultiGauge.builder("concordat.partner.tls.days")
            .description("Days until the TLS certificate of a partner's server ends")
            .register(metrics);
    failing =
        MultiGauge.builder("concordat.partner.unreachable.seconds")
            .description("For how long a partner's document can't be had")
            .register(metrics);
    thread = Thread.ofVirtual().name("health-metrics").unstarted(this::run);
  }

  /** Begins to tell. */
  public void start() {
    thread.start();
  }

  @Override
  public void close() {
    thread.interrupt();
  }

  private void run() {
    try {
      while (true) {
        look();
        Thread.sleep(PAUSE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Looks at all of them now. */
  public void look() {
    Instant now = clock.instant();
    var counts = new EnumMap<Status, Integer>(Status.class);
    for (Status status : Status.values()) {
      counts.put(status, 0);
    }
    var certificateRows = new ArrayList<Row<?>>();
    var tlsRows = new ArrayList<Row<?>>();
    var failingRows = new ArrayList<Row<?>>();
    for (Map.Entry<String, PartnerRegistered> partner : refresher.partners().entrySet()) {
      String name = partner.getKey();
      if (!refresher.owns(name)) {
        continue;
      }
      Optional<MetadataRefreshed> reading = refresher.latest(name);
      var health = PartnerHealth.of(partner.getValue(), reading, thresholds, now);
      counts.merge(health.status(), 1, Integer::sum);
      if (health.status() == Status.DISABLED) {
        continue;
      }
      for (CertificateSummary certificate : health.certificates()) {
        certificateRows.add(
            Row.of(
                Tags.of("partner", name, "thumbprint", certificate.thumbprint()),
                PartnerHealth.daysUntil(certificate.notAfter(), now)));
      }
      Instant tlsEnd = reading.map(MetadataRefreshed::tlsCertificateEnds).orElse(null);
      if (tlsEnd != null) {
        tlsRows.add(Row.of(Tags.of("partner", name), PartnerHealth.daysUntil(tlsEnd, now)));
      }
      Instant since = reading.map(MetadataRefreshed::failingSince).orElse(null);
      if (since != null) {
        failingRows.add(Row.of(Tags.of("partner", name), Duration.between(since, now).toSeconds()));
      }
    }
    certificates.register(certificateRows, true);
    tls.register(tlsRows, true);
    failing.register(failingRows, true);
    partners.register(rows(counts), true);
  }

  private static List<Row<?>> rows(Map<Status, Integer> counts) {
    var rows = new ArrayList<Row<?>>();
    counts.forEach(
        (status, count) ->
            rows.add(Row.of(Tags.of("health", status.name().toLowerCase(Locale.ROOT)), count)));
    return rows;
  }
}
