package dev.concordat.simulator.administration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.concordat.simulator.RequestLog;
import dev.concordat.simulator.mailboxes.Mailbox;
import dev.concordat.simulator.mailboxes.Mailboxes;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The page of the simulator: mailboxes, the faults that are set, the last requests. */
final class Page {

  private static final int MOST_MAILBOXES = 100;

  private static final String STYLE =
      """
      body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem }
      table { border-collapse: collapse; width: 100% }
      th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid #ccc }
      pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; font-size: 13px }
      .refused { color: #a00 }
      @media (prefers-color-scheme: dark) { body { background: #111; color: #ddd } .refused { color: #f88 } }
      """;

  private Page() {}

  static String of(
      Mailboxes mailboxes,
      List<RequestLog.Entry> requests,
      List<ObjectNode> faults,
      Collection<String> products) {
    return """
    <!doctype html>
    <html lang="en"><head><meta charset="utf-8"><title>Partner simulator</title>
    <meta name="viewport" content="width=device-width"><style>%s</style></head><body>
    <h1>Partner simulator</h1>
    <p>Servers: %s. As data: <a href="/simulator/requests">requests</a>,
    <a href="/simulator/mailboxes">mailboxes</a>, <a href="/simulator/faults">faults</a>,
    <a href="/simulator/causes">causes that can be set</a>.</p>
    <h2>Faults that are set</h2>%s
    <h2>Last requests</h2>%s
    <h2>Mailboxes (%d)</h2>%s
    </body></html>
    """
        .formatted(
            STYLE,
            escaped(products.stream().sorted().collect(Collectors.joining(", "))),
            faults(faults),
            requests(requests),
            mailboxes.all().size(),
            mailboxes(mailboxes));
  }

  private static String faults(List<ObjectNode> faults) {
    return faults.isEmpty()
        ? "<p>None.</p>"
        : faults.stream()
            .map(it -> "<li><pre>" + escaped(it.toString()) + "</pre></li>")
            .collect(Collectors.joining("", "<ul>", "</ul>"));
  }

  private static String requests(List<RequestLog.Entry> requests) {
    if (requests.isEmpty()) {
      return "<p>None yet.</p>";
    }
    return requests.stream()
        .map(Page::request)
        .collect(
            Collectors.joining(
                "",
                "<table><thead><tr><th>At</th><th>Request</th><th>Status</th><th>Token</th></tr></thead><tbody>",
                "</tbody></table>"));
  }

  private static String request(RequestLog.Entry it) {
    String operation = it.operation();
    String token = it.token();
    return "<tr><td>%s</td><td>%s %s%s%s</td><td class=\"%s\">%d</td><td>%s%s%s</td></tr>"
        .formatted(
            escaped(it.at().toString()),
            escaped(it.method()),
            escaped(it.host()),
            escaped(it.path()),
            operation == null ? "" : "<br><b>" + escaped(operation) + "</b>",
            it.status() < 400 ? "served" : "refused",
            it.status(),
            token == null ? "none" : escaped(token),
            claims("claims", it.claims()),
            claims("claims of the actor token", it.actor()));
  }

  private static String claims(String title, @Nullable JsonNode claims) {
    return claims == null
        ? ""
        : "<details><summary>%s</summary><pre>%s</pre></details>"
            .formatted(title, escaped(claims.toPrettyString()));
  }

  private static String mailboxes(Mailboxes mailboxes) {
    return mailboxes.all().stream()
        .sorted(Comparator.comparing(Mailbox::address))
        .limit(MOST_MAILBOXES)
        .map(Page::mailbox)
        .collect(
            Collectors.joining(
                "",
                "<table><thead><tr><th>Address</th><th>Folders with items</th></tr></thead><tbody>",
                "</tbody></table>"));
  }

  private static String mailbox(Mailbox mailbox) {
    String folders =
        mailbox.alone(
            () ->
                mailbox.allFolders().stream()
                    .filter(it -> !it.items().isEmpty())
                    .map(it -> it.displayName() + " (" + it.items().size() + ")")
                    .sorted()
                    .collect(Collectors.joining(", ")));
    return "<tr><td><a href=\"/simulator/mailboxes/%s/items\">%s</a></td><td>%s</td></tr>"
        .formatted(
            escaped(mailbox.address().replace("%", "%25").replace("'", "%27")),
            escaped(mailbox.address()),
            escaped(folders));
  }

  /** Whatever a client sent becomes text, never markup. */
  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
