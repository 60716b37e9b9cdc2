package dev.concordat.probe.page;

import dev.concordat.contracts.events.MetadataRefreshed;
import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.ProbeCompleted;
import dev.concordat.contracts.events.ProbeSettings;
import dev.concordat.probe.results.RecentResults.Target;
import dev.concordat.probe.results.RunHistory.Run;
import dev.concordat.probe.results.TargetStates.Standing;
import dev.concordat.probe.results.TargetStates.State;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Everything at one moment.
 *
 * @param partners by name
 * @param targets the worst first, then by partner and mailbox
 * @param counts how many targets are in which state
 * @param now the moment
 */
record Overview(
    List<PartnerRow> partners,
    List<TargetRow> targets,
    Map<TargetState, Integer> counts,
    Instant now) {

  /** After so many intervals without a result a target is silent. */
  private static final int SILENT_AFTER = 3;

  private static final Comparator<TargetRow> ORDER =
      Comparator.comparing(TargetRow::state)
          .thenComparing(it -> it.target().partner())
          .thenComparing(it -> it.target().sipAddress())
          .thenComparing(it -> it.target().kind());

  /**
   * Puts it together.
   *
   * @param registered the partners
   * @param metadata what was last read of each, by its name
   * @param scheduled every target that is probed by schedule
   * @param latest the latest results
   * @param standing how each target is, by more than its latest result
   * @param maintained which partners are being maintained
   * @param runs each target's last runs
   * @param usualInterval of partners whose settings give none
   */
  static Overview of(
      Collection<PartnerRegistered> registered,
      Function<String, Optional<MetadataRefreshed>> metadata,
      Map<Target, ProbeSettings> scheduled,
      List<ProbeCompleted> latest,
      Standing standing,
      Predicate<String> maintained,
      Function<Target, List<Run>> runs,
      Duration usualInterval,
      Instant now) {
    Map<Target, ProbeCompleted> results = new HashMap<>();
    latest.forEach(it -> results.put(Target.of(it), it));
    var rows = new ArrayList<TargetRow>();
    scheduled.forEach(
        (target, settings) -> {
          ProbeCompleted result = results.remove(target);
          Duration interval = Objects.requireNonNullElse(settings.interval(), usualInterval);
          TargetState state =
              maintained.test(target.partner())
                  ? TargetState.MAINTAINED
                  : state(result, standing.of(target), interval, now);
          rows.add(new TargetRow(target, state, result, runs.apply(target), true, now));
        });
    results.forEach(
        (target, result) ->
            rows.add(
                new TargetRow(
                    target,
                    state(result, standing.of(target)),
                    result,
                    runs.apply(target),
                    false,
                    now)));
    rows.sort(ORDER);
    Map<String, List<TargetState>> states = new HashMap<>();
    Map<TargetState, Integer> counts = new EnumMap<>(TargetState.class);
    for (TargetRow row : rows) {
      states.computeIfAbsent(row.partner(), _ -> new ArrayList<>()).add(row.state());
      counts.merge(row.state(), 1, Integer::sum);
    }
    return new Overview(
        registered.stream()
            .filter(it -> it.kind() != PartnerKind.GENERIC)
            .sorted(Comparator.comparing(PartnerRegistered::name))
            .map(
                it ->
                    partner(
                        it,
                        metadata.apply(it.name()),
                        Optional.ofNullable(standing.failedPartners().get(it.name())),
                        states.getOrDefault(it.name(), List.of()),
                        now))
            .toList(),
        List.copyOf(rows),
        counts,
        now);
  }

  private static PartnerRow partner(
      PartnerRegistered partner,
      Optional<MetadataRefreshed> metadata,
      Optional<String> failedBy,
      List<TargetState> states,
      Instant now) {
    Map<TargetState, Integer> counts = new EnumMap<>(TargetState.class);
    states.forEach(it -> counts.merge(it, 1, Integer::sum));
    return new PartnerRow(
        partner, metadata.orElse(null), failedBy.orElse(null), counts, Mosaic.of(states), now);
  }

  private static TargetState state(
      @Nullable ProbeCompleted result, State standing, Duration interval, Instant now) {
    if (result == null) {
      return TargetState.WAITING;
    }
    return result.startedAt().plus(interval.multipliedBy(SILENT_AFTER)).isBefore(now)
        ? TargetState.SILENT
        : state(result, standing);
  }

  /** While too little is known to say more, the latest result is all there is. */
  private static TargetState state(ProbeCompleted result, State standing) {
    return switch (standing) {
      case PASSING -> TargetState.PASSING;
      case FAILING -> TargetState.FAILING;
      case BEHIND_PARTNER -> TargetState.BEHIND;
      case UNKNOWN -> passed(result) ? TargetState.PASSING : TargetState.FAILING;
    };
  }

  static boolean passed(ProbeCompleted result) {
    return result.outcome() == ProbeCompleted.Outcome.PASSED;
  }

  /** How many targets are in a state. */
  int count(TargetState state) {
    return counts.getOrDefault(state, 0);
  }

  /** The target, if it is known. */
  Optional<TargetRow> target(Target wanted) {
    return targets.stream().filter(it -> it.target().equals(wanted)).findFirst();
  }

  /** The targets that a filter lets through, in the order of all. */
  List<TargetRow> matching(Filter filter) {
    return targets.stream().filter(filter::lets).toList();
  }

  /**
   * Which targets are asked for; an empty part lets everything through.
   *
   * @param text a part of the mailbox, the partner or the cause
   * @param partner a partner's name
   * @param state the label of a state
   */
  record Filter(String text, String partner, String state) {

    public boolean isEmpty() {
      return text.isEmpty() && partner.isEmpty() && state.isEmpty();
    }

    boolean lets(TargetRow row) {
      String wanted = text.toLowerCase(Locale.ROOT);
      return (state.isEmpty() || row.state().label().equals(state))
          && (partner.isEmpty() || row.partner().equals(partner))
          && (wanted.isEmpty()
              || row.mailbox().toLowerCase(Locale.ROOT).contains(wanted)
              || row.partner().toLowerCase(Locale.ROOT).contains(wanted)
              || row.cause().toLowerCase(Locale.ROOT).contains(wanted));
    }
  }
}
