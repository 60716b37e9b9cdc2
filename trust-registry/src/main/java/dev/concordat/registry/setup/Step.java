package dev.concordat.registry.setup;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * Something to do, in this order.
 *
 * @param where on which server, in which shell, as whom
 * @param shell what the command is written for; absent where there is none
 * @param why what it does, and what for
 * @param command what to run, with line feeds between its lines; absent where a person does
 *     something that no command of ours does
 * @param check what to run to see that it worked
 * @param timing how long it takes to be in effect, and what makes that shorter
 */
public record Step(
    String where,
    @Nullable Shell shell,
    String why,
    @Nullable String command,
    @Nullable String check,
    @Nullable String timing) {

  /** What a command is written for. */
  public enum Shell {
    @JsonProperty("exchange-management-shell")
    EXCHANGE,
    @JsonProperty("skype-management-shell")
    SKYPE,
    @JsonProperty("sharepoint-management-shell")
    SHAREPOINT,
    @JsonProperty("powershell")
    POWERSHELL,
    @JsonProperty("bash")
    BASH
  }

  static Step person(String where, String why) {
    return new Step(where, null, why, null, null, null);
  }
}
