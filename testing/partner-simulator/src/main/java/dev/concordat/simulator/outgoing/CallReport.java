package dev.concordat.simulator.outgoing;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What became of a call.
 *
 * @param outcome {@code passed} where the last answer is 2xx
 * @param steps what was done, in order
 * @param status the last answer's status; absent where there was none
 * @param headers the headers that say why it was refused
 * @param body what was answered, cut off after some thousand characters
 * @param claims what the token claimed, the nested one under {@code actortoken}; no signature
 */
public record CallReport(
    String outcome,
    List<Step> steps,
    @Nullable Integer status,
    Map<String, String> headers,
    String body,
    @Nullable JsonNode claims) {

  /** One step: what was done, and what came of it. */
  public record Step(String name, String outcome, String detail) {}

  /** Whether it passed. */
  public boolean passed() {
    return outcome.equals("passed");
  }
}
