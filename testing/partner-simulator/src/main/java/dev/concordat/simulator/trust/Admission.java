package dev.concordat.simulator.trust;

import dev.concordat.simulator.mailboxes.Mailbox;
import org.jspecify.annotations.Nullable;

/** Whether a caller is let in. */
public sealed interface Admission {

  /** He acts for a user, and may do in that user's mailbox what the user may. */
  record ForUser(PartnerApplication application, Mailbox mailbox) implements Admission {}

  /** He is an application by itself, and must say whose mailbox he means. */
  record AppOnly(PartnerApplication application) implements Admission {}

  /**
   * He is not let in: 401 with this in {@code x-ms-diagnostics}.
   *
   * @param diagnostics absent where no token was sent
   */
  record Refused(@Nullable Diagnostics diagnostics) implements Admission {}

  /**
   * What Exchange says of a refused token (trust.md 5.2).
   *
   * @param code its number
   * @param reason its text
   * @param category its error category
   */
  record Diagnostics(int code, String reason, String category) {

    /** The header's value. */
    public String header() {
      return "%d;reason=\"%s\";error_category=\"%s\"".formatted(code, reason, category);
    }
  }
}
