package dev.concordat.chaos;

import java.util.List;

/** Something that must hold, whatever is broken; judged from the history alone. */
interface Invariant {

  /** What must hold. */
  String sentence();

  /** Whether it held. */
  Verdict judge(List<Entry> history);

  /**
   * What came of it.
   *
   * @param checked how many things were looked at: none says nothing
   */
  record Verdict(long checked, List<Violation> violations) {
    public Verdict {
      violations = List.copyOf(violations);
    }
  }

  /**
   * It did not hold.
   *
   * @param shown the entries that show it, and no others
   */
  record Violation(String what, List<Entry> shown) {
    public Violation {
      shown = List.copyOf(shown);
    }
  }

  /** The entries of a kind, in order. */
  static <E extends Entry> List<E> of(Class<E> kind, List<Entry> history) {
    return history.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /** Every one. */
  static List<Invariant> all() {
    return List.of(
        new RegistrationsOnce(),
        new RevisionsWithoutGap(),
        new RivalsTakeTurns(),
        new ViewsConverge(),
        new NoTokenForTheRemoved(),
        new TokensGoOn(),
        new AnswersGoOn(),
        new TargetsAreProbed(),
        new NothingIsLeftBehind(),
        new EventsAreValid(),
        new PoisonIsPutAside());
  }
}
