package dev.concordat.suite;

import dev.concordat.contracts.metadata.SigningCertificate;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A signing key with its self-signed certificate, as a partner has one; made for a test and kept
 * nowhere.
 */
public record LaboratoryKey(SigningCertificate certificate, PrivateKey privateKey) {

  /** An RSA key of 2048 bits, valid for a year. */
  public static LaboratoryKey rsa() {
    try {
      KeyPair keys = pair();
      return new LaboratoryKey(certificate(keys), keys.getPrivate());
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new IllegalStateException("the JDK can't make a certificate", e);
    }
  }

  /** One for a TLS server that is called by these names, which may be wildcards. */
  static LaboratoryKey tls(String... hosts) {
    try {
      KeyPair keys = pair();
      return new LaboratoryKey(certificate(keys, hosts), keys.getPrivate());
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new IllegalStateException("the JDK can't make a certificate", e);
    }
  }

  /** Another certificate of the same key: keys take long to make, certificates do not. */
  public LaboratoryKey renewed() {
    try {
      return new LaboratoryKey(
          certificate(new KeyPair(certificate.publicKey(), privateKey)), privateKey);
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new IllegalStateException("the JDK can't make a certificate", e);
    }
  }

  /**
   * A token signed by this key, RS256.
   *
   * @param signingInput header and claims, as they are signed
   */
  public String signed(String signingInput) {
    try {
      var signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(privateKey);
      signature.update(signingInput.getBytes(StandardCharsets.US_ASCII));
      return signingInput
          + "."
          + Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("an RSA key that can't sign", e);
    }
  }

  private static KeyPair pair() throws GeneralSecurityException {
    var generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    return generator.generateKeyPair();
  }

  private static SigningCertificate certificate(KeyPair keys, String... hosts)
      throws GeneralSecurityException, OperatorCreationException, IOException {
    var name = new X500Name("CN=Microsoft Exchange Server Auth Certificate");
    Instant now = Instant.now();
    var builder =
        new JcaX509v3CertificateBuilder(
            name,
            new BigInteger(120, new SecureRandom()),
            Date.from(now.minus(Duration.ofHours(1))),
            Date.from(now.plus(Duration.ofDays(365))),
            name,
            keys.getPublic());
    if (hosts.length > 0) {
      builder.addExtension(
          Extension.subjectAlternativeName,
          false,
          new GeneralNames(
              Arrays.stream(hosts)
                  .map(host -> new GeneralName(GeneralName.dNSName, host))
                  .toArray(GeneralName[]::new)));
    }
    return SigningCertificate.of(
        new JcaX509CertificateConverter()
            .getCertificate(
                builder.build(
                    new JcaContentSignerBuilder("SHA256withRSA").build(keys.getPrivate()))));
  }

  /** The certificate alone. */
  @Override
  public String toString() {
    return "LaboratoryKey[" + certificate + "]";
  }
}
