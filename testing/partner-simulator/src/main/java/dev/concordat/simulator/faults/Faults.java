package dev.concordat.simulator.faults;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/** The faults that are set. A request meets the first that it matches. */
public final class Faults {

  private final List<Active> all = new CopyOnWriteArrayList<>();
  private final InstantSource clock;

  public Faults(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * A fault that a request meets.
   *
   * @param chance between 0 and 1, by the fault's seed and the request's number
   */
  public record Meeting(Fault fault, double chance) {}

  /** Sets one. */
  public void add(Fault fault) {
    all.add(new Active(fault, clock.instant()));
  }

  /** Forgets all. */
  public void clear() {
    all.clear();
  }

  /** Whether none is set, so that nothing needs to be asked. */
  public boolean isEmpty() {
    return all.isEmpty();
  }

  /** Those that are still to be met, as they were given, each with how often it was met. */
  public List<ObjectNode> list() {
    all.removeIf(Active::isOver);
    return all.stream().map(Active::shown).toList();
  }

  /** The fault that a request meets. */
  public Optional<Meeting> meet(Fault.Met request) {
    return first(request, fault -> !fault.has(Effect.Tls.class));
  }

  /** How a TLS handshake for this host goes wrong. */
  public Optional<Effect.Tls.Kind> meetHandshake(String host) {
    return first(
            new Fault.Met(host, "", Optional.empty(), java.util.Set.of()),
            fault -> fault.has(Effect.Tls.class))
        .flatMap(it -> it.fault().effect(Effect.Tls.class))
        .map(Effect.Tls::kind);
  }

  private Optional<Meeting> first(Fault.Met request, Predicate<Fault> kind) {
    all.removeIf(Active::isOver);
    for (Active active : all) {
      if (kind.test(active.fault) && active.fault.on().matches(request)) {
        Optional<Meeting> meeting = active.meet();
        if (meeting.isPresent()) {
          return meeting;
        }
      }
    }
    return Optional.empty();
  }

  private final class Active {
    private final Fault fault;
    private final Instant since;
    private final SplittableRandom random;
    private int matched;
    private int met;

    Active(Fault fault, Instant since) {
      this.fault = fault;
      this.since = since;
      random = new SplittableRandom(fault.when().seed());
    }

    synchronized Optional<Meeting> meet() {
      if (isOver()) {
        return Optional.empty();
      }
      Fault.Schedule when = fault.when();
      // Both are drawn for each request, so that the seed alone decides about the n-th one.
      boolean chosen = random.nextDouble() < when.probability();
      double chance = random.nextDouble();
      if (++matched <= when.after() || !chosen) {
        return Optional.empty();
      }
      met++;
      return Optional.of(new Meeting(fault, chance));
    }

    synchronized boolean isOver() {
      Fault.Schedule when = fault.when();
      Integer times = when.times();
      var lasting = when.lasting();
      return (times != null && met >= times)
          || (lasting != null && clock.instant().isAfter(since.plus(lasting)));
    }

    synchronized ObjectNode shown() {
      return fault.asGiven().deepCopy().put("met", met);
    }
  }
}
