package dev.concordat.contracts.metadata;

import dev.concordat.contracts.names.PrincipalName;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An auth metadata document in one shape, whichever product wrote it.
 *
 * @param id names this content; optional
 * @param version {@code 1.0}, or absent
 * @param name the product's display name; optional
 * @param realm the realm as the document gives it, which may be {@code *}; optional
 * @param serviceName the application identifier; optional
 * @param issuer {@code <application identifier>@<realm>}
 * @param allowedAudiences informational
 * @param keys the usable signing keys, in the document's order: the current one first
 * @param endpoints token endpoints and the like
 */
public record AuthMetadataDocument(
    @Nullable String id,
    @Nullable String version,
    @Nullable String name,
    @Nullable String realm,
    @Nullable String serviceName,
    String issuer,
    List<String> allowedAudiences,
    List<Key> keys,
    List<Endpoint> endpoints) {

  public AuthMetadataDocument {
    allowedAudiences = allowedAudiences == null ? List.of() : List.copyOf(allowedAudiences);
    keys = keys == null ? List.of() : List.copyOf(keys);
    endpoints = endpoints == null ? List.of() : List.copyOf(endpoints);
  }

  /**
   * The issuer as a name.
   *
   * @throws dev.concordat.contracts.names.MalformedName if the issuer is none; never where {@link
   *     AuthMetadataReader} accepted the document
   */
  public PrincipalName issuerName() {
    return PrincipalName.parse(issuer);
  }

  /**
   * Where tokens are issued: the endpoint with protocol {@code OAuth2} and usage {@code issuance},
   * else the only one with protocol {@code OAuth2} that isn't the document itself.
   */
  public Optional<String> tokenEndpoint() {
    var oauth =
        endpoints.stream()
            .filter(endpoint -> endpoint.protocol().equals("OAuth2"))
            .filter(endpoint -> !endpoint.usage().equalsIgnoreCase("metadata"))
            .toList();
    return oauth.stream()
        .filter(endpoint -> endpoint.usage().equalsIgnoreCase("issuance"))
        .findFirst()
        .or(() -> oauth.size() == 1 ? Optional.of(oauth.getFirst()) : Optional.empty())
        .map(Endpoint::location);
  }

  /**
   * A signing key.
   *
   * @param x5t base64url of the certificate's SHA-1, unpadded, always computed from the certificate
   * @param certificate base64 DER, one line
   */
  public record Key(String x5t, String certificate) {

    /** The key that this certificate publishes. */
    public static Key of(SigningCertificate certificate) {
      return new Key(certificate.x5t(), certificate.base64());
    }

    /**
     * The certificate, read.
     *
     * @throws MalformedCertificate if it is none; never where {@link AuthMetadataReader} accepted
     *     the document
     */
    public SigningCertificate signingCertificate() {
      return SigningCertificate.parse(certificate);
    }
  }

  /**
   * An endpoint.
   *
   * @param location its URL
   * @param protocol for example {@code OAuth2}
   * @param usage for example {@code metadata} or {@code issuance}
   */
  public record Endpoint(String location, String protocol, String usage) {}
}
