package dev.concordat.chaos;

import dev.concordat.chaos.Entry.Poisoned;
import dev.concordat.chaos.Entry.SeenEvent;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Every event on every topic is valid by its schema, but for what was written to be unreadable. */
final class EventsAreValid implements Invariant {

  @Override
  public String sentence() {
    return "every event is valid by its schema";
  }

  @Override
  public Verdict judge(List<Entry> history) {
    Set<String> poisoned =
        Invariant.of(Poisoned.class, history).stream()
            .map(it -> place(it.topic(), it.partition(), it.offset()))
            .collect(Collectors.toSet());
    List<SeenEvent> seen =
        Invariant.of(SeenEvent.class, history).stream()
            .filter(it -> !poisoned.contains(place(it.topic(), it.partition(), it.offset())))
            .toList();
    return new Verdict(
        seen.size(),
        seen.stream()
            .filter(it -> !it.wrong().isEmpty())
            .map(
                it ->
                    new Violation(
                        "%s at %s: %s"
                            .formatted(
                                it.type(),
                                place(it.topic(), it.partition(), it.offset()),
                                it.wrong()),
                        List.<Entry>of(it)))
            .toList());
  }

  static String place(String topic, int partition, long offset) {
    return topic + "-" + partition + "@" + offset;
  }
}
