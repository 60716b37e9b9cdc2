package dev.concordat.token;

import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.contracts.Json;
import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.Trust;
import dev.concordat.contracts.metadata.SigningCertificate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The protocol reference's test vectors: tokens with their verdicts, and the keys behind them. */
final class Vectors {

  /** A moment at which most of the tokens are valid. */
  static final Instant WITHIN = Instant.ofEpochSecond(1767229200);

  private static final JsonNode ALL = read();

  private Vectors() {}

  /**
   * A token.
   *
   * @param at when it is presented, in seconds since 1970
   * @param expect {@code accept} or {@code refuse}
   * @param failsAt the rule that it breaks; empty where it breaks none
   */
  record Vector(String id, String receiver, long at, String token, String expect, String failsAt) {

    boolean accepted() {
      return expect.equals("accept");
    }

    @Override
    public String toString() {
      return id;
    }
  }

  /** Those that are presented to this receiver. */
  static List<Vector> of(String receiver) {
    return all().filter(vector -> vector.receiver().equals(receiver)).toList();
  }

  /** The token of this vector. */
  static String token(String id) {
    return all().filter(vector -> vector.id().equals(id)).findFirst().orElseThrow().token();
  }

  /** The certificate of this key. */
  static SigningCertificate certificate(String key) {
    return SigningCertificate.parse(ALL.get("keys").get(key).get("certificatePem").asText());
  }

  /** A partner of the realm whose tokens are signed by these keys. */
  static PartnerRegistered partner(String name, PartnerKind kind, String id, String... keys) {
    return Registrations.partner(
        name,
        kind,
        id,
        "litwareinc.com",
        new Trust.ByCertificates(Stream.of(keys).map(key -> certificate(key).pem()).toList()));
  }

  /** The vectors' Skype for Business. */
  static PartnerRegistered skype() {
    return partner(
        "skype", PartnerKind.SKYPE, "00000004-0000-0ff1-ce00-000000000000", "current", "old");
  }

  private static Stream<Vector> all() {
    return StreamSupport.stream(ALL.get("vectors").spliterator(), false)
        .map(
            it ->
                new Vector(
                    it.get("id").asText(),
                    it.get("receiver").asText(),
                    it.get("at").asLong(),
                    it.get("token").asText(),
                    it.get("expect").asText(),
                    it.path("failsAt").asText()));
  }

  private static JsonNode read() {
    try {
      return Json.mapper()
          .readTree(Files.readString(Path.of("../contracts/src/test/resources/vectors.json")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
