package dev.concordat.simulator;

import dev.concordat.contracts.metadata.SigningCertificate;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Makes the certificates that a Windows farm would have. */
final class Laboratory {

  private static final Duration FIVE_YEARS = Duration.ofDays(5 * 365);

  private Laboratory() {}

  /**
   * A TLS certificate for these hosts and the authority that signed it, all in PEM.
   *
   * @param authority the authority's certificate
   * @param certificate the hosts' certificate
   * @param key its key
   */
  record Tls(String authority, String certificate, String key) {
    @Override
    public String toString() {
      return "Tls[made for tests]";
    }
  }

  static Tls tls(List<String> hosts) {
    try {
      KeyPair authorityKeys = rsa();
      X509Certificate authority =
          certificate(
              "CN=Simulated Exchange authority", authorityKeys, null, authorityKeys, List.of());
      KeyPair keys = rsa();
      X509Certificate leaf =
          certificate("CN=" + hosts.getFirst(), keys, authority, authorityKeys, hosts);
      return new Tls(
          pem(authority), pem(leaf), pem(new JcaPKCS8Generator(keys.getPrivate(), null)));
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new IllegalStateException("the JDK can't make a certificate", e);
    }
  }

  /** The auth certificate, as the product names it; kept in the state folder where there is one. */
  static SigningCertificate authCertificate(Optional<Path> stateFolder) {
    Optional<Path> file = stateFolder.map(folder -> folder.resolve("auth-certificate.pem"));
    try {
      if (file.isPresent() && Files.exists(file.get())) {
        return SigningCertificate.parse(Files.readString(file.get()));
      }
      KeyPair keys = rsa();
      X509Certificate made =
          certificate("CN=Microsoft Exchange Server Auth Certificate", keys, null, keys, List.of());
      if (file.isPresent()) {
        Files.createDirectories(file.get().toAbsolutePath().getParent());
        Files.writeString(file.get(), pem(made));
      }
      return SigningCertificate.of(made);
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException("the JDK can't make a certificate", e);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "the state folder " + stateFolder.map(Path::toString).orElse("") + " can't be used", e);
    }
  }

  private static X509Certificate certificate(
      String subject,
      KeyPair keys,
      @org.jspecify.annotations.Nullable X509Certificate issuer,
      KeyPair issuerKeys,
      List<String> hosts)
      throws GeneralSecurityException, OperatorCreationException, IOException {
    Instant now = Instant.now();
    var name = new X500Name(subject);
    var builder =
        new JcaX509v3CertificateBuilder(
            issuer == null ? name : new X500Name(issuer.getSubjectX500Principal().getName()),
            new BigInteger(120, new SecureRandom()),
            Date.from(now.minus(Duration.ofHours(1))),
            Date.from(now.plus(FIVE_YEARS)),
            name,
            keys.getPublic());
    builder.addExtension(
        Extension.basicConstraints, true, new BasicConstraints(subject.endsWith("authority")));
    if (!hosts.isEmpty()) {
      builder.addExtension(
          Extension.subjectAlternativeName,
          false,
          new GeneralNames(
              hosts.stream()
                  .map(host -> new GeneralName(GeneralName.dNSName, host))
                  .toArray(GeneralName[]::new)));
    }
    return new JcaX509CertificateConverter()
        .getCertificate(
            builder.build(
                new JcaContentSignerBuilder("SHA256withRSA").build(issuerKeys.getPrivate())));
  }

  private static KeyPair rsa() throws GeneralSecurityException {
    var generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    return generator.generateKeyPair();
  }

  private static String pem(Object what) throws IOException {
    var text = new StringWriter();
    try (var writer = new JcaPEMWriter(text)) {
      writer.writeObject(what);
    }
    return text.toString();
  }
}
