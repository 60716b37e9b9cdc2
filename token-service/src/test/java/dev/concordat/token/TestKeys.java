package dev.concordat.token;

import dev.concordat.contracts.metadata.SigningCertificate;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Throw-away keys with self-signed certificates. */
public final class TestKeys {

  private TestKeys() {}

  /** A private key with its certificate. */
  public record Pair(PrivateKey privateKey, SigningCertificate certificate) {

    /** Writes both as PEM under this name. */
    public void writeTo(Path folder, String name) {
      write(folder.resolve(name + ".crt"), certificate.pem());
      write(folder.resolve(name + ".key"), pkcs8(privateKey));
    }
  }

  public static Pair rsa() {
    return rsa(
        2048, Instant.now().minus(Duration.ofDays(1)), Instant.now().plus(Duration.ofDays(365)));
  }

  public static Pair lasting(Duration fromNow) {
    return rsa(2048, Instant.now().minus(Duration.ofDays(1)), Instant.now().plus(fromNow));
  }

  public static Pair rsa(int bits, Instant notBefore, Instant notAfter) {
    return pair("RSA", bits, "SHA256withRSA", notBefore, notAfter);
  }

  public static Pair ec() {
    return ec(Instant.now().minus(Duration.ofDays(1)), Instant.now().plus(Duration.ofDays(365)));
  }

  public static Pair ec(Instant notBefore, Instant notAfter) {
    return pair("EC", 256, "SHA256withECDSA", notBefore, notAfter);
  }

  public static KeyPair keyPair(String algorithm, int bits) {
    try {
      var generator = KeyPairGenerator.getInstance(algorithm);
      generator.initialize(bits);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** PEM with BEGIN PRIVATE KEY. */
  public static String pkcs8(PrivateKey key) {
    return pem(() -> new JcaPKCS8Generator(key, null).generate());
  }

  /** PEM with BEGIN RSA PRIVATE KEY or BEGIN EC PRIVATE KEY. */
  public static String traditional(PrivateKey key) {
    return pem(() -> key);
  }

  public static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** A PKCS#12 file as openssl and cert-manager write it. */
  public static void writePkcs12(Path file, Pair pair, String passPhrase) throws Exception {
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry(
        "certificate",
        pair.privateKey(),
        passPhrase.toCharArray(),
        new Certificate[] {pair.certificate().x509()});
    try (var out = Files.newOutputStream(file)) {
      store.store(out, passPhrase.toCharArray());
    }
  }

  private interface PemObject {
    Object make() throws IOException;
  }

  private static String pem(PemObject object) {
    var text = new StringWriter();
    try (var writer = new JcaPEMWriter(text)) {
      writer.writeObject(object.make());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return text.toString();
  }

  private static Pair pair(
      String algorithm, int bits, String signature, Instant notBefore, Instant notAfter) {
    KeyPair keys = keyPair(algorithm, bits);
    var name = new X500Name("CN=throw-away");
    try {
      var certificate =
          new JcaX509v3CertificateBuilder(
                  name,
                  BigInteger.valueOf(System.nanoTime()),
                  Date.from(notBefore),
                  Date.from(notAfter),
                  name,
                  keys.getPublic())
              .build(new JcaContentSignerBuilder(signature).build(keys.getPrivate()));
      return new Pair(keys.getPrivate(), SigningCertificate.ofDer(certificate.getEncoded()));
    } catch (IOException | OperatorCreationException e) {
      throw new AssertionError(e);
    }
  }
}
