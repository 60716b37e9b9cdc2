package dev.concordat.contracts.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * One step of a probe.
 *
 * @param name {@code challenge}, {@code token}, {@code autodiscover}, {@code folder}, {@code
 *     create}, {@code verify} or {@code delete}
 * @param outcome how it went
 * @param duration milliseconds
 * @param httpStatus the status of the decisive answer, where there was one
 * @param detail what was found, for a person
 */
public record ProbeStage(
    String name,
    Outcome outcome,
    long duration,
    @Nullable Integer httpStatus,
    @Nullable String detail) {

  /** How a stage can go; a stage behind a failed one is skipped. */
  public enum Outcome {
    @JsonProperty("passed")
    PASSED,
    @JsonProperty("failed")
    FAILED,
    @JsonProperty("skipped")
    SKIPPED
  }
}
