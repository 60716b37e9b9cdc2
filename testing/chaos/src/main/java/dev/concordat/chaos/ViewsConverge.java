package dev.concordat.chaos;

import dev.concordat.chaos.Entry.Listed;
import dev.concordat.chaos.Entry.PartnerRecord;
import dev.concordat.chaos.Entry.ViewRead;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * At the end every replica of a service has the same view of a topic, and the registry's replicas
 * tell what the topic says.
 */
final class ViewsConverge implements Invariant {

  @Override
  public String sentence() {
    return "views of all replicas converge";
  }

  @Override
  public Verdict judge(List<Entry> history) {
    var violations = new ArrayList<Violation>();
    List<ViewRead> views = Invariant.of(ViewRead.class, history);
    Map<String, List<ViewRead>> same =
        views.stream()
            .collect(
                Collectors.groupingBy(
                    it -> service(it.replica()) + " of " + it.topic(),
                    TreeMap::new,
                    Collectors.toList()));
    same.forEach(
        (view, its) -> {
          if (its.stream().map(ViewRead::checksum).distinct().count() > 1) {
            violations.add(new Violation("the views of the " + view + " differ", List.copyOf(its)));
          }
        });
    Map<String, Long> state = state(history);
    List<Listed> lists = Invariant.of(Listed.class, history);
    for (Listed list : lists) {
      if (!list.partners().equals(state)) {
        violations.add(difference(list, state, history));
      }
    }
    return new Verdict(views.size() + lists.size(), violations);
  }

  private static String service(String replica) {
    return replica.substring(0, replica.lastIndexOf('-'));
  }

  /** What the topic comes to. */
  private static Map<String, Long> state(List<Entry> history) {
    var state = new TreeMap<String, Long>();
    Invariant.of(PartnerRecord.class, history).stream()
        .sorted(Comparator.comparingLong(PartnerRecord::offset))
        .forEach(
            it -> {
              if (it.removed()) {
                state.remove(it.name());
              } else {
                state.put(it.name(), it.revision());
              }
            });
    return state;
  }

  private static Violation difference(Listed list, Map<String, Long> state, List<Entry> history) {
    var names = new java.util.TreeSet<>(state.keySet());
    names.addAll(list.partners().keySet());
    names.removeIf(it -> java.util.Objects.equals(state.get(it), list.partners().get(it)));
    var shown =
        new ArrayList<Entry>(
            Invariant.of(PartnerRecord.class, history).stream()
                .filter(it -> names.contains(it.name()))
                .toList());
    var told = new TreeMap<>(list.partners());
    told.keySet().retainAll(names);
    shown.add(new Listed(list.at(), list.replica(), told));
    return new Violation(list.replica() + " tells otherwise than the topic of " + names, shown);
  }
}
