package dev.concordat.contracts.metadata;

import java.util.List;
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
   * A signing key.
   *
   * @param x5t base64url of the certificate's SHA-1, unpadded, always computed from the certificate
   * @param certificate base64 DER, one line
   */
  public record Key(String x5t, String certificate) {}

  /**
   * An endpoint.
   *
   * @param location its URL
   * @param protocol for example {@code OAuth2}
   * @param usage for example {@code metadata} or {@code issuance}
   */
  public record Endpoint(String location, String protocol, String usage) {}
}
