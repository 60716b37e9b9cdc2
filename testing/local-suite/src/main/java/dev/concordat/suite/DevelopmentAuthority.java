package dev.concordat.suite;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * The certificates of a laboratory: an authority of its own, the simulated hosts' TLS certificate
 * signed by it, and our self-signed token certificate. Kept from start to start, and made anew when
 * near their end.
 */
final class DevelopmentAuthority {

  private static final Duration LIFE = Duration.ofDays(365);
  private static final Duration RENEW_BEFORE = Duration.ofDays(14);

  private final StateFolder state;
  private final Instant now;

  DevelopmentAuthority(StateFolder state, Instant now) {
    this.state = state;
    this.now = now;
  }

  /** Makes what is missing or ends soon. */
  void prepare(List<String> hosts) throws SuiteFailure {
    try {
      if (!holds("tls/ca.crt")
          || !holds("tls/server.crt")
          || !namesAll("tls/server.crt", hosts)
          || state.read("tls/ca.key").isEmpty()) {
        KeyPair authority = rsa();
        X509Certificate root =
            certificate(
                "CN=Concordat development authority", authority, null, authority, List.of());
        KeyPair server = rsa();
        X509Certificate leaf =
            certificate("CN=" + hosts.getFirst(), server, root, authority, hosts);
        state.write("tls/ca.crt", pem(root));
        state.writeSecret("tls/ca.key", pem(authority.getPrivate()));
        state.writeSecret("tls/server.key", pem(server.getPrivate()));
        state.write("tls/server.crt", pem(leaf) + pem(root));
      }
      if (!holds("signing/current.crt") || state.read("signing/current.key").isEmpty()) {
        KeyPair signing = rsa();
        state.writeSecret("signing/current.key", pem(signing.getPrivate()));
        state.write(
            "signing/current.crt",
            pem(certificate("CN=Concordat token signing", signing, null, signing, List.of())));
      }
      if (state.read("oidc/issuer.key").isEmpty()) {
        state.writeSecret("oidc/issuer.key", pem(rsa().getPrivate()));
      }
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new IllegalStateException("the JDK can't make a certificate", e);
    }
  }

  /** The key pair in a PEM file of the state folder. */
  static Optional<KeyPair> keyPair(StateFolder state, String name) throws SuiteFailure {
    Optional<String> text = state.read(name);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try (var parser = new PEMParser(new StringReader(text.get()))) {
      var converter = new JcaPEMKeyConverter();
      return switch (parser.readObject()) {
        case PEMKeyPair pair -> Optional.of(converter.getKeyPair(pair));
        case PrivateKeyInfo info -> {
          var key = (java.security.interfaces.RSAPrivateCrtKey) converter.getPrivateKey(info);
          var publicKey =
              java.security.KeyFactory.getInstance("RSA")
                  .generatePublic(
                      new java.security.spec.RSAPublicKeySpec(
                          key.getModulus(), key.getPublicExponent()));
          yield Optional.of(new KeyPair(publicKey, key));
        }
        case null, default -> Optional.empty();
      };
    } catch (IOException | GeneralSecurityException e) {
      throw new SuiteFailure(
          "The key %s can't be read. Start with --fresh to make the state anew."
              .formatted(state.file(name)));
    }
  }

  private boolean holds(String name) throws SuiteFailure {
    return read(name)
        .map(it -> it.getNotAfter().toInstant().isAfter(now.plus(RENEW_BEFORE)))
        .orElse(false);
  }

  private boolean namesAll(String name, List<String> hosts)
      throws SuiteFailure, GeneralSecurityException {
    Optional<X509Certificate> certificate = read(name);
    if (certificate.isEmpty() || certificate.get().getSubjectAlternativeNames() == null) {
      return false;
    }
    return certificate.get().getSubjectAlternativeNames().stream()
        .map(it -> String.valueOf(it.get(1)))
        .toList()
        .containsAll(hosts);
  }

  private Optional<X509Certificate> read(String name) throws SuiteFailure {
    Optional<String> text = state.read(name);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try (var parser = new PEMParser(new StringReader(text.get()))) {
      return parser.readObject() instanceof X509CertificateHolder holder
          ? Optional.of(new JcaX509CertificateConverter().getCertificate(holder))
          : Optional.empty();
    } catch (IOException | GeneralSecurityException e) {
      return Optional.empty();
    }
  }

  private X509Certificate certificate(
      String subject,
      KeyPair keys,
      @org.jspecify.annotations.Nullable X509Certificate issuer,
      KeyPair issuerKeys,
      List<String> hosts)
      throws GeneralSecurityException, OperatorCreationException, IOException {
    var name = new X500Name(subject);
    var builder =
        new JcaX509v3CertificateBuilder(
            issuer == null ? name : new X500Name(issuer.getSubjectX500Principal().getName()),
            new BigInteger(120, new SecureRandom()),
            Date.from(now.minus(Duration.ofHours(1))),
            Date.from(now.plus(LIFE)),
            name,
            keys.getPublic());
    boolean authority = issuer == null && subject.contains("authority");
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
    builder.addExtension(
        Extension.keyUsage,
        true,
        authority
            ? new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign)
            : new KeyUsage(KeyUsage.digitalSignature | KeyUsage.keyEncipherment));
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

  private static String pem(X509Certificate certificate) throws IOException {
    var text = new StringWriter();
    try (var writer = new JcaPEMWriter(text)) {
      writer.writeObject(certificate);
    }
    return text.toString();
  }

  private static String pem(PrivateKey key) throws IOException {
    var text = new StringWriter();
    try (var writer = new JcaPEMWriter(text)) {
      writer.writeObject(new JcaPKCS8Generator(key, null));
    }
    return text.toString();
  }
}
