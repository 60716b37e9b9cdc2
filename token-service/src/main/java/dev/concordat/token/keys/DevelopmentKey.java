package dev.concordat.token.keys;

import dev.concordat.contracts.metadata.SigningCertificate;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A throw-away key for trying things out. */
final class DevelopmentKey {

  private static final Duration LIFE = Duration.ofDays(30);
  private static final Duration BACKDATED = Duration.ofHours(1);
  private static final int SERIAL_BITS = 63;

  private DevelopmentKey() {}

  /** A ring with a new self-signed key, and nothing else. */
  static KeyRing ring(Rs256 rs256, Instant now) {
    try {
      var generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(KeyFolder.SHORTEST_KEY_BITS);
      var pair = generator.generateKeyPair();
      var name = new X500Name("CN=Concordat development key");
      var certificate =
          new JcaX509v3CertificateBuilder(
                  name,
                  new BigInteger(SERIAL_BITS, new SecureRandom()),
                  Date.from(now.minus(BACKDATED)),
                  Date.from(now.plus(LIFE)),
                  name,
                  pair.getPublic())
              .build(new JcaContentSignerBuilder("SHA256withRSA").build(pair.getPrivate()));
      var published = SigningCertificate.ofDer(certificate.getEncoded());
      return new KeyRing(new SigningKey(published, pair.getPrivate(), rs256), null, null);
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new IllegalStateException("No development key could be made", e);
    }
  }
}
