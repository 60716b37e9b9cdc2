package dev.concordat.contracts.tokens;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A token's header. Only {@code alg}, {@code typ} and {@code x5t} mean anything: keys, URLs and
 * certificates that a header offers are never looked at.
 *
 * @param alg the algorithm as the token spells it; absent where it is missing or no text
 * @param typ the type; absent where it is missing or no text
 * @param x5t the signing certificate's SHA-1; absent where it is missing or no text
 */
public record TokenHeader(@Nullable String alg, @Nullable String typ, @Nullable String x5t) {

  /** The algorithm of every signed server-to-server token. */
  public static final String RS256 = "RS256";

  /** The algorithm of an unsigned outer token. */
  public static final String NONE = "none";

  /** The header of a signed token, byte for byte as the products write it (no {@code kid}). */
  public static String signed(String x5t) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("typ", "JWT")
        .put("alg", RS256)
        .put("x5t", x5t)
        .toString();
  }

  /** The type of an access token (RFC 9068 section 2.1). */
  public static final String ACCESS_TOKEN = "at+jwt";

  /**
   * The header of an access token. Others find its key by {@code kid} in our JWK set, where it is
   * the {@code x5t} too.
   */
  public static String accessToken(String x5t) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("typ", ACCESS_TOKEN)
        .put("alg", RS256)
        .put("kid", x5t)
        .put("x5t", x5t)
        .toString();
  }

  /** Whether it is that of an access token, with or without {@code application/}. */
  public boolean ofAccessToken() {
    return ACCESS_TOKEN.equalsIgnoreCase(typ)
        || ("application/" + ACCESS_TOKEN).equalsIgnoreCase(typ);
  }

  /** The header of an unsigned outer token. */
  public static String unsigned() {
    return "{\"typ\":\"JWT\",\"alg\":\"none\"}";
  }

  static TokenHeader of(ObjectNode header) {
    return new TokenHeader(text(header, "alg"), text(header, "typ"), text(header, "x5t"));
  }

  /** The algorithm in words, for reasons; never longer than an algorithm's name. */
  String algForPeople() {
    return Optional.ofNullable(alg)
        .filter(name -> name.matches("[A-Za-z0-9-]{1,16}"))
        .orElse("(none of the known)");
  }

  /** The algorithm, where it is the name of one. */
  @Override
  public String toString() {
    return "TokenHeader[alg %s]".formatted(algForPeople());
  }

  private static @Nullable String text(ObjectNode header, String name) {
    JsonNode value = header.get(name);
    return value == null ? null : value.textValue();
  }
}
