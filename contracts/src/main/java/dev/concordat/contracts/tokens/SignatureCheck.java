package dev.concordat.contracts.tokens;

import dev.concordat.contracts.metadata.SigningCertificate;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.Signature;
import java.security.SignatureException;

/** Verifies an RSASSA-PKCS1-v1_5 signature with SHA-256. */
@FunctionalInterface
public interface SignatureCheck {

  /**
   * Whether the signature over these bytes was made with the certificate's key. An empty or garbled
   * signature is answered with no, never with an exception.
   */
  boolean holds(SigningCertificate key, byte[] signed, byte[] signature);

  /** The check by the platform's own provider. */
  static SignatureCheck byPlatform() {
    return (key, signed, signature) -> {
      try {
        var verifier = Signature.getInstance("SHA256withRSA");
        verifier.initVerify(key.publicKey());
        verifier.update(signed);
        return verifier.verify(signature);
      } catch (NoSuchAlgorithmException absent) {
        throw new IllegalStateException("every Java platform has SHA256withRSA", absent);
      } catch (InvalidKeyException | SignatureException garbled) {
        return false;
      }
    };
  }
}
