package dev.concordat.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.concordat.contracts.Json;
import dev.concordat.contracts.tokens.S2SToken;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The last requests, with their tokens' headers and claims: what a developer's client really sent.
 * A token is taken apart when it is looked at; what is shown of it has no signature and can't be
 * used again.
 */
public final class RequestLog {

  private static final int MOST = 200;

  /**
   * A request.
   *
   * @param claims what its token claims; absent where it has none that can be read
   * @param actor what the actor token inside claims
   * @param token what kind of token it is, where it has one
   */
  public record Entry(
      Instant at,
      String method,
      String host,
      String path,
      @Nullable String operation,
      int status,
      @Nullable JsonNode claims,
      @Nullable JsonNode actor,
      @Nullable String token) {}

  private record Noted(HttpCall call, Instant at, int status) {}

  private final Deque<Noted> entries = new ArrayDeque<>();

  synchronized void add(HttpCall call, int status) {
    entries.addLast(new Noted(withoutBody(call), Instant.now(), status));
    if (entries.size() > MOST) {
      entries.removeFirst();
    }
  }

  /** The last requests, the newest first. */
  public List<Entry> last() {
    return noted().reversed().stream().map(RequestLog::entry).toList();
  }

  private synchronized List<Noted> noted() {
    return List.copyOf(entries);
  }

  private static HttpCall withoutBody(HttpCall it) {
    return new HttpCall(
        it.method(),
        it.host(),
        it.authority(),
        it.path(),
        it.headers(),
        it.parameters(),
        Buffer.buffer(),
        it.operation(),
        Optional.empty(),
        it.at());
  }

  private static Entry entry(Noted noted) {
    HttpCall call = noted.call;
    String authorization = call.header("Authorization");
    JsonNode claims = null;
    JsonNode actor = null;
    String kind = null;
    if (authorization != null && authorization.regionMatches(true, 0, "Bearer", 0, 6)) {
      String text = authorization.substring(6).strip();
      switch (S2SToken.parse(text)) {
        case S2SToken token -> {
          kind = token.userToken() ? "user token" : "app-only token";
          claims = claims(token);
          actor = token.actor().map(RequestLog::claims).orElse(null);
        }
        case dev.concordat.contracts.tokens.Refusal refusal ->
            kind = text.isEmpty() ? "empty" : "no token: " + refusal.reason();
      }
    }
    return new Entry(
        noted.at,
        call.method(),
        call.authority(),
        call.path(),
        call.operation().orElse(null),
        noted.status,
        claims,
        actor,
        kind);
  }

  private static @Nullable JsonNode claims(S2SToken token) {
    try {
      JsonNode claims = Json.mapper().readTree(token.claims().json());
      if (claims instanceof ObjectNode object) {
        // Never a token that could be used again.
        object.remove(List.of("actortoken", "actort"));
      }
      return claims;
    } catch (JsonProcessingException e) {
      return null;
    }
  }
}
