package dev.concordat.probe.browser;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Page;
import dev.concordat.contracts.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** What axe-core finds wrong with a page, by the rules of WCAG 2.2 A and AA. */
final class Axe {

  private static final String SCRIPT = read("/axe.min.js");

  private Axe() {}

  static List<String> violations(Page page) {
    // By the debugger, which the page's content security policy does not bind.
    page.evaluate(SCRIPT);
    Object found =
        page.evaluate(
            "async () => JSON.stringify((await axe.run(document, {runOnly:"
                + " ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']})).violations)");
    var lines = new ArrayList<String>();
    try {
      for (JsonNode violation : Json.mapper().readTree(String.valueOf(found))) {
        for (JsonNode node : violation.path("nodes")) {
          lines.add(
              "%s: %s (%s)"
                  .formatted(
                      violation.path("id").asText(),
                      node.path("html").asText(),
                      node.path("failureSummary").asText()));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return lines;
  }

  private static String read(String resource) {
    try (InputStream script = Axe.class.getResourceAsStream(resource)) {
      return new String(
          Objects.requireNonNull(script, resource).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
