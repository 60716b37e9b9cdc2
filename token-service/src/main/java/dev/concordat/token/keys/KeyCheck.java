package dev.concordat.token.keys;

import dev.concordat.contracts.metadata.SigningCertificate;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Signature;
import org.jspecify.annotations.Nullable;

/** What every key must be, wherever it comes from. */
final class KeyCheck {

  /** Partners take no shorter RSA key. */
  static final int SHORTEST_KEY_BITS = 2048;

  private static final String RS256 = "SHA256withRSA";
  private static final byte[] PROOF = "Concordat".getBytes(StandardCharsets.UTF_8);

  private KeyCheck() {}

  /** Why partners would not take this certificate; absent where they would. */
  static @Nullable String complaint(SigningCertificate certificate) {
    if (!certificate.rsa()) {
      return "its key is of the algorithm %s; partners take RSA only"
          .formatted(certificate.publicKey().getAlgorithm());
    }
    if (certificate.keyBits() < SHORTEST_KEY_BITS) {
      return "its key has %d bits, at least %d are needed"
          .formatted(certificate.keyBits(), SHORTEST_KEY_BITS);
    }
    return null;
  }

  /**
   * Whether the private key is the certificate's: what it signs, the certificate verifies. That
   * needs nothing of the key but its use, so a key that can't be seen is checked as well.
   *
   * @param provider whose key it is
   */
  static boolean belongs(PrivateKey key, SigningCertificate certificate, Provider provider)
      throws GeneralSecurityException {
    Signature signing = Signature.getInstance(RS256, provider);
    signing.initSign(key);
    signing.update(PROOF);
    byte[] signature = signing.sign();
    Signature verifying = Signature.getInstance(RS256);
    verifying.initVerify(certificate.publicKey());
    verifying.update(PROOF);
    return verifying.verify(signature);
  }
}
