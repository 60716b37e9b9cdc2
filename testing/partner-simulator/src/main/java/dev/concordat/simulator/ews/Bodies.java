package dev.concordat.simulator.ews;

import dev.concordat.simulator.mailboxes.Item;
import dev.concordat.simulator.mailboxes.Value;
import java.util.regex.Pattern;

/** The body of an item in the form that is asked for. */
final class Bodies {

  private static final Pattern HIDDEN =
      Pattern.compile("(?is)<(style|script|head)\\b[^>]*>.*?</\\1>");
  private static final Pattern BREAKS = Pattern.compile("(?i)<(br|/p|/div|/tr|/li)\\b[^>]*>");
  private static final Pattern TAGS = Pattern.compile("(?s)<[^>]*>");

  private Bodies() {}

  /** The body as a shape wants it: {@code Best}, {@code HTML} or {@code Text}. */
  static Value as(Value body, String type) {
    boolean html = body.attribute("BodyType").equals("HTML");
    return switch (type) {
      case "Text" -> html ? Value.of(stripped(body.text()), "BodyType", "Text") : body;
      case "HTML" -> html ? body : Value.of(marked(body.text()), "BodyType", "HTML");
      default -> body;
    };
  }

  /** The body as text alone. */
  static String text(Item item) {
    Value body = item.content().properties().get("Body");
    return body == null ? "" : as(body, "Text").text();
  }

  private static String stripped(String html) {
    String lines = BREAKS.matcher(HIDDEN.matcher(html).replaceAll("")).replaceAll("\r\n");
    return TAGS.matcher(lines)
        .replaceAll("")
        .replace("&nbsp;", "\u00a0")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&")
        .strip();
  }

  private static String marked(String text) {
    return "<html>\r\n<head>\r\n<meta http-equiv=\"Content-Type\" content=\"text/html;"
        + " charset=utf-8\">\r\n</head>\r\n<body>\r\n"
        + text.replace("&", "&amp;")
            .replace("<", "&lt;")
            .replace(">", "&gt;")
            .replace("\n", "<br>\n")
        + "\r\n</body>\r\n</html>\r\n";
  }
}
