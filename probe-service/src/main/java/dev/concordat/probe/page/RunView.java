package dev.concordat.probe.page;

import dev.concordat.contracts.events.Diagnosis;
import dev.concordat.contracts.events.ProbeCompleted;
import dev.concordat.contracts.events.ProbeStage;
import dev.concordat.probe.progress.ProbesUnderWay.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One probe, ended or under way.
 *
 * @param tone {@code good}, {@code bad} or {@code quiet}
 * @param outcome how it went, in a word
 * @param say what changed last, for whoever only hears the page
 * @param facts when, how long, why, where
 * @param stages its stages, those under way last
 * @param confidence how sure the diagnosis is
 */
record RunView(
    String tone,
    String outcome,
    String say,
    List<Fact> facts,
    List<Bar> stages,
    boolean itemLeft,
    String confidence,
    @Nullable Diagnosis diagnosis) {

  /** The waterfall's width, in its own units. */
  private static final int WIDTH = 1000;

  /** Something about a probe, with its name. */
  record Fact(String name, String value) {}

  /**
   * A stage in the waterfall.
   *
   * @param x where it begins
   * @param width how long it took
   */
  record Bar(
      String name,
      String outcome,
      String tone,
      String duration,
      String status,
      String detail,
      long x,
      long width) {}

  static RunView of(ProbeCompleted it) {
    boolean passed = it.outcome() == ProbeCompleted.Outcome.PASSED;
    var facts = new ArrayList<Fact>();
    facts.add(new Fact("Started", Words.time(it.startedAt())));
    facts.add(new Fact("Took", Words.duration(it.duration())));
    facts.add(new Fact("Because of", Words.of(it.trigger())));
    facts.add(new Fact("From", it.vantage()));
    if (it.token() != null) {
      facts.add(new Fact("Token", Words.of(it.token())));
    }
    if (it.signingKey() != null) {
      facts.add(new Fact("Signed by", it.signingKey()));
    }
    return new RunView(
        passed ? "good" : "bad",
        Words.of(it.outcome()),
        "The probe " + (passed ? "passed" : "did not pass") + ".",
        facts,
        bars(it.stages(), it.duration()),
        !it.itemDeleted(),
        Optional.ofNullable(it.diagnosis()).map(its -> Words.of(its.confidence())).orElse(""),
        it.diagnosis());
  }

  static RunView of(Progress it) {
    var stages = new ArrayList<>(bars(it.stages(), 0));
    String current = it.current();
    if (current != null) {
      stages.add(new Bar(current, "running", "running", "", "", "", 0, WIDTH));
    }
    return new RunView(
        "running",
        "running",
        current == null ? "" : "Stage " + current + " runs.",
        List.of(),
        stages,
        false,
        "",
        null);
  }

  /** A probe of which nothing is known yet. */
  static RunView waiting() {
    return new RunView("running", "starting", "", List.of(), List.of(), false, "", null);
  }

  private static List<Bar> bars(List<ProbeStage> stages, long whole) {
    long sum = stages.stream().mapToLong(ProbeStage::duration).sum();
    long length = Math.max(1, Math.max(sum, whole));
    var bars = new ArrayList<Bar>();
    long before = 0;
    for (ProbeStage stage : stages) {
      bars.add(
          new Bar(
              stage.name(),
              Words.of(stage.outcome()),
              tone(stage),
              stage.outcome() == ProbeStage.Outcome.SKIPPED ? "" : Words.duration(stage.duration()),
              Optional.ofNullable(stage.httpStatus()).map(String::valueOf).orElse(""),
              Optional.ofNullable(stage.detail()).orElse(""),
              before * WIDTH / length,
              stage.outcome() == ProbeStage.Outcome.SKIPPED
                  ? 0
                  : Math.max(4, stage.duration() * WIDTH / length)));
      before += stage.duration();
    }
    return bars;
  }

  private static String tone(ProbeStage stage) {
    return switch (stage.outcome()) {
      case PASSED ->
          stage.detail() != null && stage.detail().startsWith("warning:") ? "warn" : "good";
      case FAILED -> "bad";
      case SKIPPED -> "quiet";
    };
  }
}
