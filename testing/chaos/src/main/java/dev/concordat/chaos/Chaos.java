package dev.concordat.chaos;

import dev.concordat.chaos.Invariant.Verdict;
import dev.concordat.suite.QuietLogs;
import dev.concordat.suite.SuiteFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * {@code ./concordat chaos [--duration 2m] [--seed N] [--replicas N]}: says what breaks while it
 * breaks, and at the end what held. Ends with 1 where something did not; the seed and the entries
 * that show it are printed, and the whole history is kept.
 */
public final class Chaos {

  private static final int MOST_SHOWN = 5;

  private Chaos() {}

  /** What is asked for. */
  record Asked(Duration duration, long seed, int replicas) {

    /** Reads the arguments; null where they can't be. */
    static @Nullable Asked of(List<String> arguments) {
      Duration duration = Duration.ofMinutes(2);
      long seed = ThreadLocalRandom.current().nextLong(1, 1_000_000);
      int replicas = 3;
      try {
        for (int i = 0; i < arguments.size(); i += 2) {
          if (i + 1 == arguments.size()) {
            return null;
          }
          String value = arguments.get(i + 1);
          switch (arguments.get(i)) {
            case "--duration" -> duration = duration(value);
            case "--seed" -> seed = Long.parseLong(value);
            case "--replicas" -> replicas = Integer.parseInt(value);
            default -> {
              return null;
            }
          }
        }
      } catch (NumberFormatException | DateTimeParseException e) {
        return null;
      }
      return duration.compareTo(Duration.ofSeconds(30)) < 0 || replicas < 2
          ? null
          : new Asked(duration, seed, replicas);
    }

    private static Duration duration(String text) {
      String upper = text.toUpperCase(Locale.ROOT);
      return Duration.parse(upper.startsWith("P") ? upper : "PT" + upper);
    }
  }

  @SuppressWarnings("SystemOut") // what a command says
  public static void main(String[] arguments) throws Exception {
    Asked asked = Asked.of(List.of(arguments));
    if (asked == null) {
      System.err.println(
          "usage: ./concordat chaos [--duration 2m] [--seed N] [--replicas N]"
              + " (at least 30 seconds and 2 replicas)");
      System.exit(2);
      return;
    }
    QuietLogs.apply();
    Path folder = Files.createTempDirectory("concordat-chaos-" + asked.seed() + "-");
    try {
      System.exit(run(asked, folder, System.out::println) ? 0 : 1);
    } catch (SuiteFailure e) {
      System.err.println(e.sentence());
      System.exit(1);
    }
  }

  /** Runs it; whether everything held. */
  static boolean run(Asked asked, Path folder, Consumer<String> out)
      throws SuiteFailure, InterruptedException, IOException {
    out.accept(
        "chaos: seed %d, %d s, %d replicas of each service, 3 brokers; logs and history in %s"
            .formatted(asked.seed(), asked.duration().toSeconds(), asked.replicas(), folder));
    List<Entry> history;
    try (Run run = new Run(folder.resolve("state"), asked.replicas(), 3, out)) {
      history =
          run.under(Schedule.of(asked.seed(), asked.duration(), run.breakable()), asked.seed());
    }
    Path file = folder.resolve("history.jsonl");
    Files.write(file, history.stream().map(History::line).toList());
    var invariants = new ArrayList<Invariant>(Invariant.all());
    Linearizability.of(file)
        .ifPresentOrElse(
            invariants::add,
            () -> out.accept("left out: Porcupine's judgement of the history, which takes Go"));
    Map<Invariant, Verdict> verdicts = new LinkedHashMap<>();
    for (Invariant invariant : invariants) {
      verdicts.put(invariant, invariant.judge(history));
    }
    report(asked, history, verdicts).forEach(out);
    return verdicts.values().stream().allMatch(it -> it.violations().isEmpty());
  }

  /** What held and what did not, line by line. */
  static List<String> report(Asked asked, List<Entry> history, Map<Invariant, Verdict> verdicts) {
    var lines = new ArrayList<String>();
    lines.add("");
    lines.add(
        "%d faults, %d commands, %d changes by rivals, %d token requests, %d other requests, %d probes, %d events"
            .formatted(
                Invariant.of(Entry.FaultBegan.class, history).size(),
                Invariant.of(Entry.Command.class, history).size(),
                Invariant.of(Entry.Change.class, history).size(),
                Invariant.of(Entry.TokenAnswer.class, history).size(),
                Invariant.of(Entry.Answered.class, history).size(),
                Invariant.of(Entry.Probed.class, history).size(),
                Invariant.of(Entry.SeenEvent.class, history).size()));
    verdicts.forEach(
        (invariant, verdict) -> {
          lines.add(
              "%-8s %s (%d looked at)"
                  .formatted(
                      !verdict.violations().isEmpty()
                          ? "BROKEN"
                          : verdict.checked() == 0 ? "no case" : "held",
                      invariant.sentence(),
                      verdict.checked()));
          verdict.violations().stream()
              .limit(MOST_SHOWN)
              .forEach(
                  violation -> {
                    lines.add("         " + violation.what());
                    violation.shown().forEach(it -> lines.add("           " + History.line(it)));
                  });
          if (verdict.violations().size() > MOST_SHOWN) {
            lines.add("         and %d more".formatted(verdict.violations().size() - MOST_SHOWN));
          }
        });
    if (verdicts.values().stream().anyMatch(it -> !it.violations().isEmpty())) {
      lines.add(
          "again: ./concordat chaos --seed %d --duration %ds --replicas %d"
              .formatted(asked.seed(), asked.duration().toSeconds(), asked.replicas()));
    }
    return lines;
  }
}
