package dev.concordat.simulator.administration;

import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.simulator.mailboxes.Mailbox;
import dev.concordat.simulator.mailboxes.MailboxRules;
import dev.concordat.simulator.mailboxes.Mailboxes;
import java.util.Map;

/**
 * A mailbox as it is asked for, or that there is none here but elsewhere.
 *
 * @param address its SMTP address
 * @param rules its quota and holds
 * @param redirectTo the address or the URL where Autodiscover sends its clients; empty to have it
 *     here
 */
record MailboxRequest(String address, MailboxRules rules, String redirectTo) {

  static MailboxRequest read(JsonNode body) {
    return new MailboxRequest(
        body.path("address").asText(""),
        new MailboxRules(
            body.path("quotaBytes").asLong(0),
            body.path("onHold").asBoolean(false),
            body.path("singleItemRecovery").asBoolean(false)),
        body.path("redirectTo").asText(""));
  }

  /**
   * Makes the mailbox, or has it be elsewhere.
   *
   * @return what was done
   * @throws IllegalArgumentException if its address is none
   */
  Map<String, String> fulfil(Mailboxes mailboxes) {
    if (!redirectTo.isEmpty()) {
      mailboxes.redirect(address, redirectTo);
      return Map.of("address", address, "redirectTo", redirectTo);
    }
    Mailbox made = mailboxes.make(address);
    made.govern(rules);
    return Map.of("address", made.address());
  }
}
