package dev.concordat.contracts.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.concordat.contracts.Problem;
import org.jspecify.annotations.Nullable;

/**
 * What became of a command, on the commands topic itself, in the transaction that decided it: a
 * refusal leaves no trace on the partners topic, and whoever waits must learn of it.
 *
 * @param commandId the command's
 * @param name the partner's name
 * @param outcome what was decided
 * @param revision the partner's revision after the decision; absent where it has none
 * @param problem why it was refused; absent otherwise
 * @param idempotency the command's, so that its repetition is answered alike
 */
public record PartnerCommandDecided(
    String commandId,
    String name,
    Outcome outcome,
    @Nullable Long revision,
    @Nullable Problem problem,
    @Nullable Idempotency idempotency)
    implements Event {

  /** The decisions that there are. */
  public enum Outcome {
    @JsonProperty("created")
    CREATED,
    @JsonProperty("replaced")
    REPLACED,
    @JsonProperty("unchanged")
    UNCHANGED,
    @JsonProperty("removed")
    REMOVED,
    @JsonProperty("refused")
    REFUSED
  }
}
