package dev.concordat.simulator;

import dev.concordat.simulator.faults.Effect;
import dev.concordat.simulator.faults.Fault;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A request as a simulated product gets it.
 *
 * @param method the HTTP method
 * @param host the host called, in lower case, without a port
 * @param authority the host called with its port, which is left out at 443
 * @param path the path as sent
 * @param headers the headers
 * @param parameters the query's parameters
 * @param body the body
 * @param operation the EWS operation that it asks for, if it is one
 * @param fault the fault that it meets
 * @param at when, by the clock that the product believes in
 */
public record HttpCall(
    String method,
    String host,
    String authority,
    String path,
    MultiMap headers,
    MultiMap parameters,
    Buffer body,
    Optional<String> operation,
    Optional<Fault> fault,
    Instant at) {

  /** The body's bytes. */
  public byte[] bytes() {
    return body.getBytes();
  }

  /** The body as text. */
  public String text() {
    return body.toString();
  }

  /** A header's first value. */
  public @Nullable String header(String name) {
    return headers.get(name);
  }

  /** A parameter's first value; empty where there is none. */
  public String parameter(String name) {
    String value = parameters.get(name);
    return value == null ? "" : value;
  }

  /** The path in lower case: paths match in any case, as in IIS. */
  public String foldedPath() {
    return path.toLowerCase(Locale.ROOT);
  }

  /** The URL that was called, without its query. */
  public String url() {
    return "https://" + authority + path;
  }

  /** The effect of this kind that the fault has, if the request meets one. */
  public <E extends Effect> Optional<E> effect(Class<E> kind) {
    return fault.flatMap(it -> it.effect(kind));
  }

  /** Neither token nor body. */
  @Override
  public String toString() {
    return "HttpCall[%s %s%s]".formatted(method, authority, path);
  }
}
