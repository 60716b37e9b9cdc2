package dev.concordat.cli.powershell;

import dev.concordat.contracts.metadata.SigningCertificate;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Certificates as tests need them. */
public final class Certificates {

  static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

  private static final KeyPair KEYS = keys(2048);

  /** One that nothing is wrong with. */
  public static final SigningCertificate GOOD = until(Instant.parse("2031-01-01T00:00:00Z"));

  /** Another. */
  static final SigningCertificate OTHER = until(Instant.parse("2030-01-01T00:00:00Z"));

  private Certificates() {}

  static SigningCertificate until(Instant end) {
    return made(KEYS, end, "SHA256withRSA");
  }

  static SigningCertificate weak() {
    return made(keys(1024), GOOD.notAfter(), "SHA256withRSA");
  }

  static SigningCertificate signedWithSha1() {
    return made(KEYS, GOOD.notAfter(), "SHA1withRSA");
  }

  private static KeyPair keys(int bits) {
    try {
      var generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(bits);
      return generator.generateKeyPair();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static SigningCertificate made(KeyPair keys, Instant end, String algorithm) {
    try {
      var name = new X500Name("CN=Microsoft Exchange Server Auth Certificate");
      return SigningCertificate.of(
          new JcaX509CertificateConverter()
              .getCertificate(
                  new JcaX509v3CertificateBuilder(
                          name,
                          BigInteger.valueOf(end.getEpochSecond()),
                          Date.from(Instant.parse("2020-01-01T00:00:00Z")),
                          Date.from(end),
                          name,
                          keys.getPublic())
                      .build(new JcaContentSignerBuilder(algorithm).build(keys.getPrivate()))));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
