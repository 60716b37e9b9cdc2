package dev.concordat.contracts.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * Why a probe failed and what mends it.
 *
 * @param code names the cause; documented in {@code docs/diagnose.md}
 * @param summary the cause in a sentence
 * @param confidence how sure it is
 * @param evidence what was seen that says so
 * @param remedies what to do, the most promising first
 */
public record Diagnosis(
    String code,
    String summary,
    Confidence confidence,
    List<String> evidence,
    List<Remedy> remedies) {

  public Diagnosis {
    evidence = List.copyOf(evidence);
    remedies = List.copyOf(remedies);
  }

  /** How sure a diagnosis is. */
  public enum Confidence {
    @JsonProperty("proved")
    PROVED,
    @JsonProperty("likely")
    LIKELY,
    @JsonProperty("unrecognised")
    UNRECOGNISED
  }

  /**
   * One thing to do.
   *
   * @param where on which server or machine
   * @param command what to run there, ready to paste
   * @param why what it changes
   */
  public record Remedy(String where, String command, String why) {}
}
