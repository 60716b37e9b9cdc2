package dev.concordat.probe.running;

import dev.concordat.contracts.events.Diagnosis;
import dev.concordat.contracts.events.ProbeCompleted;
import dev.concordat.contracts.events.ProbeKind;
import dev.concordat.contracts.events.ProbeRequested;
import dev.concordat.contracts.events.ProbeTrigger;
import dev.concordat.diagnosis.Cause;
import dev.concordat.messaging.EventPublisher;
import dev.concordat.probe.metrics.ProbeMetrics;
import dev.concordat.probe.progress.ProbesUnderWay;
import dev.concordat.probe.results.RecentResults;
import dev.concordat.probe.tracing.ProbeTraces;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.jboss.logging.Logger;

/**
 * Runs probes, each on a virtual thread: so many at once and no more, in all and at one partner,
 * and never two for the same mailbox. Each result is kept, counted and announced on {@code
 * concordat.probes}.
 */
public final class Prober implements AutoCloseable {

  private static final Logger LOG = Logger.getLogger(Prober.class);
  private static final int MOST_WAITING = 500;
  private static final int REMEMBERED = 2_000;
  private static final Duration STOP = Duration.ofSeconds(8);

  /** What is probed: never twice at the same time. */
  private record Target(String partner, String sipAddress, ProbeKind kind) {
    static Target of(ProbeRequested request) {
      return new Target(request.partner(), request.sipAddress(), request.kind());
    }
  }

  private final RunContext context;
  private final RecentResults results;
  private final EventPublisher publisher;
  private final ProbesUnderWay underWay;
  private final ProbeMetrics metrics;
  private final ProbeTraces traces;
  private final Semaphore scheduled;
  private final Semaphore asked;
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

  /** Guards what follows. */
  private final Object turns = new Object();

  private final Set<Target> running = new HashSet<>();
  private int waiting;
  private boolean closed;

  /** Probes that were started, so that a request that arrives twice runs once. */
  private final Set<String> started =
      Collections.newSetFromMap(
          new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
              return size() > REMEMBERED;
            }
          });

  /**
   * @param atOnce how many probes may run at the same time by schedule, and as many for those who
   *     ask, so that nobody waits behind the schedule
   */
  public Prober(
      RunContext context,
      RecentResults results,
      EventPublisher publisher,
      ProbesUnderWay underWay,
      ProbeMetrics metrics,
      ProbeTraces traces,
      MeterRegistry registry,
      int atOnce) {
    this.context = context;
    this.results = results;
    this.publisher = publisher;
    this.underWay = underWay;
    this.metrics = metrics;
    this.traces = traces;
    scheduled = new Semaphore(atOnce, true);
    asked = new Semaphore(atOnce, true);
    Gauge.builder("concordat.probe.running", threads, Set::size)
        .description("Probes that run or wait for their turn")
        .register(registry);
  }

  /**
   * Starts a probe as soon as its mailbox is free; one that was started before is not started
   * again.
   *
   * @return whether there was room for it
   */
  public boolean start(ProbeRequested request) {
    synchronized (turns) {
      if (closed || waiting >= MOST_WAITING) {
        return false;
      }
      if (!started.add(request.id())) {
        return true;
      }
      waiting++;
    }
    launch(request, false);
    return true;
  }

  /** Until when a partner wants to be left alone, if it does. */
  public Optional<Instant> pausedUntil(String partner) {
    return context.throttles().pausedUntil(partner);
  }

  /**
   * Starts a scheduled probe as soon as there is a place for it.
   *
   * @return whether it was started; not while its mailbox is being probed, or waits to be
   */
  public boolean startIfIdle(ProbeRequested request) {
    synchronized (turns) {
      if (closed || !running.add(Target.of(request))) {
        return false;
      }
      started.add(request.id());
    }
    launch(request, true);
    return true;
  }

  private void launch(ProbeRequested request, boolean byMailbox) {
    Thread.ofVirtual()
        .name("probe-" + request.id())
        .start(
            () -> {
              threads.add(Thread.currentThread());
              try {
                if (byMailbox || takeMailbox(request)) {
                  try {
                    runInPlace(request);
                  } finally {
                    giveMailbox(request);
                  }
                }
              } catch (InterruptedException e) {
                LOG.debugf("the probe %s does not begin any more", request.id());
              } finally {
                threads.remove(Thread.currentThread());
              }
            });
  }

  private boolean takeMailbox(ProbeRequested request) throws InterruptedException {
    synchronized (turns) {
      try {
        while (!closed && !running.add(Target.of(request))) {
          turns.wait();
        }
        return !closed;
      } finally {
        waiting--;
      }
    }
  }

  private void giveMailbox(ProbeRequested request) {
    synchronized (turns) {
      running.remove(Target.of(request));
      turns.notifyAll();
    }
  }

  /** The partner's places first: one that is slow keeps no place from the others. */
  private void runInPlace(ProbeRequested request) throws InterruptedException {
    if (request.trigger() != ProbeTrigger.SCHEDULE) {
      inPlace(asked, () -> run(request));
      return;
    }
    Semaphore partners = context.throttles().places(request.partner());
    partners.acquire();
    try {
      inPlace(scheduled, () -> run(request));
    } finally {
      partners.release();
    }
  }

  private static void inPlace(Semaphore places, Runnable work) throws InterruptedException {
    places.acquire();
    try {
      work.run();
    } finally {
      places.release();
    }
  }

  private void run(ProbeRequested request) {
    ProbeCompleted completed = result(request);
    metrics.count(request, completed);
    if (completed.outcome() != ProbeCompleted.Outcome.PASSED) {
      var diagnosis = completed.diagnosis();
      LOG.infof(
          "The probe %s of %s %s: %s",
          completed.id(),
          completed.partner(),
          completed.outcome().name().toLowerCase(Locale.ROOT),
          diagnosis == null ? "" : diagnosis.code());
    }
    results.add(completed);
    publisher
        .publish(completed.sipAddress(), completed, traces.tell(completed).orElse(null))
        .whenComplete(
            (_, failure) -> {
              if (failure != null) {
                // The publisher counts it, and says why; so many of them would drown that out.
                LOG.debugf("The result of %s is not on Kafka: %s", completed.id(), failure);
              }
            });
  }

  private ProbeCompleted result(ProbeRequested request) {
    try {
      return new ProbeRun(request, context, underWay.watch(request)).run();
    } catch (RuntimeException e) {
      LOG.errorf(e, "The probe %s of %s broke off unexpectedly", request.id(), request.partner());
      return brokenOff(request);
    }
  }

  /** Whoever waits for a result must get one, whatever happened in here. */
  private ProbeCompleted brokenOff(ProbeRequested request) {
    return new ProbeCompleted(
        request.id(),
        request.partner(),
        request.sipAddress(),
        request.kind(),
        ProbeCompleted.Outcome.FAILED,
        context.clock().instant(),
        0,
        List.of(),
        new Diagnosis(
            Cause.NOT_RECOGNISED.code(),
            "The probe broke off for a reason of its own; the probe-service's log has it.",
            Diagnosis.Confidence.UNRECOGNISED,
            List.of(),
            List.of()),
        null,
        null,
        // Not known, so not promised; a later probe removes what this one may have left.
        false,
        request.trigger(),
        context.settings().vantage());
  }

  /** Cancels what runs, and waits a while for the clean-up. */
  @Override
  public void close() {
    synchronized (turns) {
      closed = true;
      turns.notifyAll();
    }
    threads.forEach(Thread::interrupt);
    Deadline deadline = Deadline.in(STOP);
    try {
      for (Thread thread : threads) {
        if (deadline.passed() || !thread.join(deadline.left())) {
          LOG.warn("Not every probe has cleaned up; what it left, a later one removes");
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
