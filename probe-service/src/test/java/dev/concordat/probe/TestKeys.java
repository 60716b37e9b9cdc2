package dev.concordat.probe;

import dev.concordat.contracts.metadata.SigningCertificate;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Throw-away keys with self-signed certificates. */
public final class TestKeys {

  private TestKeys() {}

  /** A private key with its certificate. */
  public record Pair(PrivateKey privateKey, SigningCertificate certificate) {}

  public static KeyPair rsa() {
    try {
      var generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  public static Pair certificate() {
    return certificate(
        Instant.now().minus(Duration.ofDays(1)), Instant.now().plus(Duration.ofDays(30)));
  }

  public static Pair certificate(Instant notBefore, Instant notAfter) {
    return certificate(rsa(), notBefore, notAfter);
  }

  /** One with keys that are there already; making them takes its time. */
  public static Pair certificate(KeyPair keys, Instant notBefore, Instant notAfter) {
    var name = new X500Name("CN=our signing key");
    try {
      var certificate =
          new JcaX509v3CertificateBuilder(
                  name,
                  BigInteger.valueOf(System.nanoTime()),
                  Date.from(notBefore),
                  Date.from(notAfter),
                  name,
                  keys.getPublic())
              .build(new JcaContentSignerBuilder("SHA256withRSA").build(keys.getPrivate()));
      return new Pair(keys.getPrivate(), SigningCertificate.ofDer(certificate.getEncoded()));
    } catch (IOException | OperatorCreationException e) {
      throw new AssertionError(e);
    }
  }
}
