package dev.concordat.outbound;

import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A server's certificate, signed by itself, and its key. */
record Pem(String certificate, String key) {

  /** One that is valid now. */
  static Pem of(GeneralName... names) throws Exception {
    return of(Duration.ofHours(-1), Duration.ofDays(1), names);
  }

  static GeneralName host(String name) {
    return new GeneralName(GeneralName.dNSName, name);
  }

  static GeneralName address(String literal) {
    return new GeneralName(GeneralName.iPAddress, literal);
  }

  static Pem of(Duration from, Duration to, GeneralName... names) throws Exception {
    var generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    KeyPair keys = generator.generateKeyPair();
    var name = new X500Name("CN=litwareinc");
    var builder =
        new JcaX509v3CertificateBuilder(
            name,
            BigInteger.valueOf(System.nanoTime()),
            Date.from(Instant.now().plus(from)),
            Date.from(Instant.now().plus(to)),
            name,
            keys.getPublic());
    builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
    var certificate =
        builder.build(new JcaContentSignerBuilder("SHA256withRSA").build(keys.getPrivate()));
    return new Pem(write(certificate), write(new JcaPKCS8Generator(keys.getPrivate(), null)));
  }

  /** The certificate as a bundle of authorities. */
  Path file() throws Exception {
    Path file = Files.createTempFile("ca", ".pem");
    file.toFile().deleteOnExit();
    return Files.writeString(file, certificate);
  }

  private static String write(Object what) throws Exception {
    var text = new StringWriter();
    try (var writer = new JcaPEMWriter(text)) {
      writer.writeObject(what);
    }
    return text.toString();
  }
}
