package dev.concordat.probe.page;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How a target is, the worst first. */
enum TargetState {
  FAILING("failing", "✕", "Most of its last probes did not pass."),
  BEHIND("behind", "⇠", "It fails for the reason that most targets of its partner fail for."),
  SILENT("silent", "?", "No result has come for three intervals."),
  WAITING("waiting", "…", "It has not been probed yet."),
  MAINTAINED("maintained", "∥", "Its partner is being maintained, and not probed by schedule."),
  PASSING("passing", "✓", "Most of its last probes passed.");

  private final String label;
  private final String sign;
  private final String meaning;

  TargetState(String label, String sign, String meaning) {
    this.label = label;
    this.sign = sign;
    this.meaning = meaning;
  }

  /** Its word, which is also its class in the style sheet and its value in a query. */
  public String label() {
    return label;
  }

  /** What stands for it where there is no room for a word. */
  public String sign() {
    return sign;
  }

  public String meaning() {
    return meaning;
  }

  static Optional<TargetState> named(String label) {
    return Arrays.stream(values())
        .filter(it -> it.label.equals(label.toLowerCase(Locale.ROOT)))
        .findFirst();
  }
}
