package dev.concordat.probe.http;

import dev.concordat.contracts.events.ProbeCompleted;
import dev.concordat.probe.progress.ProbesUnderWay;
import dev.concordat.probe.progress.ProbesUnderWay.Progress;
import dev.concordat.probe.results.RecentResults;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.BackPressureStrategy;
import io.smallrye.mutiny.subscription.MultiEmitter;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A probe that somebody looks at while it runs. Of one that runs on another replica only its end is
 * seen.
 */
@Singleton
public final class FollowedProbe {

  private static final Duration GLANCE = Duration.ofMillis(200);
  private static final Duration PATIENCE = Duration.ofMinutes(11);

  private final RecentResults results;
  private final ProbesUnderWay underWay;

  FollowedProbe(RecentResults results, ProbesUnderWay underWay) {
    this.results = results;
    this.underWay = underWay;
  }

  /** What is seen of it. */
  public sealed interface Step {

    /** It goes on. */
    record UnderWay(Progress progress) implements Step {}

    /** It has ended. */
    record Ended(ProbeCompleted result) implements Step {}
  }

  /** Its steps, up to its end; nothing at all of one that nobody here has asked for. */
  public Multi<Step> follow(String id) {
    return Multi.createFrom()
        .emitter(
            emitter -> Thread.ofVirtual().name("follow-" + id).start(() -> follow(id, emitter)),
            BackPressureStrategy.BUFFER);
  }

  private void follow(String id, MultiEmitter<? super Step> emitter) {
    var gone = new AtomicBoolean();
    emitter.onTermination(() -> gone.set(true));
    long end = System.nanoTime() + PATIENCE.toNanos();
    int version = 0;
    try {
      while (!gone.get() && System.nanoTime() < end) {
        Optional<ProbeCompleted> result = results.get(id);
        if (result.isPresent()) {
          emitter.emit(new Step.Ended(result.get()));
          break;
        }
        if (results.pending(id).isEmpty() && underWay.of(id).isEmpty()) {
          break;
        }
        Optional<Progress> further = underWay.beyond(id, version, GLANCE);
        if (further.isPresent()) {
          version = further.get().version();
          emitter.emit(new Step.UnderWay(further.get()));
        }
      }
      emitter.complete();
    } catch (InterruptedException e) {
      emitter.complete();
    }
  }
}
