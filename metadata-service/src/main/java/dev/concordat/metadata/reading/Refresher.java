package dev.concordat.metadata.reading;

import dev.concordat.contracts.Topic;
import dev.concordat.contracts.events.MetadataRefreshed;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.Trust;
import dev.concordat.contracts.metadata.AuthMetadataDocument;
import dev.concordat.messaging.Change;
import dev.concordat.messaging.CompactedView;
import dev.concordat.messaging.EventPublisher;
import dev.concordat.messaging.Views;
import dev.concordat.messaging.WorkShare;
import dev.concordat.messaging.WorkShares;
import dev.concordat.metadata.MetadataSettings;
import dev.concordat.outbound.GuardedHttp;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Reads the documents of the partners that are this replica's share, each when it is due, each by
 * itself: a slow partner delays no other. What was read is announced, also when nothing changed, so
 * that a replica that takes over knows when it is due.
 */
public final class Refresher implements AutoCloseable {

  private static final Logger LOG = Logger.getLogger(Refresher.class);

  /** The type of the tombstone that removes what was read of a partner. */
  private static final String REMOVED = "dev.concordat.MetadataRemoved.v1";

  /** Nobody may have a partner read more often than this. */
  private static final Duration SHORTEST_ON_REQUEST = Duration.ofSeconds(1);

  /** A partner that is due. */
  private record Due(String name, Instant at, InstantSource clock) implements Delayed {
    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(Duration.between(clock.instant(), at));
    }

    @Override
    public int compareTo(Delayed other) {
      return at.compareTo(((Due) other).at);
    }
  }

  private final CompactedView<PartnerRegistered> partners;
  private final CompactedView<MetadataRefreshed> metadata;
  private final WorkShare share;
  private final EventPublisher publisher;
  private final DocumentFetch fetch;
  private final RefreshSchedule schedule;
  private final InstantSource clock;
  private final MeterRegistry metrics;
  private final Duration readingTimeout;
  private final Semaphore places;
  private final DelayQueue<Due> queue = new DelayQueue<>();
  private final Map<String, Instant> dueAt = new ConcurrentHashMap<>();
  private final Map<String, Integer> failures = new ConcurrentHashMap<>();
  private final Map<String, MetadataRefreshed> latest = new ConcurrentHashMap<>();
  private final Map<String, CompletableFuture<MetadataRefreshed>> underWay =
      new ConcurrentHashMap<>();
  private final Thread thread;

  public Refresher(
      Views views,
      WorkShares shares,
      EventPublisher publisher,
      GuardedHttp http,
      MetadataSettings settings,
      InstantSource clock,
      MeterRegistry metrics) {
    this.publisher = publisher;
    this.clock = clock;
    this.metrics = metrics;
    readingTimeout = settings.readingTimeout();
    fetch = new DocumentFetch(http, readingTimeout);
    schedule =
        new RefreshSchedule(
            settings.refreshInterval(),
            settings.shortestInterval(),
            settings.firstRetry(),
            settings.longestRetry());
    places = new Semaphore(settings.concurrentReadings());
    metadata = views.open(Topic.METADATA, MetadataRefreshed.class, this::announced);
    partners = views.open(Topic.PARTNERS, PartnerRegistered.class, this::registered);
    share = shares.join(Topic.METADATA, "metadata-service");
    share.onChange(this::planAll);
    Gauge.builder("concordat.metadata.due", dueAt, Map::size)
        .description("Partners whose document this replica keeps reading")
        .register(metrics);
    thread = Thread.ofVirtual().name("refresher").unstarted(this::run);
  }

  /** Begins once both views have caught up. */
  public void start() {
    thread.start();
  }

  /** What was last read of a partner. */
  public Optional<MetadataRefreshed> latest(String name) {
    MetadataRefreshed own = latest.get(name);
    Optional<MetadataRefreshed> read = metadata.get(name);
    return own == null || read.map(it -> it.fetchedAt().isAfter(own.fetchedAt())).orElse(false)
        ? read
        : Optional.of(own);
  }

  /** What was last read of every partner. */
  public Map<String, MetadataRefreshed> all() {
    return metadata.snapshot();
  }

  /** The registration of a partner. */
  public Optional<PartnerRegistered> partner(String name) {
    return partners.get(name);
  }

  /** Why a partner is not read on request. */
  public sealed interface NotRead {
    /** No such partner is registered. */
    record Unknown() implements NotRead {}

    /** It has no document to read: certificates by hand, or a token server, are its trust. */
    record NothingToRead() implements NotRead {}

    /** It was read a moment ago. */
    record TooSoon() implements NotRead {}

    /** It takes longer than a request may wait. */
    record StillReading() implements NotRead {}
  }

  /** A partner that was not read on request. */
  public static final class NotReadException extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient NotRead why;

    NotReadException(NotRead why) {
      super(why.toString());
      this.why = why;
    }

    public NotRead why() {
      return why;
    }
  }

  /**
   * Reads a partner's document now, on whichever replica this is.
   *
   * @param accept whether an identity other than before is accepted
   */
  public MetadataRefreshed refreshNow(String name, boolean accept)
      throws NotReadException, InterruptedException {
    PartnerRegistered partner =
        partners.get(name).orElseThrow(() -> new NotReadException(new NotRead.Unknown()));
    if (!(partner.trust() instanceof Trust.ByMetadata)) {
      throw new NotReadException(new NotRead.NothingToRead());
    }
    if (!accept
        && latest(name)
            .filter(it -> it.fetchedAt().isAfter(clock.instant().minus(SHORTEST_ON_REQUEST)))
            .isPresent()) {
      throw new NotReadException(new NotRead.TooSoon());
    }
    try {
      return read(partner, accept)
          .get(readingTimeout.plusSeconds(2).toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      throw new NotReadException(new NotRead.StillReading());
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }

  private void announced(Change<MetadataRefreshed> change) {
    MetadataRefreshed event = change.after();
    if (event != null) {
      // Another replica's reading is news; our own is here already.
      latest.computeIfPresent(
          change.key(), (_, own) -> event.fetchedAt().isAfter(own.fetchedAt()) ? event : own);
    }
  }

  private void registered(Change<PartnerRegistered> change) {
    if (change.replayed()) {
      return;
    }
    PartnerRegistered after = change.after();
    PartnerRegistered before = change.before();
    String name = change.key();
    if (after == null || !(after.trust() instanceof Trust.ByMetadata)) {
      forget(name);
      return;
    }
    boolean otherSource =
        before == null
            || !after.trust().equals(before.trust())
            || after.enabled() != before.enabled()
            || !Objects.equals(after.applicationIdentifier(), before.applicationIdentifier())
            || !Objects.equals(after.realm(), before.realm());
    if (otherSource && share.owns(name)) {
      failures.remove(name);
      plan(name, clock.instant());
    }
  }

  private void forget(String name) {
    dueAt.remove(name);
    failures.remove(name);
    latest.remove(name);
    if (share.owns(name) && metadata.get(name).isPresent()) {
      publisher.remove(Topic.METADATA, name, REMOVED);
    }
  }

  /** Plans the whole share anew: after a start, and when it has changed. */
  private void planAll() {
    if (!partners.hasCaughtUp() || !metadata.hasCaughtUp()) {
      return;
    }
    dueAt.keySet().removeIf(name -> !share.owns(name));
    Instant now = clock.instant();
    partners.forEach(
        (name, partner) -> {
          if (share.owns(name) && partner.trust() instanceof Trust.ByMetadata) {
            Instant due =
                latest(name)
                    .map(MetadataRefreshed::nextRefreshAt)
                    .filter(it -> it != null)
                    .orElse(now);
            if (!dueAt.containsKey(name)) {
              plan(name, due);
            }
          }
        });
    metadata.forEach(
        (name, _) -> {
          if (share.owns(name) && partners.get(name).isEmpty()) {
            publisher.remove(Topic.METADATA, name, REMOVED);
          }
        });
  }

  private void plan(String name, Instant at) {
    dueAt.put(name, at);
    queue.add(new Due(name, at, clock));
  }

  private void run() {
    try {
      while (!partners.hasCaughtUp() || !metadata.hasCaughtUp()) {
        await(partners);
        await(metadata);
      }
      planAll();
      while (true) {
        Due due = queue.take();
        // Plans are not taken back, only overtaken.
        if (!due.at.equals(dueAt.get(due.name)) || !share.owns(due.name)) {
          continue;
        }
        Optional<PartnerRegistered> partner = partners.get(due.name);
        if (partner.isEmpty() || !partner.get().enabled()) {
          dueAt.remove(due.name);
          continue;
        }
        var _ = read(partner.get(), false);
      }
    } catch (InterruptedException e) {
      LOG.debug("the refresher ends");
    }
  }

  private static void await(CompactedView<?> view) throws InterruptedException {
    try {
      view.awaitCurrent(Duration.ofSeconds(30));
    } catch (TimeoutException e) {
      LOG.debug("still waiting for Kafka");
    }
  }

  /** One reading at a time of a partner; whoever comes meanwhile gets its result. */
  private CompletableFuture<MetadataRefreshed> read(PartnerRegistered partner, boolean accept) {
    var mine = new CompletableFuture<MetadataRefreshed>();
    var others = underWay.putIfAbsent(partner.name(), mine);
    if (others != null) {
      return others;
    }
    Thread.ofVirtual()
        .name("read-" + partner.name())
        .start(
            () -> {
              try {
                places.acquire();
                try {
                  mine.complete(readOnce(partner, accept));
                } finally {
                  places.release();
                }
              } catch (InterruptedException e) {
                mine.completeExceptionally(e);
              } catch (RuntimeException e) {
                LOG.errorf(e, "Reading the document of %s failed unexpectedly", partner.name());
                plan(partner.name(), clock.instant().plus(schedule.longestRetry()));
                mine.completeExceptionally(e);
              } finally {
                underWay.remove(partner.name(), mine);
              }
            });
    return mine;
  }

  private MetadataRefreshed readOnce(PartnerRegistered partner, boolean accept) {
    String name = partner.name();
    var sample = Timer.start(metrics);
    Optional<MetadataRefreshed> last = latest(name);
    AuthMetadataDocument before = last.map(MetadataRefreshed::document).orElse(null);
    boolean conditional =
        before != null && !accept && last.get().outcome() != MetadataRefreshed.Outcome.CONFLICT;
    Fetched fetched =
        fetch.fetch(
            name,
            (Trust.ByMetadata) Objects.requireNonNull(partner.trust()),
            conditional ? last.get().etag() : null);
    Instant now = clock.instant();
    var judgement = MetadataChanges.judge(partner, before, fetched, accept, now);
    int failed =
        switch (judgement.outcome()) {
          case UNREACHABLE, INVALID -> failures.merge(name, 1, Integer::sum);
          case UNCHANGED, CHANGED, CONFLICT -> {
            failures.remove(name);
            yield 0;
          }
        };
    Instant next =
        schedule.next(
            now,
            judgement.outcome(),
            failed,
            maxAge(fetched),
            MetadataChanges.end(judgement.document()),
            ThreadLocalRandom.current().nextDouble());
    var event =
        new MetadataRefreshed(
            name,
            judgement.outcome(),
            judgement.document(),
            now,
            etag(fetched, last.map(MetadataRefreshed::etag).orElse(null)),
            next,
            judgement.changes(),
            MetadataChanges.summaries(judgement.document()),
            judgement.problem());
    String outcome = judgement.outcome().name().toLowerCase(Locale.ROOT);
    sample.stop(
        Timer.builder("concordat.metadata.reading")
            .description("Time to read a partner's document")
            .tag("outcome", outcome)
            .register(metrics));
    Counter.builder("concordat.metadata.readings")
        .description("Readings of partners' documents, by outcome")
        .tag("outcome", outcome)
        .register(metrics)
        .increment();
    if (judgement.problem() != null
        && last.map(it -> it.outcome() != judgement.outcome()).orElse(true)) {
      LOG.warnf("The document of %s: %s", name, judgement.problem().detail());
    }
    // It may have been removed while it was read; then nothing of it is to stay.
    if (partners.get(name).isPresent()) {
      latest.put(name, event);
      publisher.publish(name, event);
      if (share.owns(name)) {
        plan(name, next);
      }
    }
    return event;
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
}
