package dev.concordat.probe.metrics;

import dev.concordat.probe.results.RecentResults;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * {@code concordat_probe_success}: of each partner the share of its scheduled targets whose latest
 * probe passed. Every replica says the same, since each reads the results of all. It is counted
 * anew when something has changed, once a second at most.
 */
public final class SuccessGauge implements AutoCloseable {

  private static final Logger LOG = Logger.getLogger(SuccessGauge.class);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final Supplier<Set<RecentResults.Target>> scheduled;
  private final RecentResults results;
  private final MultiGauge gauge;
  private final Semaphore changed = new Semaphore(0);
  private final Thread thread = Thread.ofVirtual().name("probe-success").unstarted(this::run);

  /**
   * @param scheduled the targets that count
   */
  public SuccessGauge(
      Supplier<Set<RecentResults.Target>> scheduled, RecentResults results, MeterRegistry metrics) {
    this.scheduled = scheduled;
    this.results = results;
    gauge =
        MultiGauge.builder("concordat.probe.success")
            .description("Share of a partner's scheduled targets whose latest probe passed, 0 to 1")
            .register(metrics);
  }

  public void start() {
    results.onResult(_ -> change());
    thread.start();
  }

  /** Something has changed that counts here. */
  public void change() {
    changed.release();
  }

  private void run() {
    try {
      while (true) {
        changed.acquire();
        changed.drainPermits();
        Set<RecentResults.Target> counted = scheduled.get();
        gauge.register(
            results.success(counted::contains).entrySet().stream()
                .map(it -> MultiGauge.Row.of(Tags.of("partner", it.getKey()), it.getValue()))
                .toList(),
            true);
        Thread.sleep(PAUSE);
      }
    } catch (InterruptedException e) {
      LOG.debug("the gauge of success ends");
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
