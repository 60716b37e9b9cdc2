package dev.concordat.contracts.tokens;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** How the parts of a token are decoded: strictly, so that there is one way only to read each. */
final class StrictJwt {

  static final int MAX_DEPTH = 8;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxStringLength(S2SToken.MAX_LENGTH)
                          .maxDocumentLength(S2SToken.MAX_LENGTH)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private StrictJwt() {}

  /** Unpadded base64url without stray bits, which would let two texts be one signature. */
  static byte[] decode(String what, String part) throws Unreadable {
    byte[] decoded;
    try {
      decoded = Base64.getUrlDecoder().decode(part);
    } catch (IllegalArgumentException notBase64Url) {
      throw new Unreadable(what + " is not base64url");
    }
    if (!Base64.getUrlEncoder().withoutPadding().encodeToString(decoded).equals(part)) {
      throw new Unreadable(what + " is padded, or has stray bits after its last byte");
    }
    return decoded;
  }

  static ObjectNode object(String what, byte[] json) throws Unreadable {
    return object(what, utf8(what, json));
  }

  static ObjectNode object(String what, String json) throws Unreadable {
    JsonNode tree;
    try {
      tree = MAPPER.readTree(json);
    } catch (JsonProcessingException unreadable) {
      // The parser's own words quote what they stumble over, which may be a secret.
      throw new Unreadable(
          what + " is not JSON, names a member twice, or is nested deeper than " + MAX_DEPTH);
    }
    if (tree instanceof ObjectNode object) {
      return object;
    }
    throw new Unreadable(what + " is no JSON object");
  }

  private static String utf8(String what, byte[] bytes) throws Unreadable {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException notUtf8) {
      throw new Unreadable(what + " is not encoded in UTF-8");
    }
  }

  /** A part can't be read; the message says why and quotes nothing. */
  static final class Unreadable extends Exception {
    Unreadable(String reason) {
      super(reason, null, false, false);
    }

    Refusal refusal() {
      String reason = getMessage();
      return new Refusal(Rule.PARSE, reason == null ? "it can't be read" : reason);
    }
  }
}
