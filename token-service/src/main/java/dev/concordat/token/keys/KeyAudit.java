package dev.concordat.token.keys;

import dev.concordat.contracts.events.SigningKeyPublished;
import dev.concordat.token.audit.AuditLine;
import java.util.Locale;

/** What happened to which key, by whom and why: a line each in the audit log. Never the key. */
public final class KeyAudit {

  private KeyAudit() {}

  /** The key is announced in this state. */
  public static void announced(SigningKeyPublished key, String by, String why) {
    AuditLine.of("signing key announced")
        .with("key", key.keyId())
        .with("phase", key.phase().name().toLowerCase(Locale.ROOT))
        .with("tainted", key.taintedAt() != null)
        .quoted("by", by)
        .quoted("why", why)
        .info();
  }

  /** The key was taken off the topic. */
  public static void pruned(String keyId, String why) {
    AuditLine.of("signing key pruned").with("key", keyId).quoted("why", why).info();
  }

  /** An admin's change of a key was refused. */
  public static void refused(String keyId, String by, String why) {
    AuditLine.of("signing key change refused")
        .quoted("key", keyId)
        .quoted("by", by)
        .quoted("why", why)
        .warn();
  }
}
