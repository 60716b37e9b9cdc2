package dev.concordat.registry.rules;

import dev.concordat.contracts.metadata.MalformedCertificate;
import dev.concordat.contracts.metadata.SigningCertificate;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.util.List;
import java.util.Optional;

/** Which certificates may be trusted: RSA of 2048 to 8192 bits, or EC P-256 or P-384. */
final class CertificateRule {

  private static final int LONGEST = 256 * 1024;

  /** Checking a signature with a longer key takes too long to be done for whoever asks. */
  private static final int MOST_RSA = 8192;

  private static final int LEAST_RSA = 2048;
  private static final int MOST_EXPONENT = 32;
  private static final List<ECParameterSpec> CURVES =
      List.of(curve("secp256r1"), curve("secp384r1"));

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
      case RSAPublicKey rsa
          when rsa.getModulus().bitLength() >= LEAST_RSA
              && rsa.getModulus().bitLength() <= MOST_RSA
              && rsa.getPublicExponent().bitLength() <= MOST_EXPONENT ->
          Optional.empty();
      case RSAPublicKey rsa ->
          Optional.of(
              "RSA of %d bits with an exponent of %d"
                  .formatted(rsa.getModulus().bitLength(), rsa.getPublicExponent().bitLength()));
      case ECPublicKey ec when CURVES.stream().anyMatch(curve -> isOn(ec, curve)) ->
          Optional.empty();
      case ECPublicKey ec ->
          Optional.of("EC of " + ec.getParams().getCurve().getField().getFieldSize() + " bits");
      default -> Optional.of("a key of the kind " + certificate.publicKey().getAlgorithm());
    };
  }

  /** Another curve of the same length is another curve. */
  private static boolean isOn(ECPublicKey key, ECParameterSpec curve) {
    return key.getParams().getCurve().equals(curve.getCurve())
        && key.getParams().getGenerator().equals(curve.getGenerator());
  }

  private static ECParameterSpec curve(String name) {
    try {
      var parameters = AlgorithmParameters.getInstance("EC");
      parameters.init(new ECGenParameterSpec(name));
      return parameters.getParameterSpec(ECParameterSpec.class);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + name, e);
    }
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
