package dev.concordat.contracts.challenges;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One {@code x-ms-diagnostics}: a code and what it says, as Exchange ({@code error_category}),
 * SharePoint ({@code category}) and Skype for Business ({@code source}, {@code faultcode}) write
 * it. Never throws: what isn't there is absent.
 *
 * @param code the leading digits, for example {@code 2000003}; absent where there are none
 * @param reason the server's own words
 * @param category {@code error_category} or {@code category}, for example {@code invalid_resource}
 * @param parameters all of them, by name in lower case, in the order sent; the first of a repeated
 *     name
 */
public record MsDiagnostics(
    @Nullable Integer code,
    @Nullable String reason,
    @Nullable String category,
    Map<String, String> parameters) {

  /** Longest header that is read, in characters; the rest is cut off. */
  public static final int MAX_LENGTH = 16 * 1024;

  /** Most parameters that are read. */
  public static final int MAX_PARAMETERS = 32;

  private static final Pattern CODE = Pattern.compile("\\s*([0-9]{1,9})(?![0-9])");
  private static final Pattern NAME = Pattern.compile("\\s*([A-Za-z0-9_-]{1,64})\\s*=\\s*\"?");

  /** Where a quoted value ends. A quote inside a value ends nothing. */
  private static final Pattern END_OF_VALUE = Pattern.compile("\"\\s*(?:;|$)");

  /** Where an HTTP client joined two lines into one. */
  private static final Pattern BETWEEN_LINES =
      Pattern.compile("(?<=\")\\s*,\\s*(?=[0-9]{1,9}\\s*;)");

  public MsDiagnostics {
    parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
  }

  /** Reads one value; the first of several that a client joined. */
  public static MsDiagnostics parse(String value) {
    return one(BETWEEN_LINES.split(bounded(value), 2)[0]);
  }

  /** Reads every value of the header: front end and back end may each have sent one. */
  public static List<MsDiagnostics> parse(List<String> values) {
    var found = new ArrayList<MsDiagnostics>();
    for (String value : values) {
      for (String line : BETWEEN_LINES.split(bounded(value))) {
        found.add(one(line));
      }
    }
    return List.copyOf(found);
  }

  private static MsDiagnostics one(String line) {
    var code = CODE.matcher(line);
    boolean hasCode = code.lookingAt();
    var parameters = parameters(line, hasCode ? code.end() : 0);
    String category =
        Optional.ofNullable(parameters.get("error_category")).orElse(parameters.get("category"));
    return new MsDiagnostics(
        hasCode ? Integer.valueOf(code.group(1)) : null,
        parameters.get("reason"),
        category,
        parameters);
  }

  private static Map<String, String> parameters(String line, int start) {
    var parameters = new LinkedHashMap<String, String>();
    int at = start;
    while (at < line.length() && parameters.size() < MAX_PARAMETERS) {
      var name = NAME.matcher(line).region(at, line.length());
      if (!name.lookingAt()) {
        int next = line.indexOf(';', at);
        at = next < 0 ? line.length() : next + 1;
        continue;
      }
      boolean quoted = line.charAt(name.end() - 1) == '"';
      int valueStart = name.end();
      int valueEnd;
      if (quoted) {
        var end = END_OF_VALUE.matcher(line);
        boolean found = end.find(valueStart);
        valueEnd = found ? end.start() : line.length();
        at = found ? end.end() : line.length();
      } else {
        int next = line.indexOf(';', valueStart);
        valueEnd = next < 0 ? line.length() : next;
        at = valueEnd + 1;
      }
      parameters.putIfAbsent(
          name.group(1).toLowerCase(Locale.ROOT),
          quoted
              ? line.substring(valueStart, valueEnd)
              : line.substring(valueStart, valueEnd).strip());
    }
    return parameters;
  }

  private static String bounded(String value) {
    return value.length() > MAX_LENGTH ? value.substring(0, MAX_LENGTH) : value;
  }
}
