package dev.concordat.probe.running;

import java.util.Locale;

/** What probes are made of, in order; which of them a probe has, its {@link Check} says. */
enum Stage {
  /** An empty {@code Bearer}: is OAuth offered, are we trusted? */
  CHALLENGE,
  /** A user token from the token-service. */
  TOKEN,
  /** Where the mailbox's EWS is. */
  AUTODISCOVER,
  /** The folder, found or made. */
  FOLDER,
  /** The contact list of Skype for Business, read. */
  CONTACTS,
  /** An item like those of Skype for Business. */
  CREATE,
  /** The item, read back and compared. */
  VERIFY,
  /** The item, removed for good. */
  DELETE;

  /** The name in {@code ProbeCompleted}. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
