package dev.concordat.benchmarks.report;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Which way a figure should go. */
public enum Better {
  /** As a rate does. */
  @JsonProperty("more")
  MORE,
  /** As a time or a size does. */
  @JsonProperty("less")
  LESS
}
