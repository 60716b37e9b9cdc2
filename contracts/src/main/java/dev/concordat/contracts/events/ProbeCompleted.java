package dev.concordat.contracts.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The result of a probe.
 *
 * @param id the probe's id
 * @param partner the partner's name
 * @param sipAddress the mailbox, with {@code sip:}
 * @param kind what was probed
 * @param outcome the verdict
 * @param startedAt when it began
 * @param duration milliseconds from beginning to verdict
 * @param stages each step in order
 * @param diagnosis why it failed; absent where it passed
 * @param signingKey the key id that signed its token; absent where it got none
 * @param token whether its token was signed for it or came from a cache
 * @param itemDeleted whether no item of this probe is left in the mailbox
 * @param trigger why it ran
 * @param vantage where it ran
 */
public record ProbeCompleted(
    String id,
    String partner,
    String sipAddress,
    ProbeKind kind,
    Outcome outcome,
    Instant startedAt,
    long duration,
    List<ProbeStage> stages,
    @Nullable Diagnosis diagnosis,
    @Nullable String signingKey,
    @Nullable TokenSource token,
    boolean itemDeleted,
    ProbeTrigger trigger,
    String vantage)
    implements Event {

  public ProbeCompleted {
    stages = List.copyOf(stages);
  }

  /** The verdicts that there are. */
  public enum Outcome {
    @JsonProperty("passed")
    PASSED,
    @JsonProperty("failed")
    FAILED,
    @JsonProperty("cancelled")
    CANCELLED
  }

  /** Where a probe's token came from. */
  public enum TokenSource {
    @JsonProperty("fresh")
    FRESH,
    @JsonProperty("cached")
    CACHED
  }
}
