package dev.concordat.probe.running;

import dev.concordat.contracts.events.Diagnosis;
import dev.concordat.contracts.events.ProbeCompleted;
import dev.concordat.contracts.events.ProbeKind;
import dev.concordat.contracts.events.ProbeRequested;
import dev.concordat.diagnosis.Cause;
import dev.concordat.messaging.EventPublisher;
import dev.concordat.outbound.GuardedHttp;
import dev.concordat.probe.metrics.ProbeMetrics;
import dev.concordat.probe.progress.ProbesUnderWay;
import dev.concordat.probe.results.RecentResults;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.jboss.logging.Logger;

/**
 * Runs probes, each on a virtual thread: so many at once and no more, and never two for the same
 * mailbox. Each result is kept, counted and announced on {@code concordat.probes}.
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

  private final Targets targets;
  private final GuardedHttp http;
  private final TokenClient tokenClient;
  private final RunSettings settings;
  private final ProbesUnderWay underWay;
  private final RecentResults results;
  private final EventPublisher publisher;
  private final InstantSource clock;
  private final ProbeMetrics metrics;
  private final Semaphore places;
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
   * @param atOnce how many probes may run at the same time
   */
  public Prober(
      Targets targets,
      GuardedHttp http,
      TokenClient tokenClient,
      RunSettings settings,
      ProbesUnderWay underWay,
      RecentResults results,
      EventPublisher publisher,
      InstantSource clock,
      ProbeMetrics metrics,
      MeterRegistry registry,
      int atOnce) {
    this.targets = targets;
    this.http = http;
    this.tokenClient = tokenClient;
    this.settings = settings;
    this.underWay = underWay;
    this.results = results;
    this.publisher = publisher;
    this.clock = clock;
    this.metrics = metrics;
    places = new Semaphore(atOnce);
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

  /** Starts a probe now, unless its mailbox is being probed or all places are taken. */
  public boolean startIfIdle(ProbeRequested request) {
    synchronized (turns) {
      if (closed || running.contains(Target.of(request)) || !places.tryAcquire()) {
        return false;
      }
      running.add(Target.of(request));
      started.add(request.id());
    }
    launch(request, true);
    return true;
  }

  private void launch(ProbeRequested request, boolean hasTurn) {
    Thread.ofVirtual()
        .name("probe-" + request.id())
        .start(
            () -> {
              threads.add(Thread.currentThread());
              try {
                if (hasTurn || takeTurn(request)) {
                  try {
                    run(request);
                  } finally {
                    giveTurn(request);
                  }
                }
              } finally {
                threads.remove(Thread.currentThread());
              }
            });
  }

  private boolean takeTurn(ProbeRequested request) {
    try {
      synchronized (turns) {
        try {
          while (!closed && !running.add(Target.of(request))) {
            turns.wait();
          }
          if (closed) {
            return false;
          }
        } finally {
          waiting--;
        }
      }
      places.acquire();
      return true;
    } catch (InterruptedException e) {
      synchronized (turns) {
        running.remove(Target.of(request));
      }
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void giveTurn(ProbeRequested request) {
    places.release();
    synchronized (turns) {
      running.remove(Target.of(request));
      turns.notifyAll();
    }
  }

  private void run(ProbeRequested request) {
    ProbeCompleted completed = result(request);
    metrics.count(completed);
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
        .publish(completed.sipAddress(), completed)
        .whenComplete(
            (_, failure) -> {
              if (failure != null) {
                LOG.warnf("The result of %s is not on Kafka: %s", completed.id(), failure);
              }
            });
  }

  private ProbeCompleted result(ProbeRequested request) {
    try {
      return new ProbeRun(
              request, targets, http, tokenClient, settings, clock, underWay.watch(request))
          .run();
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
        clock.instant(),
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
        settings.vantage());
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
