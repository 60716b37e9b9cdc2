package dev.concordat.diagnosis;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What an answer of Autodiscover or EWS says, apart from its content. */
public sealed interface Reply {

  /** It did what was asked. */
  record Done() implements Reply {}

  /**
   * It says no, by a SOAP fault, a response message or an error of Autodiscover: they come in
   * several shapes for the same code (ews.md 3).
   *
   * @param code for example {@code ErrorNonExistentMailbox} or {@code InvalidUser}
   * @param message its own words, bounded
   * @param backOffMilliseconds how long it wants to be left alone, where it says so
   */
  record Refused(String code, String message, @Nullable Long backOffMilliseconds)
      implements Reply {}

  /**
   * It points elsewhere.
   *
   * @param to what to ask for, or where
   * @param target an address or a URL
   */
  record Elsewhere(To to, String target) implements Reply {

    /** What a redirect names. */
    public enum To {
      ADDRESS,
      URL
    }
  }

  /**
   * It is nothing that Exchange's services answer.
   *
   * @param form what it looks like
   * @param about a page's title, or why it could not be read; bounded, may be empty
   */
  record Foreign(Form form, String about) implements Reply {

    /** What an answer that isn't Exchange's can be. */
    public enum Form {
      EMPTY,
      HTML,
      XML,
      OTHER;

      /** In words. */
      @Override
      public String toString() {
        return switch (this) {
          case EMPTY -> "an empty body";
          case HTML -> "an HTML page";
          case XML -> "other XML";
          case OTHER -> "no XML";
        };
      }
    }

    private static final Pattern TITLE =
        Pattern.compile(
            "<title[^>]{0,200}>(.{0,500}?)</title>", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    /** What a body is that could not be read as an answer. */
    public static Foreign of(byte[] body, String why) {
      String begin =
          new String(body, 0, Math.min(body.length, 4096), java.nio.charset.StandardCharsets.UTF_8);
      String lower = begin.strip().toLowerCase(Locale.ROOT);
      if (lower.isEmpty()) {
        return new Foreign(Form.EMPTY, "");
      }
      if (lower.startsWith("<!doctype html") || lower.contains("<html")) {
        Matcher title = TITLE.matcher(begin);
        return new Foreign(Form.HTML, title.find() ? Shown.text(title.group(1)) : "");
      }
      return new Foreign(lower.startsWith("<") ? Form.XML : Form.OTHER, why);
    }
  }
}
