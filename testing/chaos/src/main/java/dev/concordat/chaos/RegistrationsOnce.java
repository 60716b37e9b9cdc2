package dev.concordat.chaos;

import dev.concordat.chaos.Entry.Command;
import dev.concordat.chaos.Entry.PartnerRecord;
import dev.concordat.chaos.Entry.Told;
import dev.concordat.chaos.Entry.Wish;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What was acknowledged is on the topic, once and with the revision that the client was told;
 * nothing is refused, for the clients ask for nothing that a rule is against. Each name is
 * registered by one client once, and removed once at most.
 */
final class RegistrationsOnce implements Invariant {

  @Override
  public String sentence() {
    return "no acknowledged registration is lost or applied twice";
  }

  @Override
  public Verdict judge(List<Entry> history) {
    Map<String, List<PartnerRecord>> records =
        Invariant.of(PartnerRecord.class, history).stream()
            .collect(Collectors.groupingBy(PartnerRecord::name));
    var violations = new ArrayList<Violation>();
    List<Command> commands = Invariant.of(Command.class, history);
    for (Command command : commands) {
      List<PartnerRecord> its =
          records.getOrDefault(command.name(), List.of()).stream()
              .filter(it -> it.removed() == (command.wish() == Wish.REMOVE))
              .toList();
      String wrong = wrong(command, its);
      if (!wrong.isEmpty()) {
        var shown = new ArrayList<Entry>();
        shown.add(command);
        shown.addAll(records.getOrDefault(command.name(), List.of()));
        violations.add(new Violation(command.name() + " " + wrong, shown));
      }
    }
    return new Verdict(commands.size(), violations);
  }

  private static String wrong(Command command, List<PartnerRecord> records) {
    String wish = command.wish() == Wish.REGISTER ? "registration" : "removal";
    if (records.size() > 1) {
      return "has its %s %d times on the topic".formatted(wish, records.size());
    }
    if (command.told() == Told.ACKNOWLEDGED && records.isEmpty()) {
      return "has an acknowledged %s that is not on the topic".formatted(wish);
    }
    if (command.told() == Told.ACKNOWLEDGED
        && command.revision() != 0
        && command.revision() != records.getFirst().revision()) {
      return "was told revision %d of its %s, and the topic has %d"
          .formatted(command.revision(), wish, records.getFirst().revision());
    }
    // No rule is against anything that the clients ask for.
    return command.told() == Told.REFUSED
        ? "has its %s refused: %s".formatted(wish, command.detail())
        : "";
  }
}
