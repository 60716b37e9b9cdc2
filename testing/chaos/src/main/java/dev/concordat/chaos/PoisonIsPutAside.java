package dev.concordat.chaos;

import dev.concordat.chaos.Entry.Poisoned;
import dev.concordat.chaos.Entry.PutAside;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** A record that can't be read is put on the dead letters, and stops nobody. */
final class PoisonIsPutAside implements Invariant {

  @Override
  public String sentence() {
    return "what can't be read is put on the dead letters";
  }

  @Override
  public Verdict judge(List<Entry> history) {
    Set<String> aside =
        Invariant.of(PutAside.class, history).stream()
            .map(it -> EventsAreValid.place(it.topic(), it.partition(), it.offset()))
            .collect(Collectors.toSet());
    List<Poisoned> poison = Invariant.of(Poisoned.class, history);
    return new Verdict(
        poison.size(),
        poison.stream()
            .filter(
                it ->
                    !aside.contains(EventsAreValid.place(it.topic(), it.partition(), it.offset())))
            .map(it -> new Violation("nobody put it aside", List.<Entry>of(it)))
            .toList());
  }
}
