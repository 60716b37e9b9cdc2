package dev.concordat.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.contracts.Json;
import dev.concordat.contracts.tokens.S2SToken;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The last requests, with their tokens' claims: what a developer's client really sent. */
public final class RequestLog {

  private static final int MOST = 200;

  /**
   * A request.
   *
   * @param claims what its token claims; absent where it has none that can be read
   * @param actor what the actor token inside claims
   */
  public record Entry(
      Instant at,
      String method,
      String host,
      String path,
      @Nullable String operation,
      int status,
      @Nullable JsonNode claims,
      @Nullable JsonNode actor) {}

  private final Deque<Entry> entries = new ArrayDeque<>();

  synchronized void add(
      String method,
      String host,
      String path,
      Optional<String> operation,
      int status,
      @Nullable String authorization) {
    JsonNode claims = null;
    JsonNode actor = null;
    if (authorization != null
        && authorization.regionMatches(true, 0, "Bearer ", 0, 7)
        && S2SToken.parse(authorization.substring(7).strip()) instanceof S2SToken token) {
      claims = claims(token);
      actor = token.actor().map(RequestLog::claims).orElse(null);
    }
    entries.addLast(
        new Entry(
            Instant.now(), method, host, path, operation.orElse(null), status, claims, actor));
    if (entries.size() > MOST) {
      entries.removeFirst();
    }
  }

  /** The last requests, the newest first. */
  public synchronized List<Entry> last() {
    return List.copyOf(entries).reversed();
  }

  private static @Nullable JsonNode claims(S2SToken token) {
    try {
      JsonNode claims = Json.mapper().readTree(token.claims().json());
      if (claims instanceof com.fasterxml.jackson.databind.node.ObjectNode object) {
        // Never a token that could be used again.
        object.remove(List.of("actortoken", "actort"));
      }
      return claims;
    } catch (JsonProcessingException e) {
      return null;
    }
  }
}
