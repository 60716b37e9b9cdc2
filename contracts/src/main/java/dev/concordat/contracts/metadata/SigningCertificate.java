package dev.concordat.contracts.metadata;

import dev.concordat.contracts.events.CertificateSummary;
import java.io.ByteArrayInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The certificate of a signing key: what issuers publish, and what a token's {@code x5t} names. It
 * is read once and holds no private key.
 */
public final class SigningCertificate {

  /** Longest certificate that is read, in bytes of DER. */
  public static final int MAX_DER_LENGTH = 64 * 1024;

  private static final String PEM_BEGIN = "-----BEGIN CERTIFICATE-----";
  private static final String PEM_END = "-----END CERTIFICATE-----";

  private final X509Certificate x509;
  private final byte[] der;
  private final byte[] sha1;

  private SigningCertificate(X509Certificate x509, byte[] der) {
    this.x509 = x509;
    this.der = der;
    this.sha1 = sha1(der);
  }

  /**
   * Reads one certificate as admins and documents give it: base64 DER with or without line breaks
   * and padding, or PEM.
   *
   * @throws MalformedCertificate if it isn't exactly one X.509 certificate of at most 64 KiB
   */
  public static SigningCertificate parse(String text) {
    if (text.length() > 2 * MAX_DER_LENGTH) {
      throw tooLong();
    }
    if (text.contains("PRIVATE KEY-----")) {
      throw new MalformedCertificate(
          "this holds a private key: only the certificate belongs here; treat that key as lost");
    }
    String body = withoutArmour(text.strip()).replaceAll("[ \\t\\r\\n]", "");
    byte[] der;
    try {
      der = Base64.getDecoder().decode(body);
    } catch (IllegalArgumentException notBase64) {
      throw new MalformedCertificate("it is neither PEM nor base64");
    }
    return ofDer(der);
  }

  /** As {@link #parse}, but empty where the text is no certificate. */
  public static Optional<SigningCertificate> tryParse(String text) {
    try {
      return Optional.of(parse(text));
    } catch (MalformedCertificate malformed) {
      return Optional.empty();
    }
  }

  /**
   * Reads one certificate from its DER.
   *
   * @throws MalformedCertificate if it isn't exactly one X.509 certificate of at most 64 KiB
   */
  public static SigningCertificate ofDer(byte[] der) {
    if (der.length > MAX_DER_LENGTH) {
      throw tooLong();
    }
    // A PEM text is accepted by the factory too, but is no DER and would have another thumbprint.
    if (der.length == 0 || der[0] != 0x30) {
      throw new MalformedCertificate("its base64 holds no X.509 certificate");
    }
    try {
      var factory = CertificateFactory.getInstance("X.509");
      var x509 = (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der));
      if (!Arrays.equals(x509.getEncoded(), der)) {
        throw new MalformedCertificate("more bytes follow the certificate");
      }
      // A key that the platform can't read shows only here.
      keyBitsOf(x509.getPublicKey());
      return new SigningCertificate(x509, der.clone());
    } catch (CertificateException unreadable) {
      throw new MalformedCertificate("its base64 holds no X.509 certificate");
    }
  }

  /**
   * Wraps a certificate that is read already.
   *
   * @throws MalformedCertificate if it can't be encoded
   */
  public static SigningCertificate of(X509Certificate x509) {
    try {
      return ofDer(x509.getEncoded());
    } catch (CertificateEncodingException unencodable) {
      throw new MalformedCertificate("the certificate can't be encoded");
    }
  }

  /** The certificate itself. */
  public X509Certificate x509() {
    return x509;
  }

  /** Its public key. */
  public PublicKey publicKey() {
    return x509.getPublicKey();
  }

  /** Base64url of the SHA-1 of its DER, unpadded: the {@code x5t} of RFC 7515 4.1.7. */
  public String x5t() {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(sha1);
  }

  /** SHA-1 of its DER in upper-case hexadecimal, as Windows shows it. */
  public String thumbprint() {
    return HexFormat.of().withUpperCase().formatHex(sha1);
  }

  /**
   * Whether an {@code x5t} names this certificate. The bytes are compared, so base64url and base64,
   * padded or not, are the same.
   */
  public boolean isNamedBy(String x5t) {
    String plain = x5t.strip().replace('-', '+').replace('_', '/');
    try {
      return MessageDigest.isEqual(sha1, Base64.getDecoder().decode(plain));
    } catch (IllegalArgumentException notBase64) {
      return false;
    }
  }

  /** Its DER in base64, one line. */
  public String base64() {
    return Base64.getEncoder().encodeToString(der);
  }

  /** Its DER in PEM, with lines of 64 characters. */
  public String pem() {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return PEM_BEGIN + "\n" + body + "\n" + PEM_END + "\n";
  }

  /** Its subject's distinguished name, as RFC 2253 writes it. */
  public String subject() {
    return x509.getSubjectX500Principal().getName();
  }

  /** When it becomes valid. */
  public Instant notBefore() {
    return x509.getNotBefore().toInstant();
  }

  /** When it ends; SharePoint's end in the year 9999. */
  public Instant notAfter() {
    return x509.getNotAfter().toInstant();
  }

  /** Whether this moment lies within its dates. */
  public boolean validAt(Instant moment) {
    return !moment.isBefore(notBefore()) && !moment.isAfter(notAfter());
  }

  /** Whether its key is an RSA key: the only kind that signs server-to-server tokens. */
  public boolean rsa() {
    return x509.getPublicKey() instanceof RSAPublicKey;
  }

  /** The size of its key in bits; 0 where it is neither an RSA nor an elliptic-curve key. */
  public int keyBits() {
    return keyBitsOf(x509.getPublicKey());
  }

  /** What an admin asks first. */
  public CertificateSummary summary() {
    return new CertificateSummary(thumbprint(), subject(), notBefore(), notAfter(), keyBits());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SigningCertificate that && Arrays.equals(der, that.der);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(der);
  }

  /** Thumbprint and subject. */
  @Override
  public String toString() {
    return "SigningCertificate[%s, %s]".formatted(thumbprint(), subject());
  }

  private static String withoutArmour(String text) {
    if (!text.startsWith("-----")) {
      return text;
    }
    if (!text.startsWith(PEM_BEGIN) || !text.endsWith(PEM_END)) {
      throw new MalformedCertificate("its PEM armour is not that of a certificate");
    }
    String body = text.substring(PEM_BEGIN.length(), text.length() - PEM_END.length());
    if (body.contains("-----")) {
      throw new MalformedCertificate("it holds more than one certificate");
    }
    return body;
  }

  private static int keyBitsOf(PublicKey key) {
    return switch (key) {
      case RSAPublicKey rsa -> rsa.getModulus().bitLength();
      case ECPublicKey ec -> ec.getParams().getCurve().getField().getFieldSize();
      default -> 0;
    };
  }

  private static byte[] sha1(byte[] der) {
    try {
      return MessageDigest.getInstance("SHA-1").digest(der);
    } catch (NoSuchAlgorithmException absent) {
      throw new IllegalStateException("every Java platform has SHA-1", absent);
    }
  }

  private static MalformedCertificate tooLong() {
    return new MalformedCertificate("it is longer than %d bytes".formatted(MAX_DER_LENGTH));
  }
}
