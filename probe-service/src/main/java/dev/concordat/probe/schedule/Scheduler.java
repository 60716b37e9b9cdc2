package dev.concordat.probe.schedule;

import dev.concordat.contracts.events.MetadataRefreshed;
import dev.concordat.contracts.events.ProbeCompleted;
import dev.concordat.contracts.events.ProbeRequested;
import dev.concordat.contracts.events.ProbeTrigger;
import dev.concordat.messaging.Change;
import dev.concordat.messaging.WorkShare;
import dev.concordat.probe.results.RecentResults;
import dev.concordat.probe.running.Prober;
import dev.concordat.probe.running.Targets;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;

/**
 * Starts the probes that the partners' {@code probe} settings want, for the mailboxes whose key is
 * in this replica's share. Whatever changes (a registration, the share) takes effect at once. When
 * whose turn is, {@link Timetable} says.
 */
public final class Scheduler implements AutoCloseable {

  private static final Logger LOG = Logger.getLogger(Scheduler.class);

  /** A partner that became probeable is probed for the first time within this time. */
  private static final Duration FIRST = Duration.ofSeconds(30);

  /** How long whoever registered a partner has to probe it himself. */
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(15);

  /** How often it is looked for results that never came. */
  private static final Duration LOOK_FOR_OVERDUE = Duration.ofSeconds(10);

  /** Why a turn is left out. */
  private enum LeftOut {
    /** The probe before still runs or waits. */
    BUSY,
    /** The partner asked to be left alone. */
    PAUSED,
    /** The partner is being maintained. */
    MAINTENANCE
  }

  private final Targets targets;
  private final WorkShare share;
  private final Prober prober;
  private final RecentResults results;
  private final InstantSource clock;
  private final Duration defaultInterval;
  private final Maintenance maintenance;
  private final MeterRegistry metrics;
  private final MultiGauge overdue;
  private final Heartbeats heartbeats;
  private final Timetable timetable = new Timetable();
  private final Map<String, Instant> probeableSince = new ConcurrentHashMap<>();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean stale = true;
  private volatile int planned;
  private final Thread thread = Thread.ofVirtual().name("probe-schedule").unstarted(this::run);

  /**
   * @param defaultInterval for partners whose settings give none
   * @param timeLimit how long a probe may take
   */
  public Scheduler(
      Targets targets,
      WorkShare share,
      Prober prober,
      RecentResults results,
      InstantSource clock,
      Duration defaultInterval,
      Duration timeLimit,
      Maintenance maintenance,
      MeterRegistry metrics) {
    this.targets = targets;
    this.share = share;
    this.prober = prober;
    this.results = results;
    this.clock = clock;
    this.defaultInterval = defaultInterval;
    this.maintenance = maintenance;
    this.metrics = metrics;
    heartbeats = new Heartbeats(timeLimit);
    Gauge.builder("concordat.probe.targets", this, it -> it.planned)
        .description("Targets that this replica probes by schedule")
        .register(metrics);
    overdue =
        MultiGauge.builder("concordat.probe.overdue")
            .description("Scheduled targets of this replica's share without a result for too long")
            .register(metrics);
  }

  public void start() {
    targets.partners().listen(_ -> replan());
    targets.metadata().listen(this::read);
    share.onChange(this::replan);
    results.onResult(this::came);
    thread.start();
  }

  private void came(ProbeCompleted result) {
    heartbeats.beat(RecentResults.Target.of(result), clock.instant());
  }

  /** Notes partners whose first document was read just now. */
  private void read(Change<MetadataRefreshed> change) {
    boolean had =
        Optional.ofNullable(change.before()).map(it -> it.document() != null).orElse(false);
    boolean has =
        Optional.ofNullable(change.after()).map(it -> it.document() != null).orElse(false);
    if (!change.replayed() && has && !had) {
      probeableSince.put(change.key(), clock.instant());
      replan();
    } else if (!has) {
      probeableSince.remove(change.key());
    }
  }

  private void replan() {
    lock.lock();
    try {
      stale = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    Instant looked = Instant.MIN;
    try {
      while (true) {
        if (takeStale()) {
          plan();
        }
        timetable.due(clock.instant()).forEach(this::begin);
        Instant now = clock.instant();
        if (!looked.plus(LOOK_FOR_OVERDUE).isAfter(now)) {
          tellOverdue(now);
          looked = now;
        }
        Duration pause = timetable.pause(now).orElse(LOOK_FOR_OVERDUE);
        awaitChange(pause.compareTo(LOOK_FOR_OVERDUE) < 0 ? pause : LOOK_FOR_OVERDUE);
      }
    } catch (InterruptedException e) {
      LOG.debug("the schedule ends");
    }
  }

  private boolean takeStale() {
    lock.lock();
    try {
      boolean was = stale;
      stale = false;
      return was;
    } finally {
      lock.unlock();
    }
  }

  private void awaitChange(Duration atMost) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = atMost.toNanos();
      while (!stale && left > 0) {
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  private void plan() {
    Instant now = clock.instant();
    List<Plan> plans = new ArrayList<>();
    targets
        .partners()
        .forEach((_, partner) -> plans.addAll(Plan.of(partner, defaultInterval, share::owns)));
    timetable.replan(plans, now, this::firstTurn);
    heartbeats.expect(plans, now);
    planned = timetable.size();
  }

  /** Soon after a partner became probeable, spread as the regular turns are. */
  private Optional<Instant> firstTurn(Plan plan) {
    return Optional.ofNullable(probeableSince.get(plan.target().partner()))
        .map(
            since ->
                since
                    .plus(FIRST_PAUSE)
                    .plusMillis(
                        ProbeSchedule.place(plan.name(), FIRST.minus(FIRST_PAUSE).toMillis())));
  }

  private void begin(Timetable.Turn turn) {
    Plan plan = turn.plan();
    RecentResults.Target target = plan.target();
    if (!share.owns(target.sipAddress()) || (turn.first() && probedSince(target))) {
      return;
    }
    Instant now = clock.instant();
    if (maintenance.isNow(target.partner(), now)) {
      heartbeats.beat(target, now);
      leaveOut(target, LeftOut.MAINTENANCE);
      return;
    }
    if (prober.pausedUntil(target.partner()).isPresent()) {
      leaveOut(target, LeftOut.PAUSED);
      return;
    }
    boolean begun =
        prober.startIfIdle(
            new ProbeRequested(
                UUID.randomUUID().toString(),
                target.partner(),
                target.sipAddress(),
                target.kind(),
                plan.deleteItem(),
                ProbeTrigger.SCHEDULE,
                "schedule",
                turn.at()));
    if (!begun) {
      leaveOut(target, LeftOut.BUSY);
    }
  }

  private void leaveOut(RecentResults.Target target, LeftOut why) {
    String reason = why.name().toLowerCase(Locale.ROOT);
    Counter.builder("concordat.probe.turns.skipped")
        .description("Scheduled probes that were left out")
        .tag("partner", target.partner())
        .tag("reason", reason)
        .register(metrics)
        .increment();
    LOG.debugf("a turn of %s is left out: %s", target.partner(), reason);
  }

  private void tellOverdue(Instant now) {
    overdue.register(
        heartbeats.overdue(now).entrySet().stream()
            .map(it -> MultiGauge.Row.of(Tags.of("partner", it.getKey()), it.getValue()))
            .toList(),
        true);
  }

  /** Whether somebody was faster than the first turn. */
  private boolean probedSince(RecentResults.Target target) {
    Instant since = probeableSince.getOrDefault(target.partner(), Instant.MAX);
    return results.latest(target).filter(it -> !it.startedAt().isBefore(since)).isPresent();
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
