package dev.concordat.probe.results;

import dev.concordat.contracts.events.Diagnosis;
import dev.concordat.contracts.events.ProbeCompleted;
import dev.concordat.probe.results.RecentResults.Target;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How each target is, which is less nervous than its last result: it fails once so many of its last
 * results have failed, and passes again once as many have passed. Where most of a partner's targets
 * fail for one reason, it is the partner that has failed, and they only stand behind it: one alarm
 * for one cause.
 */
public final class TargetStates {

  /** How a target is. */
  public enum State {
    /** Too little is known. */
    UNKNOWN,
    PASSING,
    FAILING,
    /** It fails because its partner does. */
    BEHIND_PARTNER;

    /** As metrics and JSON name it: {@code behind-partner}. */
    public String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** So many targets with one reason are a pattern. */
  private static final int LEAST_TARGETS = 2;

  /** What is kept of a target. */
  private static final class Kept {
    final Deque<Boolean> passed = new ArrayDeque<>();
    State state = State.UNKNOWN;
    @Nullable String code;
  }

  private final int changes;
  private final int window;
  private final Map<Target, Kept> targets;

  /**
   * @param changes how many results of the window make the state change
   * @param window how many of the last results are looked at
   * @param keptTargets of how many targets the state is kept
   */
  public TargetStates(int changes, int window, int keptTargets) {
    this.changes = changes;
    this.window = window;
    targets =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<Target, Kept> eldest) {
            return size() > keptTargets;
          }
        };
  }

  /** Takes a result in. One that was cancelled from outside says nothing. */
  public synchronized void add(ProbeCompleted result) {
    String code = Optional.ofNullable(result.diagnosis()).map(Diagnosis::code).orElse(null);
    if ("cancelled".equals(code)) {
      return;
    }
    Kept kept = targets.computeIfAbsent(Target.of(result), _ -> new Kept());
    boolean passed = result.outcome() == ProbeCompleted.Outcome.PASSED;
    kept.passed.addLast(passed);
    if (kept.passed.size() > window) {
      kept.passed.removeFirst();
    }
    if (!passed) {
      kept.code = code;
    }
    long same = kept.passed.stream().filter(it -> it == passed).count();
    if (same >= changes) {
      kept.state = passed ? State.PASSING : State.FAILING;
    }
  }

  /** How a target is. */
  public synchronized State of(Target target) {
    Kept kept = targets.get(target);
    if (kept == null) {
      return State.UNKNOWN;
    }
    return behind(kept, failedPartners().get(target.partner()));
  }

  private static State behind(Kept kept, @Nullable String partnersCode) {
    return kept.state == State.FAILING && partnersCode != null && partnersCode.equals(kept.code)
        ? State.BEHIND_PARTNER
        : kept.state;
  }

  /** The partners that have failed, with the code of the diagnosis that their targets share. */
  public synchronized Map<String, String> failedPartners() {
    var known = new HashMap<String, Integer>();
    var failing = new HashMap<String, Map<String, Integer>>();
    targets.forEach(
        (target, kept) -> {
          if (kept.state != State.UNKNOWN) {
            known.merge(target.partner(), 1, Integer::sum);
          }
          if (kept.state == State.FAILING && kept.code != null) {
            failing
                .computeIfAbsent(target.partner(), _ -> new HashMap<>())
                .merge(kept.code, 1, Integer::sum);
          }
        });
    var failed = new HashMap<String, String>();
    failing.forEach(
        (partner, codes) ->
            codes.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .filter(it -> it.getValue() >= LEAST_TARGETS)
                .filter(it -> it.getValue() * 2 >= known.getOrDefault(partner, 0))
                .ifPresent(it -> failed.put(partner, it.getKey())));
    return failed;
  }

  /**
   * How everything is at one moment.
   *
   * @param targets the state of each target that is known
   * @param failedPartners those that have failed, with the code that most of their targets share
   */
  public record Standing(Map<Target, State> targets, Map<String, String> failedPartners) {

    /** How a target is. */
    public State of(Target target) {
      return targets.getOrDefault(target, State.UNKNOWN);
    }
  }

  /** How everything is now. */
  public synchronized Standing now() {
    Map<String, String> failed = failedPartners();
    Map<Target, State> states = HashMap.newHashMap(targets.size());
    targets.forEach(
        (target, kept) -> states.put(target, behind(kept, failed.get(target.partner()))));
    return new Standing(states, failed);
  }

  /** How many of these targets are in which state, by partner; every state is told. */
  public synchronized Map<String, Map<State, Integer>> count(Collection<Target> counted) {
    Map<String, String> failed = failedPartners();
    var counts = new HashMap<String, Map<State, Integer>>();
    for (Target target : counted) {
      Kept kept = targets.get(target);
      State state = kept == null ? State.UNKNOWN : behind(kept, failed.get(target.partner()));
      counts.computeIfAbsent(target.partner(), _ -> none()).merge(state, 1, Integer::sum);
    }
    return counts;
  }

  private static Map<State, Integer> none() {
    var none = new EnumMap<State, Integer>(State.class);
    for (State state : State.values()) {
      none.put(state, 0);
    }
    return none;
  }
}
