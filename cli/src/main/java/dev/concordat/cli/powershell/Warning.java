package dev.concordat.cli.powershell;

import java.util.Locale;

/**
 * Something that an admin should know of an entry, although it may well be meant.
 *
 * @param kind which of those that {@code docs/import.md} explains
 * @param sentence what was seen, and what to do
 */
public record Warning(Kind kind, String sentence) {

  /** The kinds of warnings (setup.md 3.5). */
  public enum Kind {
    SAME_IDENTITY,
    PLAIN_HTTP,
    UNUSUAL_URL,
    NO_REALM,
    DISABLED,
    SIDS_ACCEPTED,
    NO_PERMISSION,
    FULL_FOR_UNKNOWN,
    CERTIFICATE_ENDED,
    CERTIFICATE_ENDS_SOON,
    CERTIFICATE_WEAK,
    CERTIFICATE_SHA1,
    CERTIFICATE_UNREADABLE,
    CERTIFICATE_ONLY,
    IDENTIFIER_LEFT_OUT,
    NAME_CHANGED;

    /** As it is shown and documented, such as {@code plain-http}. */
    public String code() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }
}
