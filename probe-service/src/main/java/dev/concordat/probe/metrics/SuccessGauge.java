package dev.concordat.probe.metrics;

import dev.concordat.probe.results.RecentResults;
import dev.concordat.probe.results.TargetStates;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * {@code concordat_probe_success}: of each partner the share of its scheduled targets whose latest
 * probe passed; {@code concordat_probe_target_states}: how many of them are in which state; {@code
 * concordat_probe_partner_failed}: which partners have failed, and by which diagnosis. Every
 * replica says the same, since each reads the results of all. It is counted anew when something has
 * changed, every three seconds at most.
 */
public final class SuccessGauge implements AutoCloseable {

  private static final Logger LOG = Logger.getLogger(SuccessGauge.class);
  private static final Duration PAUSE = Duration.ofSeconds(3);

  private final Supplier<Set<RecentResults.Target>> scheduled;
  private final RecentResults results;
  private final TargetStates states;
  private final MultiGauge gauge;
  private final MultiGauge stateGauge;
  private final MultiGauge failedGauge;
  private final Semaphore changed = new Semaphore(0);
  private volatile boolean stale = true;
  private final Thread thread = Thread.ofVirtual().name("probe-success").unstarted(this::run);

  /**
   * @param scheduled the targets that count
   */
  public SuccessGauge(
      Supplier<Set<RecentResults.Target>> scheduled,
      RecentResults results,
      TargetStates states,
      MeterRegistry metrics) {
    this.states = states;
    stateGauge =
        MultiGauge.builder("concordat.probe.target.states")
            .description("Scheduled targets by state, which changes after N of M results")
            .register(metrics);
    failedGauge =
        MultiGauge.builder("concordat.probe.partner.failed")
            .description("1 for a partner most of whose targets fail for one reason")
            .register(metrics);
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

  /** What counts here has changed. */
  public void recount() {
    stale = true;
    change();
  }

  private void change() {
    changed.release();
  }

  private void run() {
    Set<RecentResults.Target> counted = Set.of();
    try {
      while (true) {
        changed.acquire();
        changed.drainPermits();
        if (stale) {
          stale = false;
          counted = scheduled.get();
        }
        gauge.register(
            results.success(counted::contains).entrySet().stream()
                .map(it -> MultiGauge.Row.of(Tags.of("partner", it.getKey()), it.getValue()))
                .toList(),
            true);
        stateGauge.register(
            states.count(counted).entrySet().stream()
                .flatMap(it -> rows(it.getKey(), it.getValue()))
                .toList(),
            true);
        failedGauge.register(
            states.failedPartners().entrySet().stream()
                .map(
                    it ->
                        MultiGauge.Row.of(
                            Tags.of("partner", it.getKey(), "code", it.getValue()), 1))
                .toList(),
            true);
        Thread.sleep(PAUSE);
      }
    } catch (InterruptedException e) {
      LOG.debug("the gauge of success ends");
    }
  }

  private static Stream<MultiGauge.Row<?>> rows(
      String partner, Map<TargetStates.State, Integer> counts) {
    return counts.entrySet().stream()
        .map(
            it ->
                MultiGauge.Row.of(
                    Tags.of("partner", partner, "state", it.getKey().label()), it.getValue()));
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
