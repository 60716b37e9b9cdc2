package dev.concordat.metadata.reading;

import dev.concordat.contracts.Problem;
import dev.concordat.contracts.Topic;
import dev.concordat.contracts.events.MetadataRefreshed;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.Trust;
import dev.concordat.messaging.Change;
import dev.concordat.messaging.CompactedView;
import dev.concordat.messaging.EventPublisher;
import dev.concordat.messaging.Views;
import dev.concordat.messaging.WorkShare;
import dev.concordat.messaging.WorkShares;
import dev.concordat.metadata.MetadataSettings;
import dev.concordat.outbound.GuardedHttp;
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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;

/**
 * Reads the documents of the partners that are this replica's share, each when it is due, each by
 * itself: a slow partner delays no other, and those that fail have places of their own. What was
 * read is announced, also when nothing changed, so that a replica that takes over knows when it is
 * due.
 */
public final class Refresher implements AutoCloseable {

  private static final Logger LOG = Logger.getLogger(Refresher.class);

  /** The type of the tombstone that removes what was read of a partner. */
  private static final String REMOVED = "dev.concordat.MetadataRemoved.v1";

  /** Nobody may have a partner read more often than this. */
  private static final Duration SHORTEST_ON_REQUEST = Duration.ofSeconds(1);

  private final CompactedView<PartnerRegistered> partners;
  private final CompactedView<MetadataRefreshed> metadata;
  private final WorkShare share;
  private final EventPublisher publisher;
  private final RefreshSchedule schedule;
  private final PartnerReader reader;
  private final InstantSource clock;
  private final MeterRegistry metrics;
  private final Duration readingTimeout;
  private final ExecutorService places;
  private final ExecutorService placesOfFailing;
  private final Agenda agenda;

  /** Own readings that are not back from the topic yet. */
  private final Map<String, MetadataRefreshed> ahead = new ConcurrentHashMap<>();

  private final Map<String, CompletableFuture<MetadataRefreshed>> underWay =
      new ConcurrentHashMap<>();
  private final AtomicLong registrations = new AtomicLong();
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
    schedule =
        new RefreshSchedule(
            settings.refreshInterval(),
            settings.shortestInterval(),
            settings.firstRetry(),
            settings.longestRetry());
    reader = new PartnerReader(new DocumentFetch(http, readingTimeout), schedule, clock);
    places = places(settings.concurrentReadings());
    placesOfFailing = places(Math.max(1, settings.concurrentReadings() / 4));
    agenda = new Agenda(clock);
    metadata = views.open(Topic.METADATA, MetadataRefreshed.class, this::announced);
    partners = views.open(Topic.PARTNERS, PartnerRegistered.class, this::registered);
    share = shares.join(Topic.METADATA, "metadata-service");
    share.onChange(this::planAll);
    Gauge.builder("concordat.metadata.planned", agenda, Agenda::size)
        .description("Partners whose document this replica is going to read")
        .register(metrics);
    thread = Thread.ofVirtual().name("refresher").unstarted(this::run);
  }

  /** As many readings at once; what is beyond waits in order. */
  private static ExecutorService places(int count) {
    var executor =
        new ThreadPoolExecutor(
            count,
            count,
            1,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofVirtual().name("reading-", 0).factory());
    executor.allowCoreThreadTimeOut(true);
    return executor;
  }

  /** Begins once both views have caught up. */
  public void start() {
    thread.start();
  }

  /** What was last read of a partner. */
  public Optional<MetadataRefreshed> latest(String name) {
    MetadataRefreshed own = ahead.get(name);
    return own == null ? metadata.get(name) : Optional.of(own);
  }

  /** The registration of a partner. */
  public Optional<PartnerRegistered> partner(String name) {
    return partners.get(name);
  }

  /** Every registered partner, by name. */
  public Map<String, PartnerRegistered> partners() {
    return partners.snapshot();
  }

  /** Counts the changes of registrations; the same number means the same partners. */
  public long registrations() {
    return registrations.get();
  }

  /** Whether reading this partner is this replica's share. */
  public boolean owns(String name) {
    return share.owns(name);
  }

  /** Whether the partner's document is read at all. */
  boolean reads(String name) {
    return partners.get(name).filter(Refresher::isRead).isPresent();
  }

  /** Has a partner read by a reading that begins at this time, whoever's share it is. */
  void refreshAt(String name, Instant at) {
    agenda.request(name, at);
  }

  /** Why a partner is not read on request. */
  public sealed interface NotRead {
    /** No such partner is registered. */
    record Unknown() implements NotRead {}

    /** It has no document to read: certificates by hand, or a token server, are its trust. */
    record NothingToRead() implements NotRead {}

    /** It is disabled. */
    record Disabled() implements NotRead {}

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
    if (!partner.enabled()) {
      throw new NotReadException(new NotRead.Disabled());
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
    places.shutdownNow();
    placesOfFailing.shutdownNow();
  }

  private void announced(Change<MetadataRefreshed> change) {
    MetadataRefreshed event = change.after();
    if (event == null) {
      return;
    }
    ahead.computeIfPresent(
        change.key(), (_, own) -> event.fetchedAt().isBefore(own.fetchedAt()) ? own : null);
    Instant next = event.nextRefreshAt();
    if (!change.replayed()
        && next != null
        && share.owns(change.key())
        && reads(change.key())
        && !underWay.containsKey(change.key())
        && !agenda.scheduledAt(change.key()).equals(Optional.of(next))) {
      // Another replica may have read what is our share.
      agenda.plan(change.key(), next);
    }
  }

  private void registered(Change<PartnerRegistered> change) {
    registrations.incrementAndGet();
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
      agenda.plan(name, clock.instant());
    }
  }

  private void forget(String name) {
    agenda.cancel(name);
    ahead.remove(name);
    if (share.owns(name) && metadata.get(name).isPresent()) {
      publisher.remove(Topic.METADATA, name, REMOVED);
    }
  }

  /** Plans the whole share anew: after a start, and when it has changed. */
  private void planAll() {
    if (!partners.hasCaughtUp() || !metadata.hasCaughtUp()) {
      return;
    }
    agenda.keepSchedules(share::owns);
    Instant now = clock.instant();
    partners.forEach(
        (name, partner) -> {
          if (share.owns(name)
              && isRead(partner)
              && agenda.scheduledAt(name).isEmpty()
              && !underWay.containsKey(name)) {
            Instant due = latest(name).map(MetadataRefreshed::nextRefreshAt).orElse(now);
            agenda.plan(name, due.isBefore(now) ? schedule.overdue(name, now) : due);
          }
        });
    metadata.forEach(
        (name, _) -> {
          if (share.owns(name) && partners.get(name).isEmpty()) {
            publisher.remove(Topic.METADATA, name, REMOVED);
          }
        });
  }

  private static boolean isRead(PartnerRegistered partner) {
    return partner.enabled() && partner.trust() instanceof Trust.ByMetadata;
  }

  private void run() {
    try {
      while (!partners.hasCaughtUp() || !metadata.hasCaughtUp()) {
        await(partners);
        await(metadata);
      }
      planAll();
      while (true) {
        Agenda.Due due = agenda.take();
        partners
            .get(due.name())
            .filter(Refresher::isRead)
            .ifPresent(partner -> readDue(partner, due.cause()));
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

  /**
   * A reading that is under way may have fetched the document before what was asked for was
   * published, so for a request another one follows it.
   */
  private void readDue(PartnerRegistered partner, Agenda.Cause cause) {
    String name = partner.name();
    var others = cause == Agenda.Cause.REQUEST ? underWay.get(name) : null;
    if (others == null) {
      var _ = read(partner, false);
    } else {
      var _ = others.whenComplete((_, _) -> agenda.request(name, clock.instant()));
    }
  }

  /** One reading at a time of a partner; whoever comes meanwhile gets its result. */
  private CompletableFuture<MetadataRefreshed> read(PartnerRegistered partner, boolean accept) {
    String name = partner.name();
    var mine = new CompletableFuture<MetadataRefreshed>();
    var others = underWay.putIfAbsent(name, mine);
    if (others != null) {
      return others;
    }
    boolean failing = latest(name).map(MetadataRefreshed::failingSince).isPresent();
    (failing ? placesOfFailing : places)
        .execute(
            () -> {
              // It is under way no more before those who wait for it hear of it.
              try {
                MetadataRefreshed event = readOnce(partner, accept);
                underWay.remove(name, mine);
                mine.complete(event);
              } catch (RuntimeException e) {
                LOG.errorf(e, "Reading the document of %s failed unexpectedly", name);
                agenda.plan(name, clock.instant().plus(schedule.longestRetry()));
                underWay.remove(name, mine);
                mine.completeExceptionally(e);
              }
            });
    return mine;
  }

  private MetadataRefreshed readOnce(PartnerRegistered partner, boolean accept) {
    String name = partner.name();
    var sample = Timer.start(metrics);
    Optional<MetadataRefreshed> last = latest(name);
    MetadataRefreshed event =
        reader.read(
            partner, (Trust.ByMetadata) Objects.requireNonNull(partner.trust()), last, accept);
    sample.stop(
        Timer.builder("concordat.metadata.reading")
            .description("Time to read a partner's document, by outcome")
            .tag("outcome", event.outcome().name().toLowerCase(Locale.ROOT))
            .register(metrics));
    Problem problem = event.problem();
    if (problem != null && last.map(it -> it.outcome() != event.outcome()).orElse(true)) {
      LOG.warnf("The document of %s: %s", name, problem.detail());
    }
    // It may have been removed while it was read; then nothing of it is to stay.
    if (partners.get(name).isPresent()) {
      ahead.put(name, event);
      publisher.publish(name, event);
      Instant next = event.nextRefreshAt();
      if (next != null && share.owns(name)) {
        agenda.plan(name, next);
      }
    }
    return event;
  }
}
