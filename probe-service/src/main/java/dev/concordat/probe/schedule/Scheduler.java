package dev.concordat.probe.schedule;

import dev.concordat.contracts.events.MetadataRefreshed;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.ProbeKind;
import dev.concordat.contracts.events.ProbeRequested;
import dev.concordat.contracts.events.ProbeSettings;
import dev.concordat.contracts.events.ProbeTrigger;
import dev.concordat.contracts.names.SipAddress;
import dev.concordat.messaging.Change;
import dev.concordat.messaging.WorkShare;
import dev.concordat.probe.results.RecentResults;
import dev.concordat.probe.running.Prober;
import dev.concordat.probe.running.Targets;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;

/**
 * Starts the probes that the partners' {@code probe} settings want, for the mailboxes whose key is
 * in this replica's share. Whatever changes (a registration, the share) takes effect at once.
 */
public final class Scheduler implements AutoCloseable {

  private static final Logger LOG = Logger.getLogger(Scheduler.class);

  /** No interval is shorter: an Exchange has other things to do. */
  private static final Duration SHORTEST = Duration.ofSeconds(10);

  /** A partner that became probeable is probed for the first time within this time. */
  private static final Duration FIRST = Duration.ofSeconds(30);

  /** How long whoever registered a partner has to probe it himself. */
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(15);

  /**
   * What is probed, and how.
   *
   * @param key the mailbox, with {@code sip:}
   */
  private record Plan(String partner, String key, Duration interval, boolean deleteItem) {
    String target() {
      return partner + " " + key;
    }
  }

  private record Turn(Plan plan, Instant at, boolean first) {}

  private final Targets targets;
  private final WorkShare share;
  private final Prober prober;
  private final RecentResults results;
  private final InstantSource clock;
  private final Duration defaultInterval;
  private final Counter skipped;
  private final Map<String, Instant> probeableSince = new ConcurrentHashMap<>();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean stale = true;
  private volatile int planned;
  private final Thread thread = Thread.ofVirtual().name("probe-schedule").unstarted(this::run);

  /**
   * @param defaultInterval for partners whose settings give none
   */
  public Scheduler(
      Targets targets,
      WorkShare share,
      Prober prober,
      RecentResults results,
      InstantSource clock,
      Duration defaultInterval,
      MeterRegistry metrics) {
    this.targets = targets;
    this.share = share;
    this.prober = prober;
    this.results = results;
    this.clock = clock;
    this.defaultInterval = defaultInterval;
    skipped =
        Counter.builder("concordat.probe.turns.skipped")
            .description("Scheduled probes left out because the one before still ran")
            .register(metrics);
    Gauge.builder("concordat.probe.targets", this, it -> it.planned)
        .description("Mailboxes that this replica probes by schedule")
        .register(metrics);
  }

  public void start() {
    targets.partners().listen(_ -> replan());
    targets.metadata().listen(this::read);
    share.onChange(this::replan);
    thread.start();
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
    var queue = new PriorityQueue<Turn>(Comparator.comparing(Turn::at));
    var turns = new HashMap<Plan, Instant>();
    try {
      while (true) {
        if (takeStale()) {
          plan(queue, turns);
        }
        Turn due = queue.peek();
        Duration pause =
            due == null ? Duration.ofHours(1) : Duration.between(clock.instant(), due.at());
        if (due == null || pause.isPositive()) {
          awaitChange(pause);
          continue;
        }
        queue.remove();
        begin(due);
        Instant next =
            ProbeSchedule.next(due.plan().target(), due.plan().interval(), clock.instant());
        turns.put(due.plan(), next);
        queue.add(new Turn(due.plan(), next, false));
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
      long left = Math.max(1, atMost.toNanos());
      while (!stale && left > 0) {
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Everything anew: what stayed as it was keeps its turn. */
  private void plan(PriorityQueue<Turn> queue, Map<Plan, Instant> turns) {
    Instant now = clock.instant();
    var before = Map.copyOf(turns);
    queue.clear();
    turns.clear();
    targets
        .partners()
        .forEach(
            (name, partner) -> {
              if (partner.enabled() && partner.probe() != null) {
                plan(partner, partner.probe(), now, before, queue, turns);
              }
            });
    planned = turns.size();
  }

  private void plan(
      PartnerRegistered partner,
      ProbeSettings settings,
      Instant now,
      Map<Plan, Instant> before,
      PriorityQueue<Turn> queue,
      Map<Plan, Instant> turns) {
    var kinds = settings.kinds();
    if (kinds != null && !kinds.contains(ProbeKind.CONVERSATION_HISTORY)) {
      return;
    }
    Duration wanted = Objects.requireNonNullElse(settings.interval(), defaultInterval);
    Duration interval = wanted.compareTo(SHORTEST) < 0 ? SHORTEST : wanted;
    boolean deleteItem = !Boolean.FALSE.equals(settings.deleteItem());
    for (String address : settings.sipAddresses()) {
      Optional<SipAddress> mailbox = SipAddress.tryParse(address);
      if (mailbox.isEmpty() || !share.owns(mailbox.get().uri())) {
        continue;
      }
      var plan = new Plan(partner.name(), mailbox.get().uri(), interval, deleteItem);
      if (turns.containsKey(plan)) {
        continue;
      }
      Instant regular = before.getOrDefault(plan, ProbeSchedule.next(plan.target(), interval, now));
      Instant first = firstTurn(plan);
      boolean early = first.isAfter(now) && first.isBefore(regular);
      turns.put(plan, regular);
      queue.add(new Turn(plan, early ? first : regular, early));
    }
  }

  /** Soon after a partner became probeable, spread as the regular turns are. */
  private Instant firstTurn(Plan plan) {
    Instant since = probeableSince.get(plan.partner());
    return since == null
        ? Instant.MIN
        : since
            .plus(FIRST_PAUSE)
            .plusMillis(ProbeSchedule.place(plan.target(), FIRST.minus(FIRST_PAUSE).toMillis()));
  }

  private void begin(Turn turn) {
    Plan plan = turn.plan();
    if (!share.owns(plan.key())) {
      return;
    }
    if (turn.first() && probedSince(plan)) {
      return;
    }
    boolean begun =
        prober.startIfIdle(
            new ProbeRequested(
                UUID.randomUUID().toString(),
                plan.partner(),
                plan.key(),
                ProbeKind.CONVERSATION_HISTORY,
                plan.deleteItem(),
                ProbeTrigger.SCHEDULE,
                "schedule",
                clock.instant()));
    if (!begun) {
      skipped.increment();
      LOG.debugf("the turn of %s is left out: it is being probed", plan.partner());
    }
  }

  /** Whether somebody was faster than the first turn. */
  private boolean probedSince(Plan plan) {
    Instant since = probeableSince.getOrDefault(plan.partner(), Instant.MAX);
    return results
        .latest(
            new RecentResults.Target(plan.partner(), plan.key(), ProbeKind.CONVERSATION_HISTORY))
        .filter(it -> !it.startedAt().isBefore(since))
        .isPresent();
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
