package dev.concordat.chaos;

import dev.concordat.chaos.Entry.Due;
import dev.concordat.chaos.Entry.FaultBegan;
import dev.concordat.chaos.Entry.FaultEnded;
import dev.concordat.chaos.Entry.Probed;
import dev.concordat.chaos.Entry.Ready;
import dev.concordat.chaos.Entry.Settled;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Between two probes of a scheduled target lies no more than its interval and the time in which
 * another replica takes over; while Kafka or a way to it is away nobody may be able to take over,
 * so that time does not count.
 */
final class TargetsAreProbed implements Invariant {

  /** A session's end, the sharing out anew, a probe that hangs, and a busy machine. */
  private static final long TAKE_OVER = 45_000;

  @Override
  public String sentence() {
    return "every scheduled target is probed within its bound";
  }

  @Override
  public Verdict judge(List<Entry> history) {
    long settled =
        Invariant.of(Settled.class, history).stream()
            .mapToLong(Settled::at)
            .findFirst()
            .orElseGet(() -> history.isEmpty() ? 0 : history.getLast().at());
    var violations = new ArrayList<Violation>();
    long checked = 0;
    for (Due due : Invariant.of(Due.class, history)) {
      List<Probed> its =
          Invariant.of(Probed.class, history).stream()
              .filter(it -> it.sipAddress().equals(due.sipAddress()) && it.startedAt() >= due.at())
              .sorted(Comparator.comparingLong(Probed::startedAt))
              .toList();
      long before = due.at();
      Entry last = due;
      for (Entry next : Stream.concat(its.stream(), Stream.of(new Settled(settled))).toList()) {
        long then = next instanceof Probed probed ? probed.startedAt() : settled;
        long bound = due.intervalMillis() + TAKE_OVER + kafkaAway(history, before, then);
        checked++;
        if (then - before > bound) {
          violations.add(
              new Violation(
                  "%s was not probed for %d s; %d s were allowed"
                      .formatted(due.sipAddress(), (then - before) / 1000, bound / 1000),
                  List.of(last, next)));
        }
        if (then > before) {
          before = then;
          last = next;
        }
      }
    }
    return new Verdict(checked, violations);
  }

  private static long kafkaAway(List<Entry> history, long from, long until) {
    long away = 0;
    for (FaultBegan began : Invariant.of(FaultBegan.class, history)) {
      if (keepsFromKafka(began.fault())) {
        long ended =
            Invariant.of(FaultEnded.class, history).stream()
                .filter(it -> it.fault().equals(began.fault()) && it.at() >= began.at())
                .mapToLong(Entry::at)
                .min()
                .orElse(until);
        if (began.fault() instanceof Fault.AllBrokersLost) {
          ended = firstReady(history, ended, until);
        }
        away += Math.max(0, Math.min(ended, until) - Math.max(began.at(), from));
      }
    }
    return away;
  }

  private static long firstReady(List<Entry> history, long from, long otherwise) {
    return Invariant.of(Ready.class, history).stream()
        .filter(it -> it.replica().equals(Injector.KAFKA) && it.at() >= from)
        .mapToLong(Entry::at)
        .min()
        .orElse(otherwise);
  }

  private static boolean keepsFromKafka(Fault fault) {
    return switch (fault) {
      case Fault.AllBrokersLost() -> true;
      case Fault.Cut(String link) -> Link.leadsToKafka(link);
      case Fault.Slow(String link, var _) -> Link.leadsToKafka(link);
      default -> false;
    };
  }
}
