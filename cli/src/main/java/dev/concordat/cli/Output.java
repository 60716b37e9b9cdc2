package dev.concordat.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.contracts.Json;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Option;

/** How results are shown: for a person, or as JSON. Colours only where a terminal shows them. */
final class Output {

  /** The forms that there are. */
  enum Form {
    text,
    json
  }

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORM",
      description = "text or json. Default: ${DEFAULT-VALUE}.")
  Form form = Form.text;

  boolean isJson() {
    return form == Form.json;
  }

  static void json(PrintWriter out, JsonNode node) {
    try {
      out.println(Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(node));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree that can't be written", e);
    }
  }

  /** Rows under headings, each column as wide as it needs. */
  static void table(PrintWriter out, List<String> headings, List<List<String>> rows) {
    var all = new ArrayList<List<String>>();
    all.add(headings);
    all.addAll(rows);
    int[] widths = new int[headings.size()];
    for (List<String> row : all) {
      for (int i = 0; i < row.size(); i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    for (List<String> row : all) {
      var line = new StringBuilder();
      for (int i = 0; i < row.size(); i++) {
        line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
      }
      out.println(line.toString().stripTrailing());
    }
  }

  static String outcome(String outcome) {
    String style =
        switch (outcome) {
          case "passed" -> "fg(green)";
          case "failed" -> "fg(red),bold";
          default -> "faint";
        };
    return Ansi.AUTO.string("@|" + style + " " + outcome + "|@");
  }
}
