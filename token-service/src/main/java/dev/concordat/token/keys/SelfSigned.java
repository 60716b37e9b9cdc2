package dev.concordat.token.keys;

import dev.concordat.contracts.metadata.SigningCertificate;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A new key pair under a certificate of its own; it prints the certificate alone. */
record SelfSigned(SigningCertificate certificate, PrivateKey privateKey) {

  private static final Duration BACKDATED = Duration.ofHours(1);
  private static final int SERIAL_BITS = 63;

  /** Makes one. */
  static SelfSigned make(String commonName, Instant now, Duration life) {
    try {
      var generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(KeyCheck.SHORTEST_KEY_BITS);
      var pair = generator.generateKeyPair();
      var name = new X500Name("CN=" + commonName);
      var certificate =
          new JcaX509v3CertificateBuilder(
                  name,
                  new BigInteger(SERIAL_BITS, new SecureRandom()),
                  Date.from(now.minus(BACKDATED)),
                  Date.from(now.plus(life)),
                  name,
                  pair.getPublic())
              .build(new JcaContentSignerBuilder("SHA256withRSA").build(pair.getPrivate()));
      return new SelfSigned(SigningCertificate.ofDer(certificate.getEncoded()), pair.getPrivate());
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new IllegalStateException("No key could be made", e);
    }
  }

  @Override
  public String toString() {
    return certificate.x5t();
  }
}
