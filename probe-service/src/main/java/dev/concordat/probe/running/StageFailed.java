package dev.concordat.probe.running;

import dev.concordat.diagnosis.Observation;
import dev.concordat.diagnosis.Reply;
import java.util.Optional;

/** A stage that did not do what it is for, with what it saw that says so. */
final class StageFailed extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Observation decisive;

  StageFailed(Observation decisive) {
    super("a stage failed", null, false, false);
    this.decisive = decisive;
  }

  Observation decisive() {
    return decisive;
  }

  /** Whether the probe itself is over, rather than the partner to blame. */
  boolean isEnd() {
    return decisive instanceof Observation.Cancelled || decisive instanceof Observation.OutOfTime;
  }

  /** The code that Autodiscover or EWS refused with, where one did. */
  Optional<String> code() {
    return decisive instanceof Observation.Answered answered
            && answered.reply() instanceof Reply.Refused refused
        ? Optional.of(refused.code())
        : Optional.empty();
  }
}
