package dev.concordat.chaos;

import dev.concordat.chaos.Entry.Change;
import dev.concordat.chaos.Invariant.Verdict;
import dev.concordat.chaos.Invariant.Violation;
import dev.concordat.suite.Installation;
import dev.concordat.suite.SuiteFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What Porcupine, a checker that others wrote, says of the changes that rivals made: is there an
 * order, true to their clocks, in which every condition was judged rightly? It is a Go program, so
 * it takes Go.
 */
final class Linearizability implements Invariant {

  private final List<String> said;

  /**
   * What it has said.
   *
   * @param said a line {@code checked N}; for each partner without such an order {@code broken
   *     NAME}, and the entries that show it
   */
  Linearizability(List<String> said) {
    this.said = List.copyOf(said);
  }

  /** Has it look at a history; nothing where there is no Go, or Porcupine can't be got. */
  static Optional<Invariant> of(Path history) throws SuiteFailure, InterruptedException {
    Path program = Installation.find().home().resolve("testing/chaos/linearizability");
    try {
      Process process =
          new ProcessBuilder("go", "run", ".", history.toAbsolutePath().toString())
              .directory(program.toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      List<String> said =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .toList();
      process.waitFor();
      return said.isEmpty() ? Optional.empty() : Optional.of(new Linearizability(said));
    } catch (IOException noGo) {
      return Optional.empty();
    }
  }

  @Override
  public String sentence() {
    return "changes by rivals have one order that all of them saw (Porcupine)";
  }

  @Override
  public Verdict judge(List<Entry> history) {
    Map<String, Entry> entries =
        Invariant.of(Change.class, history).stream()
            .collect(Collectors.toMap(History::line, Function.identity(), (one, _) -> one));
    long checked = 0;
    var violations = new ArrayList<Violation>();
    for (int i = 0; i < said.size(); i++) {
      String line = said.get(i);
      if (line.startsWith("checked ")) {
        checked = Long.parseLong(line.substring("checked ".length()));
      } else if (line.startsWith("broken ")) {
        violations.add(
            new Violation(
                "there is no such order of the changes of " + line.substring("broken ".length()),
                said.stream()
                    .skip(i + 1L)
                    .takeWhile(it -> it.startsWith("{"))
                    .map(it -> Objects.requireNonNull(entries.get(it), it))
                    .toList()));
      }
    }
    return new Verdict(checked, violations);
  }
}
