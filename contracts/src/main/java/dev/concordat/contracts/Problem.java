package dev.concordat.contracts;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A problem as RFC 9457 shapes it, for events and for HTTP alike.
 *
 * @param type {@code urn:concordat:problem:<code>}, each documented in {@code docs/problems.md}
 * @param title what kind of problem, the same for each occurrence
 * @param status the HTTP status that it has, or would have, in an answer
 * @param detail what happened this time, to which partner or mailbox, and what to do next
 * @param extensions further members, such as {@code field}, {@code value} and {@code rule}
 */
public record Problem(
    String type,
    String title,
    int status,
    @Nullable String detail,
    @JsonAnyGetter Map<String, Object> extensions) {

  /** What every problem type of ours starts with. */
  public static final String TYPE_PREFIX = "urn:concordat:problem:";

  public Problem {
    extensions = Map.copyOf(extensions);
  }

  /** A problem of one of our own types, without further members. */
  public static Problem of(String code, String title, int status, String detail) {
    return new Problem(TYPE_PREFIX + code, title, status, detail, Map.of());
  }

  @JsonCreator
  static Problem read(
      @JsonProperty("type") @Nullable String type,
      @JsonProperty("title") @Nullable String title,
      @JsonProperty("status") int status,
      @JsonProperty("detail") @Nullable String detail,
      @JsonAnySetter @Nullable Map<String, Object> extensions) {
    var further = new LinkedHashMap<String, Object>();
    if (extensions != null) {
      extensions.forEach(
          (name, value) -> {
            if (value != null) {
              further.put(name, value);
            }
          });
    }
    return new Problem(
        type == null ? "about:blank" : type, title == null ? "" : title, status, detail, further);
  }

  /** The code behind {@link #TYPE_PREFIX}, or the whole type where it is not one of ours. */
  public String code() {
    return type.startsWith(TYPE_PREFIX) ? type.substring(TYPE_PREFIX.length()) : type;
  }

  /** The same problem with one more member. */
  public Problem with(String name, Object value) {
    var more = new LinkedHashMap<>(extensions);
    more.put(name, value);
    return new Problem(type, title, status, detail, more);
  }
}
