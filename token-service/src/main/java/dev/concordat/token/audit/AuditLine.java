package dev.concordat.token.audit;

import org.jboss.logging.Logger;

/**
 * A line of the audit log: what happened, then {@code name=value} for each detail. A value from
 * outside is quoted, and can neither end its quotes nor begin a line of its own. Never a token, a
 * secret or a key.
 */
public final class AuditLine {

  /** The log category of the audit lines. */
  public static final String CATEGORY = "dev.concordat.audit";

  private static final Logger AUDIT = Logger.getLogger(CATEGORY);
  private static final int USUAL_LENGTH = 320;
  private static final int LONGEST_VALUE = 320;

  private final StringBuilder line;

  private AuditLine(String happened) {
    line = new StringBuilder(USUAL_LENGTH).append(happened);
  }

  /**
   * A line that says what happened.
   *
   * @param happened words of our own
   */
  public static AuditLine of(String happened) {
    return new AuditLine(happened);
  }

  /** A detail whose value is ours: a number, an instant, a code, a key id. */
  public AuditLine with(String name, Object value) {
    line.append(' ').append(name).append('=').append(value);
    return this;
  }

  /** A detail whose value comes from outside, or may. */
  public AuditLine quoted(String name, String value) {
    line.append(' ').append(name).append("=\"");
    int end = Math.min(value.length(), LONGEST_VALUE);
    for (int i = 0; i < end; i++) {
      char it = value.charAt(i);
      boolean harmful =
          it == '"' || it == '\\' || it == '\u2028' || it == '\u2029' || Character.isISOControl(it);
      line.append(harmful ? '_' : it);
    }
    line.append('"');
    return this;
  }

  /** Writes it down as what is in order. */
  public void info() {
    AUDIT.info(line);
  }

  /** Writes it down as what somebody should look at. */
  public void warn() {
    AUDIT.warn(line);
  }

  /** The line as it is written. */
  @Override
  public String toString() {
    return line.toString();
  }
}
