package dev.concordat.token.clients;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import dev.concordat.contracts.events.ClientAuth;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.metadata.SigningCertificate;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.security.MessageDigest;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The keys of workloads: those registered as certificates, and those that they publish. */
@Singleton
public class ClientKeys {

  private final PublishedKeys published;
  private final InstantSource clock;
  private final LoadingCache<String, Optional<SigningCertificate>> read =
      Caffeine.newBuilder().maximumSize(10_000).build(SigningCertificate::tryParse);

  @Inject
  ClientKeys(PublishedKeys published, InstantSource clock) {
    this.published = published;
    this.clock = clock;
  }

  /** Whether the workload has keys that sign assertions. */
  static boolean has(PartnerRegistered workload) {
    ClientAuth auth = workload.clientAuth();
    List<String> certificates = auth == null ? null : auth.certificates();
    return auth != null
        && (auth.jwksUrl() != null || (certificates != null && !certificates.isEmpty()));
  }

  /**
   * The keys that may have signed an assertion.
   *
   * @param keyId the {@code kid} in its header
   */
  List<ClientKey> of(PartnerRegistered workload, @Nullable String keyId) throws UnverifiableClient {
    Instant now = clock.instant();
    var keys = new ArrayList<ClientKey>(usable(certificates(workload), now));
    ClientAuth auth = workload.clientAuth();
    String url = auth == null ? null : auth.jwksUrl();
    if (url != null) {
      keys.addAll(published.at(url, keyId));
    }
    return keys;
  }

  /** The keys of those certificates that are within their dates. */
  static List<ClientKey> usable(Stream<SigningCertificate> certificates, Instant now) {
    return certificates
        .filter(certificate -> certificate.validAt(now))
        .map(certificate -> new ClientKey(null, certificate.publicKey()))
        .toList();
  }

  /** Whether this very certificate is registered, and valid now (RFC 8705 section 2.2). */
  boolean hasCertificate(PartnerRegistered workload, X509Certificate presented) {
    Instant now = clock.instant();
    byte[] der = encoded(presented);
    return certificates(workload)
        .filter(certificate -> certificate.validAt(now))
        .anyMatch(certificate -> MessageDigest.isEqual(encoded(certificate.x509()), der));
  }

  private Stream<SigningCertificate> certificates(PartnerRegistered workload) {
    ClientAuth auth = workload.clientAuth();
    List<String> certificates = auth == null ? null : auth.certificates();
    return certificates == null
        ? Stream.empty()
        : certificates.stream().flatMap(text -> read.get(text).stream());
  }

  private static byte[] encoded(X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("a certificate that was read can be written", e);
    }
  }
}
