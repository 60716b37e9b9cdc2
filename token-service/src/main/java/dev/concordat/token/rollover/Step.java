package dev.concordat.token.rollover;

import dev.concordat.contracts.events.ProbeRequested;
import dev.concordat.contracts.events.SigningKeyPublished;

/** Something that is due. */
sealed interface Step {

  /**
   * Write this on the signing-keys topic.
   *
   * @param key the whole state of the key
   * @param why for the audit log
   */
  record Announce(SigningKeyPublished key, String why) implements Step {}

  /**
   * Take the key off the topic.
   *
   * @param keyId which
   * @param why for the audit log
   */
  record Prune(String keyId, String why) implements Step {}

  /** Have the next key rehearsed at a partner. */
  record Rehearse(ProbeRequested request) implements Step {}
}
