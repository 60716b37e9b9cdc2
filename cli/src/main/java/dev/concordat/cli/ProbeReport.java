package dev.concordat.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.List;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import picocli.CommandLine.Help.Ansi;

/** Results of probes, for people and for machines that read the reports of tests. */
final class ProbeReport {

  private final PrintWriter out;

  ProbeReport(PrintWriter out) {
    this.out = out;
  }

  /** That a stage runs; overwritten by its line when it has ended. Only on a terminal. */
  void began(String stage) {
    if (Ansi.AUTO.enabled()) {
      out.print("%-14s…".formatted(stage));
      out.flush();
    }
  }

  /** A stage in a line. */
  void stage(JsonNode stage) {
    if (Ansi.AUTO.enabled()) {
      out.print("\r\u001B[K");
    }
    String outcome = stage.path("outcome").asText();
    String status =
        stage.hasNonNull("httpStatus") ? "HTTP " + stage.path("httpStatus").asInt() : "";
    out.println(
        "%-14s%s%s%6d ms  %-9s%s"
            .formatted(
                stage.path("name").asText(),
                Output.outcome(outcome),
                " ".repeat(Math.max(1, 9 - outcome.length())),
                stage.path("duration").asLong(),
                status,
                stage.path("detail").asText(""))
            .stripTrailing());
    out.flush();
  }

  /**
   * What a probe came to.
   *
   * @param shown how many of its stages were shown already
   */
  void verdict(JsonNode result, int shown) {
    int number = 0;
    for (JsonNode stage : result.path("stages")) {
      if (number++ >= shown) {
        stage(stage);
      }
    }
    String verdict = result.path("outcome").asText();
    if (verdict.equals("passed")) {
      out.println("Test passed in %d ms.".formatted(result.path("duration").asLong()));
    } else {
      out.println("Test %s.".formatted(verdict));
      if (result.hasNonNull("diagnosis")) {
        out.println();
        diagnosis(result.path("diagnosis"));
      }
    }
    if (!result.path("itemDeleted").asBoolean(true)) {
      out.println("The item is still in the mailbox.");
    }
  }

  /** Why something failed, and what mends it. */
  void diagnosis(JsonNode diagnosis) {
    out.println(
        "%s (%s, %s)"
            .formatted(
                diagnosis.path("summary").asText(),
                diagnosis.path("code").asText(),
                diagnosis.path("confidence").asText()));
    for (JsonNode evidence : diagnosis.path("evidence")) {
      out.println("  seen: " + evidence.asText());
    }
    for (JsonNode remedy : diagnosis.path("remedies")) {
      out.println("  on " + remedy.path("where").asText() + ":");
      for (String line : remedy.path("command").asText().split("\n", -1)) {
        out.println("    " + line);
      }
      out.println("    (" + remedy.path("why").asText() + ")");
    }
  }

  /** One of many, in a line. */
  void line(JsonNode result) {
    String outcome = result.path("outcome").asText();
    String cause = result.path("diagnosis").path("summary").asText("");
    out.println(
        "%s%s%6d ms  %s at %s%s"
            .formatted(
                Output.outcome(outcome),
                " ".repeat(Math.max(1, 10 - outcome.length())),
                result.path("duration").asLong(),
                result.path("sipAddress").asText(),
                result.path("partner").asText(),
                cause.isEmpty() ? "" : ": " + cause));
    out.flush();
  }

  /** How many passed. */
  void sum(List<JsonNode> results) {
    long passed = results.stream().filter(ProbeReport::passed).count();
    out.println("%d of %d passed.".formatted(passed, results.size()));
  }

  static boolean passed(JsonNode result) {
    return result.path("outcome").asText().equals("passed");
  }

  /** The form that JUnit's reports have and build servers read. */
  void junit(List<JsonNode> results) {
    try {
      XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(out);
      xml.writeStartDocument("UTF-8", "1.0");
      xml.writeCharacters("\n");
      xml.writeStartElement("testsuite");
      xml.writeAttribute("name", "concordat probe");
      xml.writeAttribute("tests", Integer.toString(results.size()));
      xml.writeAttribute(
          "failures", Long.toString(results.stream().filter(it -> !passed(it)).count()));
      xml.writeAttribute(
          "time", seconds(results.stream().mapToLong(it -> it.path("duration").asLong()).sum()));
      for (JsonNode result : results) {
        testcase(xml, result);
      }
      xml.writeCharacters("\n");
      xml.writeEndElement();
      xml.writeEndDocument();
      xml.flush();
      out.println();
    } catch (XMLStreamException e) {
      throw new IllegalStateException("a report that can't be written", e);
    }
  }

  private static void testcase(XMLStreamWriter xml, JsonNode result) throws XMLStreamException {
    xml.writeCharacters("\n  ");
    xml.writeStartElement("testcase");
    xml.writeAttribute(
        "classname", clean(result.path("partner").asText() + "." + result.path("kind").asText()));
    xml.writeAttribute("name", clean(result.path("sipAddress").asText()));
    xml.writeAttribute("time", seconds(result.path("duration").asLong()));
    if (!passed(result)) {
      JsonNode diagnosis = result.path("diagnosis");
      var text = new StringBuilder();
      diagnosis.path("evidence").forEach(it -> text.append(it.asText()).append('\n'));
      diagnosis
          .path("remedies")
          .forEach(
              it ->
                  text.append("on ")
                      .append(it.path("where").asText())
                      .append(": ")
                      .append(it.path("command").asText())
                      .append('\n'));
      xml.writeCharacters("\n    ");
      xml.writeStartElement("failure");
      xml.writeAttribute("type", clean(diagnosis.path("code").asText("failed")));
      xml.writeAttribute("message", clean(diagnosis.path("summary").asText("failed")));
      xml.writeCharacters(clean(text.toString()));
      xml.writeEndElement();
      xml.writeCharacters("\n  ");
    }
    xml.writeEndElement();
  }

  private static String seconds(long millis) {
    return Double.toString(millis / 1000.0);
  }

  /** Without what XML 1.0 has no place for. */
  private static String clean(String text) {
    return text.replaceAll("[\\x00-\\x08\\x0B\\x0C\\x0E-\\x1F\\uFFFE\\uFFFF]", "?");
  }
}
