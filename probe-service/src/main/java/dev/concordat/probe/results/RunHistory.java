package dev.concordat.probe.results;

import dev.concordat.contracts.events.ProbeCompleted;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How each target's last probes went: when, how long, with which outcome. Compact, so that it can
 * be kept of many thousand targets.
 */
public final class RunHistory {

  /**
   * A probe that has ended.
   *
   * @param duration milliseconds
   */
  public record Run(Instant startedAt, long duration, ProbeCompleted.Outcome outcome) {}

  private static final ProbeCompleted.Outcome[] OUTCOMES = ProbeCompleted.Outcome.values();

  /** Of one target, the oldest first. */
  private static final class Runs {
    private final int most;
    private long[] startedAt = new long[8];
    private int[] duration = new int[8];
    private byte[] outcome = new byte[8];
    private int size;

    Runs(int most) {
      this.most = most;
    }

    @SuppressWarnings("EnumOrdinal") // in memory only
    void add(ProbeCompleted result) {
      long start = result.startedAt().toEpochMilli();
      int at = size;
      while (at > 0 && startedAt[at - 1] >= start) {
        at--;
      }
      if (at < size && startedAt[at] == start) {
        return;
      }
      if (size == most) {
        if (at == 0) {
          return;
        }
        move(1, 0, at - 1);
        at--;
      } else {
        makeRoom();
        move(at, at + 1, size - at);
        size++;
      }
      startedAt[at] = start;
      duration[at] = Math.clamp(result.duration(), 0, Integer.MAX_VALUE);
      outcome[at] = (byte) result.outcome().ordinal();
    }

    private void makeRoom() {
      if (size == startedAt.length) {
        int length = Math.min(most, 2 * size);
        startedAt = Arrays.copyOf(startedAt, length);
        duration = Arrays.copyOf(duration, length);
        outcome = Arrays.copyOf(outcome, length);
      }
    }

    private void move(int from, int to, int count) {
      System.arraycopy(startedAt, from, startedAt, to, count);
      System.arraycopy(duration, from, duration, to, count);
      System.arraycopy(outcome, from, outcome, to, count);
    }

    List<Run> all() {
      var runs = new ArrayList<Run>(size);
      for (int i = 0; i < size; i++) {
        runs.add(new Run(Instant.ofEpochMilli(startedAt[i]), duration[i], OUTCOMES[outcome[i]]));
      }
      return runs;
    }
  }

  private final int runsOfEach;
  private final Map<RecentResults.Target, Runs> targets;

  /**
   * @param keptTargets of how many targets something is remembered
   * @param runsOfEach how many runs of each
   */
  public RunHistory(int keptTargets, int runsOfEach) {
    this.runsOfEach = runsOfEach;
    targets =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<RecentResults.Target, Runs> eldest) {
            return size() > keptTargets;
          }
        };
  }

  /** Adds a result, wherever in time it belongs; again is no harm. */
  public synchronized void add(ProbeCompleted result) {
    targets.computeIfAbsent(RecentResults.Target.of(result), _ -> new Runs(runsOfEach)).add(result);
  }

  /** A target's last runs, the oldest first. */
  public synchronized List<Run> of(RecentResults.Target target) {
    Runs runs = targets.get(target);
    return runs == null ? List.of() : runs.all();
  }
}
