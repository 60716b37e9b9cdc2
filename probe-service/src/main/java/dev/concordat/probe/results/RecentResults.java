package dev.concordat.probe.results;

import dev.concordat.contracts.events.ProbeCompleted;
import dev.concordat.contracts.events.ProbeKind;
import dev.concordat.contracts.events.ProbeRequested;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The last results by id, the latest of each target, and the probes asked for here. */
public final class RecentResults {

  /**
   * What is probed.
   *
   * @param sipAddress the mailbox, with {@code sip:}
   */
  public record Target(String partner, String sipAddress, ProbeKind kind) {
    /** What this is a result of. */
    public static Target of(ProbeCompleted result) {
      return new Target(result.partner(), result.sipAddress(), result.kind());
    }
  }

  /** Of a map that forgets its eldest entry beyond a size. */
  private static final class Bounded<K, V> extends LinkedHashMap<K, V> {
    private static final long serialVersionUID = 1L;
    private final int most;

    Bounded(int most) {
      this.most = most;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
      return size() > most;
    }
  }

  private final Map<String, ProbeCompleted> byId;
  private final Map<Target, ProbeCompleted> latest;
  private final Map<String, ProbeRequested> asked;
  private final List<Consumer<ProbeCompleted>> listeners = new CopyOnWriteArrayList<>();

  /**
   * @param kept how many results are kept by id
   * @param keptTargets of how many targets the latest is kept
   */
  public RecentResults(int kept, int keptTargets) {
    byId = new Bounded<>(kept);
    latest = new Bounded<>(keptTargets);
    asked = new Bounded<>(kept);
  }

  /** Notes that a probe was asked for here. */
  public synchronized void asked(ProbeRequested request) {
    asked.put(request.id(), request);
  }

  /** A probe that was asked for here and has no result yet. */
  public synchronized Optional<ProbeRequested> pending(String id) {
    return byId.containsKey(id) ? Optional.empty() : Optional.ofNullable(asked.get(id));
  }

  /** Calls back with each new result. */
  public void onResult(Consumer<ProbeCompleted> listener) {
    listeners.add(listener);
  }

  /** Adds a result; again is no harm. */
  public void add(ProbeCompleted result) {
    if (keep(result)) {
      listeners.forEach(it -> it.accept(result));
    }
  }

  private synchronized boolean keep(ProbeCompleted result) {
    if (byId.putIfAbsent(result.id(), result) != null) {
      return false;
    }
    asked.remove(result.id());
    Target target = Target.of(result);
    ProbeCompleted before = latest.get(target);
    if (before == null || !before.startedAt().isAfter(result.startedAt())) {
      // Out and in again, so that the target longest silent is forgotten first.
      latest.remove(target);
      latest.put(target, result);
    }
    notifyAll();
    return true;
  }

  /** A result by its id. */
  public synchronized Optional<ProbeCompleted> get(String id) {
    return Optional.ofNullable(byId.get(id));
  }

  /** Of a target, the results that are still kept whole, the newest first. */
  public synchronized List<ProbeCompleted> of(Target target) {
    return byId.values().stream()
        .filter(it -> Target.of(it).equals(target))
        .sorted(Comparator.comparing(ProbeCompleted::startedAt).reversed())
        .toList();
  }

  /** The latest result of a target. */
  public synchronized Optional<ProbeCompleted> latest(Target target) {
    return Optional.ofNullable(latest.get(target));
  }

  /**
   * The latest result of each target, by partner and mailbox.
   *
   * @param counts which targets count
   */
  public synchronized List<ProbeCompleted> latest(Predicate<Target> counts) {
    return latest.values().stream()
        .filter(it -> counts.test(Target.of(it)))
        .sorted(
            Comparator.comparing(ProbeCompleted::partner)
                .thenComparing(ProbeCompleted::sipAddress)
                .thenComparing(ProbeCompleted::kind))
        .toList();
  }

  /**
   * Of each partner, the share of its targets whose latest probe passed, from 0 to 1.
   *
   * @param counts which targets count
   */
  public synchronized Map<String, Double> success(Predicate<Target> counts) {
    Map<String, int[]> passed = new HashMap<>();
    for (ProbeCompleted result : latest.values()) {
      if (!counts.test(Target.of(result))) {
        continue;
      }
      int[] count = passed.computeIfAbsent(result.partner(), _ -> new int[2]);
      count[0]++;
      count[1] += result.outcome() == ProbeCompleted.Outcome.PASSED ? 1 : 0;
    }
    Map<String, Double> success = new HashMap<>();
    passed.forEach((partner, count) -> success.put(partner, (double) count[1] / count[0]));
    return success;
  }

  /** Waits for a result; empty if it does not come in this time. */
  public synchronized Optional<ProbeCompleted> await(String id, Duration atMost)
      throws InterruptedException {
    long end = System.nanoTime() + atMost.toNanos();
    while (!byId.containsKey(id)) {
      long left = Duration.ofNanos(end - System.nanoTime()).toMillis();
      if (left <= 0) {
        return Optional.empty();
      }
      wait(left);
    }
    return Optional.ofNullable(byId.get(id));
  }
}
