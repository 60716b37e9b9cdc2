package dev.concordat.simulator.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a fault from JSON, one flat object. Which requests: {@code host}, {@code path}, {@code
 * operation}, {@code mailbox}. When: {@code after}, {@code times}, {@code seconds}, {@code
 * probability}, {@code seed}. What: any of the members that {@link #effects} reads, or {@code
 * cause}, a code of the diagnosis, which stands for the members in {@link Causes}; members beside
 * it come on top.
 */
public final class FaultReader {

  private final ObjectNode json;
  private final Set<String> unread = new LinkedHashSet<>();

  private FaultReader(ObjectNode json) {
    this.json = json;
    json.fieldNames().forEachRemaining(unread::add);
  }

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException if it can't be understood; the message names the member
   */
  public static Fault read(JsonNode given) {
    if (!(given instanceof ObjectNode object)) {
      throw new IllegalArgumentException("a fault is a JSON object");
    }
    ObjectNode expanded = object.deepCopy();
    JsonNode cause = expanded.remove("cause");
    if (cause != null) {
      ObjectNode members = Causes.fault(cause.asText());
      members.setAll(expanded);
      expanded = members;
    }
    return new FaultReader(expanded).fault(object);
  }

  private Fault fault(ObjectNode asGiven) {
    var on = new Fault.Selector(text("host"), text("path"), text("operation"), text("mailbox"));
    Long seconds = number("seconds", 0, 86_400_000);
    Long times = number("times", 1, Integer.MAX_VALUE);
    var when =
        new Fault.Schedule(
            intValue("after", 0),
            times == null ? null : times.intValue(),
            seconds == null ? null : Duration.ofSeconds(seconds),
            probability(),
            longValue("seed", 0));
    List<Effect> effects = effects();
    if (!unread.isEmpty()) {
      throw new IllegalArgumentException("a fault has no member " + String.join(", ", unread));
    }
    if (effects.isEmpty()) {
      throw new IllegalArgumentException(
          "the fault does nothing: it needs a cause, or a member such as status, delayMs or tls");
    }
    return new Fault(on, when, effects, asGiven.deepCopy());
  }

  private List<Effect> effects() {
    var effects = new ArrayList<Effect>();
    answers(effects);
    trust(effects);
    exchange(effects);
    transport(effects);
    return effects;
  }

  private void answers(List<Effect> effects) {
    Long status = number("status", 100, 599);
    String body = text("body");
    Map<String, String> headers = headers();
    if (status != null) {
      effects.add(new Effect.Answer(status.intValue(), headers, body == null ? "" : body));
    } else if (body != null || !headers.isEmpty()) {
      throw new IllegalArgumentException("body and headers need a status");
    }
    String realm = text("documentRealm");
    if (realm != null) {
      effects.add(new Effect.DocumentRealm(realm));
    }
    if (flag("staleDocument")) {
      effects.add(new Effect.StaleDocument());
    }
    if (flag("documentWithoutKeys")) {
      effects.add(new Effect.DocumentWithoutKeys());
    }
    String server = text("server");
    if (server != null) {
      effects.add(new Effect.AnotherServer(server));
    }
  }

  private void trust(List<Effect> effects) {
    Long code = number("diagnosticsCode", 0, 999_999_999);
    String reason = text("diagnosticsReason");
    String category = text("diagnosticsCategory");
    if (code != null) {
      effects.add(
          new Effect.TokenRefused(
              code.intValue(),
              reason == null ? "As was asked for." : reason,
              category == null ? category(code.intValue()) : category));
    } else if (reason != null || category != null) {
      throw new IllegalArgumentException("diagnosticsReason and -Category need a diagnosticsCode");
    }
    if (flag("refuseToken")) {
      effects.add(new Effect.TokenRefused(null, "", ""));
    }
    if (flag("dropOAuthChallenge")) {
      effects.add(new Effect.NoOAuth());
    }
    String wrongly = text("knownAs");
    if (wrongly != null) {
      effects.add(new Effect.KnownAs(choice("knownAs", wrongly, Effect.KnownAs.Wrongly.values())));
    }
  }

  private void exchange(List<Effect> effects) {
    String soap = text("soapResponseCode");
    Long backOff = number("backOffMilliseconds", 0, Integer.MAX_VALUE);
    if (soap != null) {
      effects.add(new Effect.SoapFault(soap, backOff == null ? null : backOff.intValue()));
    } else if (backOff != null) {
      throw new IllegalArgumentException("backOffMilliseconds needs a soapResponseCode");
    }
    String response = text("responseCode");
    if (response != null) {
      effects.add(new Effect.ResponseError(response));
    }
    String error = text("autodiscoverErrorCode");
    if (error != null) {
      effects.add(new Effect.AutodiscoverError(error));
    }
    String toUrl = text("autodiscoverRedirectUrl");
    if (toUrl != null) {
      effects.add(new Effect.AutodiscoverRedirect(true, toUrl));
    }
    String toAddress = text("autodiscoverRedirectAddress");
    if (toAddress != null) {
      effects.add(new Effect.AutodiscoverRedirect(false, toAddress));
    }
    String ewsUrl = text("ewsUrl");
    if (ewsUrl != null) {
      effects.add(new Effect.EwsUrl(ewsUrl));
    }
    if (flag("legacyMailbox")) {
      effects.add(new Effect.LegacyMailbox());
    }
    if (flag("otherItem")) {
      effects.add(new Effect.OtherItem());
    }
  }

  private void transport(List<Effect> effects) {
    long delay = longValue("delayMs", 0);
    long jitter = longValue("jitterMs", 0);
    if (delay > 0 || jitter > 0) {
      effects.add(new Effect.Delay(Duration.ofMillis(delay), Duration.ofMillis(jitter)));
    }
    if (flag("reset")) {
      effects.add(new Effect.Reset());
    }
    if (flag("truncate")) {
      effects.add(new Effect.Truncated());
    }
    Long drip = number("dripBytesPerSecond", 1, 1_000_000);
    if (drip != null) {
      effects.add(new Effect.Drip(drip.intValue()));
    }
    Long oversize = number("oversizeBytes", 1, 1L << 32);
    if (oversize != null) {
      effects.add(new Effect.Oversize(oversize));
    }
    Long date = number("dateShiftSeconds", Integer.MIN_VALUE, Integer.MAX_VALUE);
    if (date != null) {
      effects.add(new Effect.ClockShift(Duration.ofSeconds(date), true));
    }
    Long clock = number("clockShiftSeconds", Integer.MIN_VALUE, Integer.MAX_VALUE);
    if (clock != null) {
      effects.add(new Effect.ClockShift(Duration.ofSeconds(clock), false));
    }
    String tls = text("tls");
    if (tls != null) {
      effects.add(new Effect.Tls(choice("tls", tls, Effect.Tls.Kind.values())));
    }
  }

  /** The category that Exchange gives with each code (trust.md 5.2). */
  private static String category(int code) {
    return switch (code) {
      case 2000000 -> "invalid_signature";
      case 2000003 -> "invalid_resource";
      case 2000004 -> "invalid_tenant";
      case 2000005 -> "invalid_user";
      case 2000008 -> "invalid_grant";
      case 2000009 -> "invalid_issuer";
      case 4000000 -> "oauth_not_available";
      default -> "invalid_token";
    };
  }

  private @Nullable JsonNode take(String name) {
    unread.remove(name);
    JsonNode value = json.get(name);
    return value == null || value.isNull() ? null : value;
  }

  private @Nullable String text(String name) {
    JsonNode value = take(name);
    if (value == null) {
      return null;
    }
    if (!value.isTextual()) {
      throw new IllegalArgumentException(name + " must be a text");
    }
    return value.textValue();
  }

  private boolean flag(String name) {
    JsonNode value = take(name);
    if (value != null && !value.isBoolean()) {
      throw new IllegalArgumentException(name + " must be true or false");
    }
    return value != null && value.booleanValue();
  }

  private @Nullable Long number(String name, long least, long most) {
    JsonNode value = take(name);
    if (value == null) {
      return null;
    }
    if (!value.isIntegralNumber() || value.longValue() < least || value.longValue() > most) {
      throw new IllegalArgumentException(
          "%s must be a whole number from %d to %d".formatted(name, least, most));
    }
    return value.longValue();
  }

  private long longValue(String name, long otherwise) {
    Long value = number(name, name.equals("seed") ? Long.MIN_VALUE : 0, Long.MAX_VALUE);
    return value == null ? otherwise : value;
  }

  private int intValue(String name, int otherwise) {
    Long value = number(name, 0, Integer.MAX_VALUE);
    return value == null ? otherwise : value.intValue();
  }

  private double probability() {
    JsonNode value = take("probability");
    if (value == null) {
      return 1;
    }
    if (!value.isNumber() || value.doubleValue() < 0 || value.doubleValue() > 1) {
      throw new IllegalArgumentException("probability must be a number from 0 to 1");
    }
    return value.doubleValue();
  }

  private Map<String, String> headers() {
    JsonNode value = take("headers");
    if (value == null) {
      return Map.of();
    }
    if (!value.isObject()) {
      throw new IllegalArgumentException("headers must be an object of texts");
    }
    var headers = new LinkedHashMap<String, String>();
    value.properties().forEach(it -> headers.put(it.getKey(), it.getValue().asText()));
    return headers;
  }

  private static <E extends Enum<E>> E choice(String name, String text, E[] values) {
    for (E value : values) {
      if (code(value).equals(text)) {
        return value;
      }
    }
    throw new IllegalArgumentException(
        "%s must be one of %s, and is %s"
            .formatted(
                name,
                String.join(", ", List.of(values).stream().map(FaultReader::code).toList()),
                text));
  }

  private static String code(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
