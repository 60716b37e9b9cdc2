package dev.concordat.contracts.events;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Why a probe runs. */
public enum ProbeTrigger {
  @JsonProperty("schedule")
  SCHEDULE,
  @JsonProperty("request")
  REQUEST,
  @JsonProperty("rehearsal")
  REHEARSAL
}
