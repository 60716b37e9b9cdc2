package dev.concordat.token.keys;

import dev.concordat.contracts.events.SigningKeyPublished;
import java.util.Locale;
import org.jboss.logging.Logger;

/** What happened to which key, by whom and why: a line each in the audit log. Never the key. */
public final class KeyAudit {

  private static final Logger AUDIT = Logger.getLogger("dev.concordat.audit");

  private KeyAudit() {}

  /** The key is announced in this state. */
  public static void announced(SigningKeyPublished key, String by, String why) {
    AUDIT.infof(
        "signing key announced key=%s phase=%s tainted=%s by=\"%s\" why=\"%s\"",
        key.keyId(),
        key.phase().name().toLowerCase(Locale.ROOT),
        key.taintedAt() != null,
        clean(by),
        clean(why));
  }

  /** The key was taken off the topic. */
  public static void pruned(String keyId, String why) {
    AUDIT.infof("signing key pruned key=%s why=\"%s\"", keyId, clean(why));
  }

  /** Something that an admin wanted was refused. */
  public static void refused(String what, String by, String why) {
    AUDIT.warnf("%s refused by=\"%s\" why=\"%s\"", clean(what), clean(by), clean(why));
  }

  private static String clean(String text) {
    var clean = new StringBuilder(text.length());
    text.codePoints()
        .map(it -> it == '"' || it == '\\' || Character.isISOControl(it) ? '_' : it)
        .map(it -> it == 0x2028 || it == 0x2029 ? '_' : it)
        .forEach(clean::appendCodePoint);
    return clean.toString();
  }
}
