package dev.concordat.simulator;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the simulator answers.
 *
 * @param status the HTTP status
 * @param headers by name, values in order
 * @param body text, sent as UTF-8
 * @param following what follows the body, where it does not end the answer
 */
public record HttpAnswer(
    int status, Map<String, List<String>> headers, String body, @Nullable AnswerStream following) {

  public HttpAnswer(int status, Map<String, List<String>> headers, String body) {
    this(status, headers, body, null);
  }

  /** The one media type that clients of the product insist on, byte for byte. */
  public static final String XML = "text/xml; charset=utf-8";

  /** XML. */
  public static HttpAnswer xml(int status, String body) {
    return new HttpAnswer(status, Map.of("Content-Type", List.of(XML)), body);
  }

  /** JSON. */
  public static HttpAnswer json(int status, String body) {
    return new HttpAnswer(
        status, Map.of("Content-Type", List.of("application/json; charset=utf-8")), body);
  }

  /** Nothing but a status. */
  public static HttpAnswer empty(int status) {
    return new HttpAnswer(status, Map.of(), "");
  }

  /** The same with this body. */
  public HttpAnswer withBody(String text) {
    return new HttpAnswer(status, headers, text, following);
  }

  /** The same, and more to come. */
  public HttpAnswer followedBy(AnswerStream stream) {
    return new HttpAnswer(status, headers, body, stream);
  }

  /** The same with one more header. */
  public HttpAnswer with(String name, String value) {
    var more = new LinkedHashMap<String, List<String>>(headers);
    var values = new ArrayList<>(more.getOrDefault(name, List.of()));
    values.add(value);
    more.put(name, List.copyOf(values));
    return new HttpAnswer(status, more, body, following);
  }
}
