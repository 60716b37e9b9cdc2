package dev.concordat.chaos;

import dev.concordat.contracts.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Which fault comes when: a function of the seed, the duration and the ground, so that a run can be
 * repeated as far as processes can. At any moment something of each service is spared, so that what
 * must go on can go on; of the brokers at most one is away, or all.
 */
final class Schedule {

  private static final Duration QUIET_AT_FIRST = Duration.ofSeconds(5);
  private static final int MOST_AT_ONCE = 3;

  /** Less than the five minutes that clocks may differ by: nothing may come of it. */
  private static final Duration FARTHEST_JUMP = Duration.ofMinutes(4);

  private static final List<Topic> POISONED =
      List.of(Topic.PARTNERS, Topic.METADATA, Topic.PARTNER_COMMANDS, Topic.PROBE_REQUESTS);

  private Schedule() {}

  /**
   * What there is to break.
   *
   * @param services the replicas of each service, by the service's name
   * @param brokers the brokers
   * @param clocks the replicas whose clock can be set
   * @param links what runs through a proxy
   */
  record Ground(
      Map<String, List<String>> services,
      List<String> brokers,
      List<String> clocks,
      List<String> links) {}

  /**
   * A fault and its time.
   *
   * @param at when it begins
   * @param lasts how long; zero for what happens once
   */
  record Planned(Duration at, Duration lasts, Fault fault) {
    Duration end() {
      return at.plus(lasts);
    }

    boolean overlaps(Planned other) {
      return at.compareTo(other.end()) <= 0 && other.at.compareTo(end()) <= 0;
    }
  }

  /** The faults of a seed, in the order of their times; all are over when the duration is. */
  static List<Planned> of(long seed, Duration duration, Ground ground) {
    var random = new SplittableRandom(seed);
    var planned = new ArrayList<Planned>();
    Duration at = QUIET_AT_FIRST;
    while (true) {
      at = at.plusMillis(random.nextLong(1_000, 6_000));
      Duration lasts = Duration.ofMillis(random.nextLong(3_000, 15_000));
      if (at.plus(lasts).compareTo(duration) > 0) {
        return List.copyOf(planned);
      }
      Fault fault = draw(random, ground);
      var next = new Planned(at, isMomentary(fault) ? Duration.ZERO : lasts, fault);
      if (isBearable(next, planned, ground)) {
        planned.add(next);
      }
    }
  }

  private static boolean isMomentary(Fault fault) {
    return fault instanceof Fault.Poison || fault instanceof Fault.PartnerRollover;
  }

  private static Fault draw(SplittableRandom random, Ground ground) {
    int kind = random.nextInt(100);
    List<String> services = ground.services.keySet().stream().sorted().toList();
    List<String> replicas = ground.services.get(one(random, services));
    String replica = one(random, replicas == null ? List.of() : replicas);
    if (kind < 28) {
      return new Fault.Kill(replica);
    }
    if (kind < 40) {
      return new Fault.Hold(replica);
    }
    if (kind < 49) {
      return new Fault.Kill(one(random, ground.brokers));
    }
    if (kind < 54) {
      return new Fault.Hold(one(random, ground.brokers));
    }
    if (kind < 60) {
      return new Fault.AllBrokersLost();
    }
    if (kind < 67) {
      return new Fault.FullDisk(one(random, ground.brokers));
    }
    if (kind < 74) {
      long seconds = random.nextLong(5, FARTHEST_JUMP.toSeconds());
      return new Fault.ClockJump(
          one(random, ground.clocks),
          Duration.ofSeconds(random.nextBoolean() ? seconds : -seconds));
    }
    if (kind < 83) {
      return new Fault.Cut(one(random, ground.links));
    }
    if (kind < 90) {
      return new Fault.Slow(
          one(random, ground.links), Duration.ofMillis(random.nextLong(50, 1_500)));
    }
    if (kind < 94) {
      return new Fault.Poison(one(random, POISONED));
    }
    return kind < 97 ? new Fault.PartnerOutage() : new Fault.PartnerRollover();
  }

  private static <T> T one(SplittableRandom random, List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  private static boolean isBearable(Planned next, List<Planned> planned, Ground ground) {
    List<Planned> meanwhile =
        planned.stream().filter(it -> !it.lasts.isZero() && it.overlaps(next)).toList();
    if (meanwhile.size() >= MOST_AT_ONCE) {
      return false;
    }
    Set<String> away = new HashSet<>(targets(next.fault, ground));
    for (Planned other : meanwhile) {
      for (String target : targets(other.fault, ground)) {
        if (!away.add(target)) {
          return false;
        }
      }
    }
    long brokers = ground.brokers.stream().filter(away::contains).count();
    return (brokers <= 1 || (brokers == ground.brokers.size() && allAtOnce(next, meanwhile)))
        && ground.services.values().stream().noneMatch(away::containsAll);
  }

  private static boolean allAtOnce(Planned next, List<Planned> meanwhile) {
    return next.fault instanceof Fault.AllBrokersLost
        || meanwhile.stream().anyMatch(it -> it.fault instanceof Fault.AllBrokersLost);
  }

  /** What a fault takes away: no two faults have the same at once. */
  static Set<String> targets(Fault fault, Ground ground) {
    return switch (fault) {
      case Fault.Kill(String node) -> Set.of(node);
      case Fault.Hold(String node) -> Set.of(node);
      case Fault.AllBrokersLost() -> Set.copyOf(ground.brokers);
      case Fault.FullDisk(String broker) -> Set.of(broker);
      case Fault.ClockJump(String replica, var _) -> Set.of("clock of " + replica);
      case Fault.Cut(String link) -> Set.of(link);
      case Fault.Slow(String link, var _) -> Set.of(link);
      case Fault.PartnerOutage() -> Set.of("partner");
      case Fault.Poison _, Fault.PartnerRollover _ -> Set.of();
    };
  }
}
