package dev.concordat.metadata;

import dev.concordat.contracts.metadata.AuthMetadataDocument;
import dev.concordat.contracts.metadata.SigningCertificate;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Certificates and documents as tests need them. */
public final class Certificates {

  private Certificates() {}

  public static SigningCertificate certificate(int bits, Instant from, Instant to) {
    try {
      var generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(bits);
      KeyPair keys = generator.generateKeyPair();
      var name = new X500Name("CN=Microsoft Exchange Server Auth Certificate");
      return SigningCertificate.of(
          new JcaX509CertificateConverter()
              .getCertificate(
                  new JcaX509v3CertificateBuilder(
                          name,
                          BigInteger.valueOf(System.nanoTime()),
                          Date.from(from),
                          Date.from(to),
                          name,
                          keys.getPublic())
                      .build(
                          new JcaContentSignerBuilder("SHA256withRSA").build(keys.getPrivate()))));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  public static AuthMetadataDocument document(String issuer, SigningCertificate... certificates) {
    return new AuthMetadataDocument(
        null,
        "1.0",
        "Exchange",
        issuer.substring(issuer.indexOf('@') + 1),
        issuer.substring(0, issuer.indexOf('@')),
        issuer,
        List.of(),
        Arrays.stream(certificates)
            .map(it -> new AuthMetadataDocument.Key(it.x5t(), it.base64()))
            .toList(),
        List.of());
  }
}
