package dev.concordat.probe.running;

import java.util.Locale;

/** The steps of a conversation-history probe, in order. */
enum Stage {
  /** An empty {@code Bearer}: is OAuth offered, are we trusted? */
  CHALLENGE,
  /** A user token from the token-service. */
  TOKEN,
  /** Where the mailbox's EWS is. */
  AUTODISCOVER,
  /** Conversation History, found or made. */
  FOLDER,
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
