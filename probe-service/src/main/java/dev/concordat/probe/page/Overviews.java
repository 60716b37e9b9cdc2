package dev.concordat.probe.page;

import dev.concordat.probe.ServiceSettings;
import dev.concordat.probe.results.RecentResults;
import dev.concordat.probe.results.RunHistory;
import dev.concordat.probe.results.TargetStates;
import dev.concordat.probe.running.Targets;
import dev.concordat.probe.schedule.Maintenance;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The overview as it is now, made once a second at most, however many people look at it. */
@Singleton
final class Overviews {

  private static final Duration FRESH = Duration.ofSeconds(1);

  private final Targets targets;
  private final RecentResults results;
  private final RunHistory history;
  private final TargetStates states;
  private final Maintenance maintenance;
  private final InstantSource clock;
  private final Duration usualInterval;
  private final AtomicLong changes = new AtomicLong();
  private @Nullable Overview last;
  private long lastChange = -1;

  Overviews(
      Targets targets,
      RecentResults results,
      RunHistory history,
      TargetStates states,
      Maintenance maintenance,
      InstantSource clock,
      ServiceSettings settings) {
    this.targets = targets;
    this.results = results;
    this.history = history;
    this.states = states;
    this.maintenance = maintenance;
    this.clock = clock;
    usualInterval = settings.interval();
    results.onResult(_ -> changes.incrementAndGet());
    targets.partners().listen(_ -> changes.incrementAndGet());
    targets.metadata().listen(_ -> changes.incrementAndGet());
  }

  /** Grows with everything that the overview may show. */
  long version() {
    return changes.get();
  }

  synchronized Overview now() {
    Instant now = clock.instant();
    Overview known = last;
    long change = changes.get();
    boolean fresh = known != null && known.now().plus(FRESH).isAfter(now);
    // One look after a change is always new, so that whoever made it sees it.
    if (known != null && fresh && (change == lastChange || known.targets().size() > 5_000)) {
      return known;
    }
    var made =
        Overview.of(
            targets.partners().snapshot().values(),
            name -> Optional.ofNullable(targets.metadata().snapshot().get(name)),
            targets.scheduled(),
            results.latest(it -> targets.partner(it.partner()).isPresent()),
            states.now(),
            partner -> maintenance.isNow(partner, now),
            history::of,
            usualInterval,
            now);
    last = made;
    lastChange = change;
    return made;
  }
}
