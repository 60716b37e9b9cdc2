package dev.concordat.simulator.tls;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
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
import org.jspecify.annotations.Nullable;

/** Makes and reads RSA keys and certificates. */
public final class Certificates {

  private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|.*:.*");

  private Certificates() {}

  /**
   * What a certificate says.
   *
   * @param subject a distinguished name
   * @param hosts names and addresses that it is for
   * @param authority whether it may sign others
   */
  public record Content(
      String subject, Instant notBefore, Instant notAfter, List<String> hosts, boolean authority) {}

  /** A certificate and its key. */
  public record KeyAndCertificate(PrivateKey key, X509Certificate certificate) {

    /** The certificate, never the key. */
    @Override
    public String toString() {
      return "KeyAndCertificate[%s]".formatted(certificate.getSubjectX500Principal());
    }
  }

  /** A key pair of RSA, 2048 bits. */
  public static KeyPair keys() {
    try {
      var generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has RSA", e);
    }
  }

  /** A self-signed certificate with a new key. */
  public static KeyAndCertificate selfSigned(Content content) {
    KeyPair keys = keys();
    return new KeyAndCertificate(
        keys.getPrivate(), sign(content, keys.getPublic(), null, keys.getPrivate()));
  }

  /** A certificate for this key, signed by an issuer; by itself where there is none. */
  public static X509Certificate sign(
      Content content, PublicKey key, @Nullable X509Certificate issuer, PrivateKey issuerKey) {
    var name = new X500Name(content.subject());
    try {
      var builder =
          new JcaX509v3CertificateBuilder(
              issuer == null ? name : new X500Name(issuer.getSubjectX500Principal().getName()),
              new BigInteger(120, new SecureRandom()),
              Date.from(content.notBefore()),
              Date.from(content.notAfter()),
              name,
              key);
      builder.addExtension(
          Extension.basicConstraints, true, new BasicConstraints(content.authority()));
      if (!content.hosts().isEmpty()) {
        builder.addExtension(
            Extension.subjectAlternativeName,
            false,
            new GeneralNames(
                content.hosts().stream()
                    .map(Certificates::generalName)
                    .toArray(GeneralName[]::new)));
      }
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(new JcaContentSignerBuilder("SHA256withRSA").build(issuerKey)));
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new IllegalStateException("the JDK can't make a certificate", e);
    }
  }

  private static GeneralName generalName(String host) {
    return new GeneralName(
        ADDRESS.matcher(host).matches() ? GeneralName.iPAddress : GeneralName.dNSName, host);
  }

  /** In PEM. */
  public static String pem(X509Certificate certificate) {
    return write(certificate);
  }

  /** In PEM, PKCS #8. */
  public static String pem(PrivateKey key) {
    try {
      return write(new JcaPKCS8Generator(key, null));
    } catch (IOException e) {
      throw new IllegalStateException("a key that can't be written", e);
    }
  }

  /**
   * The certificates in a PEM text.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static List<X509Certificate> certificates(String pem) {
    var found = new ArrayList<X509Certificate>();
    try (var parser = new PEMParser(new StringReader(pem))) {
      for (Object next = parser.readObject(); next != null; next = parser.readObject()) {
        if (next instanceof X509CertificateHolder holder) {
          found.add(new JcaX509CertificateConverter().getCertificate(holder));
        }
      }
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalArgumentException("there is no certificate in PEM", e);
    }
    if (found.isEmpty()) {
      throw new IllegalArgumentException("there is no certificate in PEM");
    }
    return List.copyOf(found);
  }

  /**
   * The private key in a PEM text.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static PrivateKey key(String pem) {
    try (var parser = new PEMParser(new StringReader(pem))) {
      var converter = new JcaPEMKeyConverter();
      return switch (parser.readObject()) {
        case PEMKeyPair pair -> converter.getKeyPair(pair).getPrivate();
        case PrivateKeyInfo info -> converter.getPrivateKey(info);
        case null, default -> throw new IllegalArgumentException("there is no private key in PEM");
      };
    } catch (IOException e) {
      throw new IllegalArgumentException("there is no private key in PEM", e);
    }
  }

  private static String write(Object what) {
    var text = new StringWriter();
    try (var writer = new JcaPEMWriter(text)) {
      writer.writeObject(what);
    } catch (IOException e) {
      throw new IllegalStateException("PEM that can't be written", e);
    }
    return text.toString();
  }
}
