package dev.concordat.probe.progress;

import dev.concordat.contracts.events.ProbeRequested;
import dev.concordat.contracts.events.ProbeStage;
import dev.concordat.contracts.events.ProbeTrigger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The probes that somebody asked for and this replica runs or has lately run, for whoever follows
 * them.
 */
public final class ProbesUnderWay {

  private static final int MOST = 500;
  private static final int MOST_EXCHANGES = 64;

  /**
   * A probe at one moment.
   *
   * @param version grows with each change
   * @param stages that have ended, in order
   * @param current the stage that runs; absent between stages and after the last
   * @param exchanges its requests so far
   */
  public record Progress(
      int version, List<ProbeStage> stages, @Nullable String current, List<Exchange> exchanges) {
    public Progress {
      stages = List.copyOf(stages);
      exchanges = List.copyOf(exchanges);
    }
  }

  private final class Followed implements ProbeWatch {
    private final List<ProbeStage> stages = new ArrayList<>();
    private final List<Exchange> exchanges = new ArrayList<>();
    private @Nullable String current;
    private int version;

    @Override
    public void began(String stage) {
      synchronized (followed) {
        current = stage;
        changed();
      }
    }

    @Override
    public void ended(ProbeStage stage) {
      synchronized (followed) {
        current = null;
        stages.add(stage);
        changed();
      }
    }

    @Override
    public void exchanged(Supplier<Exchange> exchange) {
      Exchange told = exchange.get();
      synchronized (followed) {
        if (exchanges.size() < MOST_EXCHANGES) {
          exchanges.add(told);
        }
      }
    }

    private void changed() {
      version++;
      followed.notifyAll();
    }

    private Progress now() {
      return new Progress(version, stages, current, exchanges);
    }
  }

  private final Map<String, Followed> followed =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Followed> eldest) {
          return size() > MOST;
        }
      };

  /** Who watches a probe that begins; nobody, where the schedule wants it. */
  public ProbeWatch watch(ProbeRequested request) {
    if (request.trigger() == ProbeTrigger.SCHEDULE) {
      return ProbeWatch.NOBODY;
    }
    synchronized (followed) {
      return followed.computeIfAbsent(request.id(), _ -> new Followed());
    }
  }

  /** How far a probe is; empty if it does not run here. */
  public Optional<Progress> of(String id) {
    synchronized (followed) {
      return Optional.ofNullable(followed.get(id)).map(Followed::now);
    }
  }

  /**
   * Waits until a probe is further than this version; empty if that does not come in this time.
   *
   * @param version that is known; 0 for none
   */
  public Optional<Progress> beyond(String id, int version, Duration atMost)
      throws InterruptedException {
    long end = System.nanoTime() + atMost.toNanos();
    synchronized (followed) {
      while (true) {
        Followed probe = followed.get(id);
        if (probe != null && probe.version > version) {
          return Optional.of(probe.now());
        }
        long left = Duration.ofNanos(end - System.nanoTime()).toMillis();
        if (left <= 0) {
          return Optional.empty();
        }
        followed.wait(left);
      }
    }
  }
}
