package dev.concordat.metadata.reading;

import dev.concordat.contracts.events.MetadataRefreshed;
import dev.concordat.contracts.events.MetadataRefreshed.Outcome;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.Trust;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** One reading of a partner's document: fetched, judged, and the next one planned. */
final class PartnerReader {

  private final DocumentFetch fetch;
  private final RefreshSchedule schedule;
  private final InstantSource clock;

  PartnerReader(DocumentFetch fetch, RefreshSchedule schedule, InstantSource clock) {
    this.fetch = fetch;
    this.schedule = schedule;
    this.clock = clock;
  }

  /**
   * @param last the reading before
   * @param accept whether an identity other than before is accepted
   */
  MetadataRefreshed read(
      PartnerRegistered partner,
      Trust.ByMetadata trust,
      Optional<MetadataRefreshed> last,
      boolean accept) {
    Known before = Known.of(last).orElse(null);
    boolean conditional =
        before != null
            && !accept
            && last.filter(it -> it.outcome() != Outcome.CONFLICT).isPresent();
    Fetched fetched =
        fetch.fetch(
            partner, trust, conditional ? last.map(MetadataRefreshed::etag).orElse(null) : null);
    Instant now = clock.instant();
    var judgement = MetadataChanges.judge(partner, before, fetched, accept, now);
    Instant failingSince =
        failed(judgement.outcome()) ? last.map(MetadataRefreshed::failingSince).orElse(now) : null;
    Known inUse = judgement.inUse();
    Instant next =
        schedule.next(
            now,
            judgement.outcome(),
            failingSince == null ? Duration.ZERO : Duration.between(failingSince, now),
            maxAge(fetched),
            inUse == null ? Optional.empty() : inUse.end(),
            ThreadLocalRandom.current().nextDouble());
    return new MetadataRefreshed(
        partner.name(),
        judgement.outcome(),
        inUse == null ? null : inUse.document(),
        now,
        etag(fetched, last.map(MetadataRefreshed::etag).orElse(null)),
        next,
        judgement.changes(),
        inUse == null ? List.of() : inUse.certificates(),
        judgement.problem(),
        warnings(fetched, last.map(MetadataRefreshed::warnings).orElse(null)),
        failingSince,
        tlsEnd(fetched).or(() -> last.map(MetadataRefreshed::tlsCertificateEnds)).orElse(null));
  }

  static boolean failed(Outcome outcome) {
    return outcome == Outcome.UNREACHABLE || outcome == Outcome.INVALID;
  }

  private static Optional<Duration> maxAge(Fetched fetched) {
    return switch (fetched) {
      case Fetched.Document it -> it.maxAge();
      case Fetched.Unmodified it -> it.maxAge();
      case Fetched.Unusable _, Fetched.Unreachable _ -> Optional.empty();
    };
  }

  private static @Nullable String etag(Fetched fetched, @Nullable String before) {
    return switch (fetched) {
      case Fetched.Document it -> it.etag();
      case Fetched.Unmodified it -> it.etag() == null ? before : it.etag();
      case Fetched.Unusable _, Fetched.Unreachable _ -> before;
    };
  }

  private static @Nullable List<String> warnings(Fetched fetched, @Nullable List<String> before) {
    return fetched instanceof Fetched.Document it ? it.warnings() : before;
  }

  private static Optional<Instant> tlsEnd(Fetched fetched) {
    return switch (fetched) {
      case Fetched.Document it -> it.tlsCertificateEnds();
      case Fetched.Unmodified it -> it.tlsCertificateEnds();
      case Fetched.Unusable _, Fetched.Unreachable _ -> Optional.empty();
    };
  }
}
