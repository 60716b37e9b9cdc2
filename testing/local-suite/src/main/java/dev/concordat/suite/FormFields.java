package dev.concordat.suite;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;

/** The fields of a form as they are sent ({@code application/x-www-form-urlencoded}). */
public final class FormFields {

  private FormFields() {}

  /** The body, in the order of the fields. */
  public static String encoded(Map<String, String> fields) {
    return fields.entrySet().stream()
        .map(it -> it.getKey() + "=" + URLEncoder.encode(it.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&"));
  }
}
