package dev.concordat.contracts;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.concordat.contracts.metadata.SigningCertificate;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The project's test vectors ({@code vectors.json}), the same that a second program checked. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record ProtocolVectors(
    Map<String, ReceiverVector> receivers,
    List<TrustedVector> trusted,
    Map<String, KeyVector> keys,
    List<TokenVector> vectors,
    List<DocumentVector> metadataDocuments) {

  /** The vectors, read from the class path. */
  public static ProtocolVectors read() {
    try (InputStream in = ProtocolVectors.class.getResourceAsStream("/vectors.json")) {
      return new ObjectMapper().readValue(Objects.requireNonNull(in), ProtocolVectors.class);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** The certificate of one of the keys. */
  public SigningCertificate certificate(String key) {
    return SigningCertificate.parse(Objects.requireNonNull(keys.get(key)).certificatePem());
  }

  /** The token of this id. */
  public TokenVector token(String id) {
    return vectors.stream().filter(vector -> vector.id().equals(id)).findFirst().orElseThrow();
  }

  /** The metadata document of this id. */
  public DocumentVector document(String id) {
    return metadataDocuments.stream()
        .filter(vector -> vector.id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  @JsonIgnoreProperties(ignoreUnknown = true)
  public record ReceiverVector(
      @Nullable String applicationIdentifier,
      @Nullable String realm,
      @Nullable Set<String> hosts,
      @Nullable Set<String> audiences,
      @Nullable Set<String> amurlAllowed) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  public record TrustedVector(
      String issuer,
      String kind,
      List<String> keys,
      @Nullable Set<String> receivers,
      @Nullable Set<String> applications) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  public record KeyVector(String certificatePem, String thumbprintSha1, String x5t) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  public record TokenVector(
      String id,
      String what,
      String receiver,
      long at,
      String token,
      String expect,
      @Nullable String failsAt,
      @Nullable String headerJson,
      @Nullable String claimsJson) {
    @Override
    public String toString() {
      return "%s (%s)".formatted(id, what);
    }
  }

  @JsonIgnoreProperties(ignoreUnknown = true)
  public record DocumentVector(
      String id,
      String what,
      String document,
      String expect,
      @Nullable List<String> keys,
      @Nullable String warning,
      @Nullable String problem,
      @Nullable String tokenEndpoint) {
    @Override
    public String toString() {
      return "%s (%s)".formatted(id, what);
    }
  }
}
