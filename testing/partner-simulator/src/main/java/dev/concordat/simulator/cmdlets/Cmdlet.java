package dev.concordat.simulator.cmdlets;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A cmdlet with its parameters, as it was called. Names are read in any case, as PowerShell does.
 *
 * @param name for example {@code New-PartnerApplication}
 * @param parameters by name without the hyphen; a switch is {@code true}; the positional one, if
 *     any, is {@code Identity}
 */
public record Cmdlet(String name, Map<String, String> parameters) {

  public Cmdlet {
    var folded = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
    folded.putAll(parameters);
    parameters = folded;
  }

  /** Reads one from its name and a JSON object of its parameters, with or without hyphens. */
  public static Cmdlet of(String name, JsonNode parameters) throws CmdletFailed {
    var read = new LinkedHashMap<String, String>();
    for (var parameter : parameters.properties()) {
      JsonNode value = parameter.getValue();
      String key =
          parameter.getKey().startsWith("-") ? parameter.getKey().substring(1) : parameter.getKey();
      if (value.isArray()) {
        var texts = new ArrayList<String>();
        value.forEach(it -> texts.add(it.asText()));
        read.put(key, String.join(",", texts));
      } else if (value.isValueNode()) {
        read.put(key, value.asText());
      } else {
        throw new CmdletFailed("Cannot bind parameter '" + key + "'.");
      }
    }
    return new Cmdlet(name, read);
  }

  /**
   * Reads one as an admin types it: {@code & 'C:\…\Name.ps1' -Parameter 'value' -Switch}. Values
   * may be quoted either way; {@code $true} and {@code $false} are read; nothing else of PowerShell
   * is.
   */
  public static Cmdlet parse(String line) throws CmdletFailed {
    List<Word> words = words(line);
    if (!words.isEmpty() && words.getFirst().text.equals("&")) {
      words = words.subList(1, words.size());
    }
    if (words.isEmpty()) {
      throw new CmdletFailed("There is no cmdlet.");
    }
    String name = words.getFirst().text.replace('\\', '/');
    var parameters = new LinkedHashMap<String, String>();
    for (int i = 1; i < words.size(); i++) {
      Word word = words.get(i);
      if (!word.parameter()) {
        if (parameters.putIfAbsent("Identity", word.value()) != null) {
          throw new CmdletFailed(
              "A positional parameter cannot be found that accepts argument '" + word.text + "'.");
        }
        continue;
      }
      String key = word.text.substring(1);
      int colon = key.indexOf(':');
      if (colon > 0) {
        parameters.put(key.substring(0, colon), truth(key.substring(colon + 1)));
      } else if (i + 1 < words.size() && !words.get(i + 1).parameter()) {
        parameters.put(key, words.get(++i).value());
      } else {
        parameters.put(key, "true");
      }
    }
    return new Cmdlet(name.substring(name.lastIndexOf('/') + 1), parameters);
  }

  private record Word(String text, boolean quoted) {
    boolean parameter() {
      return !quoted
          && text.length() > 1
          && text.charAt(0) == '-'
          && Character.isLetter(text.charAt(1));
    }

    String value() {
      return quoted ? text : truth(text);
    }
  }

  private static String truth(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "$true" -> "true";
      case "$false" -> "false";
      default -> text;
    };
  }

  private static List<Word> words(String line) throws CmdletFailed {
    var words = new ArrayList<Word>();
    int at = 0;
    while (at < line.length()) {
      char start = line.charAt(at);
      if (Character.isWhitespace(start)) {
        at++;
      } else if (start == '\'' || start == '"') {
        var text = new StringBuilder();
        at++;
        while (true) {
          if (at >= line.length()) {
            throw new CmdletFailed("The string is missing the terminator: " + start + ".");
          }
          char next = line.charAt(at++);
          if (next != start) {
            text.append(next);
          } else if (at < line.length() && line.charAt(at) == start) {
            text.append(start);
            at++;
          } else {
            break;
          }
        }
        words.add(new Word(text.toString(), true));
      } else {
        int end = at;
        while (end < line.length() && !Character.isWhitespace(line.charAt(end))) {
          end++;
        }
        words.add(new Word(line.substring(at, end), false));
        at = end;
      }
    }
    return words;
  }

  /** The name in lower case, without {@code .ps1}. */
  String foldedName() {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.endsWith(".ps1") ? lower.substring(0, lower.length() - 4) : lower;
  }

  /** Refuses parameters that the cmdlet doesn't have. */
  Cmdlet allowing(String... known) throws CmdletFailed {
    var names = new java.util.TreeSet<String>(String.CASE_INSENSITIVE_ORDER);
    names.addAll(List.of(known));
    names.addAll(Set.of("Confirm", "WhatIf", "Force", "DomainController", "ErrorAction"));
    for (String name : parameters.keySet()) {
      if (!names.contains(name)) {
        throw new CmdletFailed(
            "A parameter cannot be found that matches parameter name '" + name + "'.");
      }
    }
    return this;
  }

  Optional<String> text(String name) {
    return Optional.ofNullable(parameters.get(name)).filter(it -> !it.isBlank());
  }

  String required(String name) throws CmdletFailed {
    return text(name)
        .orElseThrow(
            () ->
                new CmdletFailed(
                    "Cannot process command because of one or more missing mandatory parameters: "
                        + name
                        + "."));
  }

  boolean flag(String name, boolean otherwise) throws CmdletFailed {
    Optional<String> value = text(name);
    if (value.isEmpty()) {
      return otherwise;
    }
    return switch (value.get().toLowerCase(Locale.ROOT)) {
      case "true", "1" -> true;
      case "false", "0" -> false;
      default ->
          throw new CmdletFailed(
              "Cannot process argument transformation on parameter '"
                  + name
                  + "'. Cannot convert value \""
                  + value.get()
                  + "\" to type \"System.Boolean\".");
    };
  }

  List<String> list(String name) {
    return text(name)
        .map(it -> List.of(it.replaceAll("^@\\(|\\)$", "").split("\\s*,\\s*")))
        .orElse(List.of());
  }
}
