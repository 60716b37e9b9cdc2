package dev.concordat.registry.rules;

import dev.concordat.contracts.metadata.MalformedCertificate;
import dev.concordat.contracts.metadata.SigningCertificate;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Optional;
import java.util.Set;

/** Which certificates may be trusted: RSA of at least 2048 bits, or EC P-256 or P-384. */
final class CertificateRule {

  private static final int LONGEST = 256 * 1024;
  private static final Set<Integer> CURVES = Set.of(256, 384);

  private CertificateRule() {}

  /** What is wrong with a certificate in PEM or base64 DER; empty where nothing is. */
  static Optional<String> broken(String text) {
    SigningCertificate certificate;
    try {
      certificate = SigningCertificate.parse(text);
    } catch (MalformedCertificate e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
    return switch (certificate.publicKey()) {
      case RSAPublicKey rsa when rsa.getModulus().bitLength() >= 2048 -> Optional.empty();
      case RSAPublicKey rsa -> Optional.of("RSA of " + rsa.getModulus().bitLength() + " bits");
      case ECPublicKey ec
          when CURVES.contains(ec.getParams().getCurve().getField().getFieldSize()) ->
          Optional.empty();
      case ECPublicKey ec ->
          Optional.of("EC of " + ec.getParams().getCurve().getField().getFieldSize() + " bits");
      default -> Optional.of("a key of the kind " + certificate.publicKey().getAlgorithm());
    };
  }

  /** Whether a text holds PEM certificates and nothing that can't be read. */
  static boolean readableBundle(String pem) {
    try {
      return pem.length() <= LONGEST
          && !CertificateFactory.getInstance("X.509")
              .generateCertificates(
                  new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)))
              .isEmpty();
    } catch (CertificateException e) {
      return false;
    }
  }
}
