package dev.concordat.metadata.reading;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.metadata.AuthMetadataDocument;
import dev.concordat.contracts.metadata.AuthMetadataReader;
import dev.concordat.contracts.metadata.Reading;
import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.contracts.names.MalformedName;
import dev.concordat.contracts.names.PrincipalName;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The metadata of a server that knows nothing of S2S: RFC 8414, OpenID Connect Discovery 1.0, and
 * the JSON Web Key Set (RFC 7517) that it points to. Read into the one shape that all partners'
 * documents have. Such a server has no S2S name, so that comes from the registration; and as S2S
 * tokens name their key by a certificate's thumbprint and end with its dates, a key counts only
 * with its certificate ({@code x5c}).
 *
 * @param issuer the server's own issuer, an https URL
 * @param jwksUri where its keys are
 * @param tokenEndpoint where it issues tokens
 */
record DiscoveryDocument(String issuer, URI jwksUri, @Nullable String tokenEndpoint) {

  private static final String ISSUER_PROTOCOL = "OpenID";

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(AuthMetadataReader.MAX_DEPTH)
                          .maxDocumentLength(AuthMetadataReader.MAX_LENGTH)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /**
   * Reads a discovery document.
   *
   * @return empty where this is none: it may be an auth metadata document, or broken
   */
  static Optional<DiscoveryDocument> read(PartnerKind kind, byte[] body) {
    if (kind != PartnerKind.TOKEN_SERVER && kind != PartnerKind.GENERIC) {
      return Optional.empty();
    }
    try {
      JsonNode document = MAPPER.readTree(body);
      if (document == null
          || !document.path("issuer").isTextual()
          || !document.path("jwks_uri").isTextual()) {
        return Optional.empty();
      }
      return Optional.of(
          new DiscoveryDocument(
              document.path("issuer").textValue(),
              URI.create(document.path("jwks_uri").textValue()),
              document.path("token_endpoint").textValue()));
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** The document in the shape of all, with these keys and the registration's name. */
  Reading with(PartnerRegistered registered, byte[] keySet) {
    String identifier = registered.applicationIdentifier();
    String realm = registered.realm();
    if (identifier == null || realm == null) {
      return refused(
          "issuer-missing",
          "it is a discovery document, which has no application identifier and no realm: register"
              + " the partner with both");
    }
    PrincipalName name;
    try {
      name = new PrincipalName(identifier, realm);
    } catch (MalformedName e) {
      return refused("issuer-malformed", "the registered name is no S2S name: " + e.getMessage());
    }
    JsonNode keys;
    try {
      keys = MAPPER.readTree(keySet);
    } catch (JsonProcessingException e) {
      return refused("not-json", "its key set is no valid JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      return refused("not-json", "its key set is no valid JSON");
    }
    if (keys == null || !keys.path("keys").isArray()) {
      return refused("malformed", "its key set has no keys");
    }
    if (keys.path("keys").size() > AuthMetadataReader.MAX_ENTRIES) {
      return refused(
          "too-large",
          "its key set has more than %d keys".formatted(AuthMetadataReader.MAX_ENTRIES));
    }
    var warnings = new LinkedHashSet<String>();
    List<AuthMetadataDocument.Key> usable = usable(keys.path("keys"), warnings);
    if (usable.isEmpty()) {
      return refused(
          "no-signing-key",
          "its key set has no RSA signing key with its certificate (x5c), which S2S tokens name"
              + " their key by");
    }
    return new Reading.Accepted(
        new AuthMetadataDocument(
            null,
            null,
            null,
            name.realm(),
            name.applicationIdentifier(),
            name.toString(),
            List.of(),
            usable,
            endpoints()),
        List.copyOf(warnings));
  }

  /** The server's own issuer, where the document came from a discovery document. */
  static Optional<String> issuerUrl(AuthMetadataDocument document) {
    return document.endpoints().stream()
        .filter(it -> it.protocol().equals(ISSUER_PROTOCOL))
        .map(AuthMetadataDocument.Endpoint::location)
        .findFirst();
  }

  private static List<AuthMetadataDocument.Key> usable(JsonNode keys, Set<String> warnings) {
    var usable = new LinkedHashSet<AuthMetadataDocument.Key>();
    for (JsonNode key : keys) {
      String use = key.path("use").asText("sig");
      if (!use.equals("sig")) {
        continue;
      }
      Optional<SigningCertificate> certificate =
          SigningCertificate.tryParse(key.path("x5c").path(0).asText(""));
      if (certificate.isEmpty()
          || !certificate.get().rsa()
          || certificate.get().keyBits() < AuthMetadataReader.LEAST_KEY_BITS) {
        warnings.add(Reading.KEY_SKIPPED);
        continue;
      }
      if (certificate.get().keyBits() < AuthMetadataReader.STRONG_KEY_BITS) {
        warnings.add(Reading.WEAK_KEY);
      }
      if (key.path("x5t").isTextual()
          && !certificate.get().isNamedBy(key.path("x5t").textValue())) {
        warnings.add(Reading.X5T_MISMATCH);
      }
      usable.add(AuthMetadataDocument.Key.of(certificate.get()));
    }
    return List.copyOf(usable);
  }

  private List<AuthMetadataDocument.Endpoint> endpoints() {
    var endpoints = new ArrayList<AuthMetadataDocument.Endpoint>();
    if (tokenEndpoint != null) {
      endpoints.add(new AuthMetadataDocument.Endpoint(tokenEndpoint, "OAuth2", "issuance"));
    }
    endpoints.add(new AuthMetadataDocument.Endpoint(issuer, ISSUER_PROTOCOL, "issuer"));
    return endpoints;
  }

  private static Reading refused(String code, String detail) {
    return new Reading.Refused(code, detail, false);
  }
}
