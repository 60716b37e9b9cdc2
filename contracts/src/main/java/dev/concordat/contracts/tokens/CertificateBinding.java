package dev.concordat.contracts.tokens;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The TLS certificate of the client that an access token was issued to (RFC 8705 section 3): the
 * token is good only for whoever proves to have that certificate's key.
 *
 * @param thumbprint base64url of the SHA-256 of its DER, unpadded
 */
public record CertificateBinding(String thumbprint) {

  /** The member of {@code cnf} that tells it (RFC 8705 section 3.1). */
  public static final String MEMBER = "x5t#S256";

  private static final int SHA_256_LENGTH = 32;

  /** A binding to this certificate. */
  public static CertificateBinding to(X509Certificate certificate) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
      return new CertificateBinding(Base64.getUrlEncoder().withoutPadding().encodeToString(digest));
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("a certificate that was read can be written", e);
    } catch (NoSuchAlgorithmException absent) {
      throw new IllegalStateException("every Java platform has SHA-256", absent);
    }
  }

  /** What a {@code cnf} says; empty where it binds to anything that can't be compared here. */
  static Optional<CertificateBinding> of(TokenClaims confirmation) {
    return confirmation.names().equals(List.of(MEMBER))
        ? confirmation
            .text(MEMBER)
            .filter(CertificateBinding::isDigest)
            .map(CertificateBinding::new)
        : Optional.empty();
  }

  private static boolean isDigest(String thumbprint) {
    try {
      return Base64.getUrlDecoder().decode(thumbprint).length == SHA_256_LENGTH;
    } catch (IllegalArgumentException notBase64) {
      return false;
    }
  }

  /**
   * Whether whoever presents the token is its client.
   *
   * @param presented the certificate of the connection that the token came by; absent where it had
   *     none
   */
  public boolean isTo(@Nullable X509Certificate presented) {
    return presented != null && equals(to(presented));
  }
}
