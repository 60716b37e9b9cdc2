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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/** Throw-away keys with self-signed certificates. */
public final class TestKeys {

  private static final int POOL = 6;
  private static final AtomicInteger NEXT = new AtomicInteger();
  private static final AtomicReferenceArray<@Nullable KeyPair> RSA =
      new AtomicReferenceArray<>(POOL);

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

  /** A key that no other test has, and that has signed nothing; another one signs for it. */
  public static Pair nobodyElses() {
    return certified(
        made(),
        keyPair("RSA", 2048).getPrivate(),
        "throw-away",
        "SHA256withRSA",
        Instant.now().minus(Duration.ofDays(1)),
        Instant.now().plus(Duration.ofDays(1)));
  }

  /** The key of a server on this machine. */
  public static Pair server() {
    return certified(
        keyPair("RSA", 2048),
        "localhost",
        "SHA256withRSA",
        Instant.now().minus(Duration.ofDays(1)),
        Instant.now().plus(Duration.ofDays(1)));
  }

  /**
   * A key pair. To make one with RSA takes long, so the usual ones come round again: the same after
   * {@value #POOL} others, under a certificate of its own each time.
   */
  public static KeyPair keyPair(String algorithm, int bits) {
    return algorithm.equals("RSA") && bits == 2048
        ? RSA.updateAndGet(NEXT.getAndIncrement() % POOL, had -> had == null ? made() : had)
        : made(algorithm, bits);
  }

  private static KeyPair made() {
    return made("RSA", 2048);
  }

  private static KeyPair made(String algorithm, int bits) {
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
    return certified(keyPair(algorithm, bits), "throw-away", signature, notBefore, notAfter);
  }

  private static Pair certified(
      KeyPair keys, String commonName, String signature, Instant notBefore, Instant notAfter) {
    return certified(keys, keys.getPrivate(), commonName, signature, notBefore, notAfter);
  }

  private static Pair certified(
      KeyPair keys,
      PrivateKey signer,
      String commonName,
      String signature,
      Instant notBefore,
      Instant notAfter) {
    var name = new X500Name("CN=" + commonName);
    try {
      var certificate =
          new JcaX509v3CertificateBuilder(
                  name,
                  BigInteger.valueOf(System.nanoTime()),
                  Date.from(notBefore),
                  Date.from(notAfter),
                  name,
                  keys.getPublic())
              .addExtension(
                  Extension.subjectAlternativeName,
                  false,
                  new GeneralNames(
                      new GeneralName[] {
                        new GeneralName(GeneralName.dNSName, commonName),
                        new GeneralName(GeneralName.iPAddress, "127.0.0.1")
                      }))
              .build(new JcaContentSignerBuilder(signature).build(signer));
      return new Pair(keys.getPrivate(), SigningCertificate.ofDer(certificate.getEncoded()));
    } catch (IOException | OperatorCreationException e) {
      throw new AssertionError(e);
    }
  }
}
