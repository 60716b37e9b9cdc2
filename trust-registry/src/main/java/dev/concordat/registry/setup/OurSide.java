package dev.concordat.registry.setup;

import dev.concordat.contracts.events.PartnerKind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The other direction: what is run here, so that we accept the partner and can show that it works.
 */
final class OurSide {

  private static final String WHERE =
      "here: the host that the concordat command is on, with a token of the role admin";
  private static final String SOMEBODY = "sip:USER@DOMAIN";

  private OurSide() {}

  static List<Step> steps(Counterpart partner) {
    String name = Bash.word(partner.name());
    var steps = new ArrayList<Step>();
    String url = partner.metadataUrl();
    if (!partner.registered() && url != null) {
      steps.add(
          step(
              "Registers the partner; its document is read at once, and from then on by itself.",
              "./concordat partner new %s --metadata-url %s --kind %s"
                  .formatted(name, Bash.word(url), Counterpart.kindName(partner.kind())),
              "./concordat partner get " + name,
              "Some seconds."));
    }
    if (!partner.enabled()) {
      steps.add(
          step(
              "Enables the partner: no token is issued for it now.",
              "./concordat partner set %s --enabled true".formatted(name),
              "./concordat partner get " + name,
              null));
    }
    if (partner.registered() && url != null) {
      steps.add(
          step(
              "Reads the partner's document now, for instance after its certificate has changed.",
              "./concordat partner refresh " + name,
              "./concordat partner get " + name,
              null));
    }
    if (partner.kind() == PartnerKind.EXCHANGE) {
      String mailbox =
          partner.sipAddresses().isEmpty() ? SOMEBODY : partner.sipAddresses().getFirst();
      steps.add(
          step(
              "Proves that it works: writes an item into the user's Conversation History, reads it"
                  + " back and deletes it; or says what is wrong, and which command mends it."
                  + (mailbox.equals(SOMEBODY) ? " Put a user's SIP address in." : ""),
              "./concordat probe %s --partner %s".formatted(Bash.word(mailbox), name),
              null,
              "After the partner's servers know us."));
    }
    return steps;
  }

  private static Step step(
      String why, String command, @Nullable String check, @Nullable String timing) {
    return new Step(WHERE, Step.Shell.BASH, why, command, check, timing);
  }
}
