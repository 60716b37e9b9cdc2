package dev.concordat.contracts.tokens;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.concordat.contracts.names.AudienceName;
import dev.concordat.contracts.names.PrincipalName;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;

/** How the claims of our own tokens are written. */
final class ClaimsJson {

  private ClaimsJson() {}

  /** The claims that actor tokens and user tokens both begin with. */
  static ObjectNode frame(
      AudienceName audience,
      PrincipalName issuer,
      Instant notBefore,
      Instant expiry,
      TimeForm times) {
    var claims =
        JsonNodeFactory.instance
            .objectNode()
            .put("aud", audience.lowerCase().toString())
            .put("iss", issuer.lowerCase().toString());
    return switch (times) {
      case STRING ->
          claims
              .put("nbf", Long.toString(notBefore.getEpochSecond()))
              .put("exp", Long.toString(expiry.getEpochSecond()));
      case NUMBER ->
          claims.put("nbf", notBefore.getEpochSecond()).put("exp", expiry.getEpochSecond());
    };
  }

  static String part(String json) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }
}
