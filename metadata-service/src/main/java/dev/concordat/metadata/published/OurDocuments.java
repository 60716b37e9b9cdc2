package dev.concordat.metadata.published;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.concordat.contracts.Json;
import dev.concordat.contracts.events.SigningKeyPublished;
import dev.concordat.contracts.events.SigningKeyPublished.Phase;
import dev.concordat.contracts.metadata.AuthMetadataDocument;
import dev.concordat.contracts.metadata.AuthMetadataWriter;
import dev.concordat.contracts.metadata.MalformedCertificate;
import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.contracts.names.AudienceName;
import dev.concordat.contracts.names.PrincipalName;
import dev.concordat.metadata.IdentitySettings;
import dev.concordat.metadata.MetadataSettings;
import java.math.BigInteger;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes what we publish of ourselves from our signing keys: a pure function. The key that signs
 * stands first, then the next one, then those whose tokens may still be about; a revoked key never.
 */
public final class OurDocuments {

  /**
   * A document as it is sent.
   *
   * @param body its bytes
   * @param etag its strong entity tag, quotes included
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared, and shared by all requests
  public record Rendered(byte[] body, String etag) {

    /**
     * Whether somebody who has what this header names has this document (RFC 9110 13.1.2): a list
     * of entity tags, compared weakly, or {@code *}.
     */
    boolean matches(@Nullable String ifNoneMatch) {
      if (ifNoneMatch == null) {
        return false;
      }
      for (String one : ifNoneMatch.split(",", -1)) {
        String tag = one.strip();
        if (tag.equals("*") || tag.equals(etag) || tag.equals("W/" + etag)) {
          return true;
        }
      }
      return false;
    }
  }

  /**
   * Everything that we publish, all from the same keys.
   *
   * @param keyIds of the published keys, in the documents' order
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared, and shared by all requests
  public record Published(
      Rendered ours,
      Rendered tokenServer,
      Rendered jwks,
      Rendered authorizationServer,
      byte[] currentCertificate,
      List<String> keyIds) {}

  private static final Comparator<SigningKeyPublished> BY_USE =
      Comparator.<SigningKeyPublished>comparingInt(key -> key.phase() == Phase.CURRENT ? 0 : 1)
          .thenComparingInt(key -> key.phase() == Phase.NEXT ? 0 : 1)
          .thenComparing(SigningKeyPublished::keyId);

  private final IdentitySettings identity;
  private final MetadataSettings settings;

  public OurDocuments(IdentitySettings identity, MetadataSettings settings) {
    this.identity = identity;
    this.settings = settings;
    name(identity.applicationIdentifier());
    name(identity.tokenServerIdentifier());
  }

  /** What to publish with these keys; empty while there is none that signs. */
  public Optional<Published> with(Collection<SigningKeyPublished> keys) {
    List<SigningKeyPublished> published =
        keys.stream().filter(key -> key.phase() != Phase.REVOKED).sorted(BY_USE).toList();
    if (published.isEmpty() || published.getFirst().phase() != Phase.CURRENT) {
      return Optional.empty();
    }
    List<SigningCertificate> certificates =
        published.stream().flatMap(key -> certificate(key).stream()).toList();
    if (certificates.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new Published(
              rendered(AuthMetadataWriter.write(ours(certificates), settings.casing())),
              rendered(AuthMetadataWriter.write(tokenServer(certificates), settings.casing())),
              rendered(Json.mapper().writeValueAsBytes(jwks(certificates))),
              rendered(Json.mapper().writeValueAsBytes(authorizationServer())),
              certificates.getFirst().x509().getEncoded(),
              certificates.stream().map(SigningCertificate::x5t).toList()));
    } catch (JsonProcessingException | CertificateEncodingException e) {
      throw new IllegalStateException("what was read can be written", e);
    }
  }

  private static Optional<SigningCertificate> certificate(SigningKeyPublished key) {
    try {
      return Optional.of(SigningCertificate.parse(key.certificate()));
    } catch (MalformedCertificate e) {
      return Optional.empty();
    }
  }

  private AuthMetadataDocument ours(List<SigningCertificate> certificates) {
    PrincipalName issuer = name(identity.applicationIdentifier());
    return document(
        identity.displayName(),
        issuer,
        certificates,
        new AuthMetadataDocument.Endpoint(at("/metadata/json/1"), "OAuth2", "metadata"));
  }

  private AuthMetadataDocument tokenServer(List<SigningCertificate> certificates) {
    PrincipalName issuer = name(identity.tokenServerIdentifier());
    return document(
        identity.displayName(),
        issuer,
        certificates,
        new AuthMetadataDocument.Endpoint(
            url(settings.tokenServiceUrl(), "/tokens/OAuth/2"), "OAuth2", "issuance"));
  }

  private AuthMetadataDocument document(
      String displayName,
      PrincipalName issuer,
      List<SigningCertificate> certificates,
      AuthMetadataDocument.Endpoint endpoint) {
    var audiences = new ArrayList<String>();
    for (String host : identity.hosts().orElse(List.of())) {
      audiences.add(
          new AudienceName(issuer.applicationIdentifier(), host, issuer.realm())
              .lowerCase()
              .toString());
    }
    audiences.add(issuer.toString());
    return new AuthMetadataDocument(
        null,
        null,
        displayName,
        issuer.realm(),
        issuer.applicationIdentifier(),
        issuer.toString(),
        audiences,
        certificates.stream()
            .map(it -> new AuthMetadataDocument.Key(it.x5t(), it.base64()))
            .toList(),
        List.of(endpoint));
  }

  private PrincipalName name(String applicationIdentifier) {
    return new PrincipalName(applicationIdentifier, identity.realm()).lowerCase();
  }

  /** RFC 7517; {@code kid} is the {@code x5t} that S2S tokens name their key by. */
  private static Map<String, Object> jwks(List<SigningCertificate> certificates) {
    var keys = new ArrayList<Map<String, Object>>();
    for (SigningCertificate certificate : certificates) {
      if (certificate.publicKey() instanceof RSAPublicKey rsa) {
        var key = new LinkedHashMap<String, Object>();
        key.put("kty", "RSA");
        key.put("use", "sig");
        key.put("alg", "RS256");
        key.put("kid", certificate.x5t());
        key.put("x5t", certificate.x5t());
        key.put("x5t#S256", base64Url(sha256(certificate)));
        key.put("n", base64Url(unsigned(rsa.getModulus())));
        key.put("e", base64Url(unsigned(rsa.getPublicExponent())));
        key.put("x5c", List.of(certificate.base64()));
        keys.add(key);
      }
    }
    return Map.of("keys", keys);
  }

  /** RFC 8414, and OpenID Connect Discovery 1.0 as far as a server without logins has it. */
  private Map<String, Object> authorizationServer() {
    var metadata = new LinkedHashMap<String, Object>();
    metadata.put("issuer", url(settings.publicUrl(), ""));
    metadata.put("token_endpoint", url(settings.tokenServiceUrl(), "/oauth2/token"));
    metadata.put("jwks_uri", at("/jwks"));
    metadata.put("introspection_endpoint", url(settings.tokenServiceUrl(), "/oauth2/introspect"));
    metadata.put(
        "grant_types_supported",
        List.of(
            "client_credentials",
            "urn:ietf:params:oauth:grant-type:jwt-bearer",
            "urn:ietf:params:oauth:grant-type:token-exchange"));
    metadata.put(
        "token_endpoint_auth_methods_supported",
        List.of(
            "private_key_jwt",
            "client_secret_basic",
            "client_secret_post",
            "self_signed_tls_client_auth"));
    metadata.put("tls_client_certificate_bound_access_tokens", true);
    metadata.put(
        "token_endpoint_auth_signing_alg_values_supported", List.of("RS256", "PS256", "ES256"));
    metadata.put("response_types_supported", List.of());
    metadata.put("subject_types_supported", List.of("public"));
    metadata.put("id_token_signing_alg_values_supported", List.of("RS256"));
    return metadata;
  }

  private String at(String path) {
    return url(settings.publicUrl(), path);
  }

  private static String url(URI base, String path) {
    String text = base.toString();
    return (text.endsWith("/") ? text.substring(0, text.length() - 1) : text) + path;
  }

  private static Rendered rendered(byte[] body) {
    return new Rendered(body, "\"" + base64Url(sha256(body)).substring(0, 22) + "\"");
  }

  private static byte[] unsigned(BigInteger number) {
    byte[] bytes = number.toByteArray();
    return bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
  }

  private static byte[] sha256(SigningCertificate certificate) {
    try {
      return sha256(certificate.x509().getEncoded());
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("what was read can be written", e);
    }
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static String base64Url(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
