package dev.concordat.token.keys;

import dev.concordat.contracts.metadata.MalformedCertificate;
import dev.concordat.contracts.metadata.SigningCertificate;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.jspecify.annotations.Nullable;

/** Reads a key ring from a mounted folder and checks every part of it. */
final class KeyFolder {

  /** Partners take no shorter RSA key. */
  static final int SHORTEST_KEY_BITS = 2048;

  private static final String END_OF_CERTIFICATE = "-----END CERTIFICATE-----";
  private static final int LARGEST_FILE = 64 * 1024;

  private final Path folder;
  private final Rs256 rs256;

  KeyFolder(Path folder, Rs256 rs256) {
    this.folder = folder;
    this.rs256 = rs256;
  }

  /**
   * The ring as the files are now.
   *
   * @throws UnusableKey naming the first file that is missing or can't be used, and why
   */
  KeyRing read(Instant now) throws UnusableKey {
    if (!Files.isDirectory(folder)) {
      throw new UnusableKey(folder, "there is no such folder");
    }
    String current = present("current") || !present("tls") ? "current" : "tls";
    SigningKey currentKey = pair(current, now, true);
    SigningKey nextKey = present("next") ? pair("next", now, false) : null;
    SigningCertificate previous = present("previous") ? certificate("previous") : null;
    return new KeyRing(currentKey, nextKey, previous);
  }

  private boolean present(String name) {
    return Files.exists(folder.resolve(name + ".crt"));
  }

  private SigningKey pair(String name, Instant now, boolean signsNow) throws UnusableKey {
    Path certificateFile = folder.resolve(name + ".crt");
    SigningCertificate certificate = certificate(name);
    if (now.isAfter(certificate.notAfter())) {
      throw new UnusableKey(certificateFile, "the certificate ended at " + certificate.notAfter());
    }
    if (signsNow && now.isBefore(certificate.notBefore())) {
      throw new UnusableKey(
          certificateFile, "the certificate is not valid before " + certificate.notBefore());
    }
    Path keyFile = folder.resolve(name + ".key");
    PrivateKey privateKey = privateKey(keyFile);
    if (!(privateKey instanceof RSAPrivateKey rsa)) {
      throw new UnusableKey(
          keyFile, "it holds a key of the algorithm " + privateKey.getAlgorithm() + ", not RSA");
    }
    if (!(certificate.publicKey() instanceof RSAPublicKey theirs)
        || !theirs.getModulus().equals(rsa.getModulus())) {
      throw new UnusableKey(
          keyFile, "it is not the key of the certificate in " + certificateFile.getFileName());
    }
    try {
      return new SigningKey(certificate, privateKey, rs256);
    } catch (InvalidKeyException e) {
      throw new UnusableKey(keyFile, "the signer does not take the key");
    }
  }

  private SigningCertificate certificate(String name) throws UnusableKey {
    Path file = folder.resolve(name + ".crt");
    SigningCertificate certificate = parsed(file);
    if (!certificate.rsa()) {
      throw new UnusableKey(
          file,
          "its key is of the algorithm %s; partners take RSA only"
              .formatted(certificate.publicKey().getAlgorithm()));
    }
    if (certificate.keyBits() < SHORTEST_KEY_BITS) {
      throw new UnusableKey(
          file,
          "its key has %d bits, at least %d are needed"
              .formatted(certificate.keyBits(), SHORTEST_KEY_BITS));
    }
    return certificate;
  }

  /** The first certificate of the file: a chain may follow it, as in TLS secrets. */
  private static SigningCertificate parsed(Path file) throws UnusableKey {
    String text = text(file);
    int end = text.indexOf(END_OF_CERTIFICATE);
    try {
      return SigningCertificate.parse(
          end < 0 ? text : text.substring(0, end + END_OF_CERTIFICATE.length()));
    } catch (MalformedCertificate e) {
      throw new UnusableKey(file, e.getMessage());
    }
  }

  private static PrivateKey privateKey(Path file) throws UnusableKey {
    try (var pem = new PEMParser(new StringReader(text(file)))) {
      for (Object found = pem.readObject(); found != null; found = pem.readObject()) {
        PrivateKeyInfo key = keyIn(found, file);
        if (key != null) {
          return new JcaPEMKeyConverter().getPrivateKey(key);
        }
      }
    } catch (IOException | RuntimeException e) {
      throw new UnusableKey(file, "it holds no readable private key");
    }
    throw new UnusableKey(
        file,
        "it holds no private key (expected PEM with BEGIN PRIVATE KEY or BEGIN RSA PRIVATE KEY)");
  }

  private static @Nullable PrivateKeyInfo keyIn(Object found, Path file) throws UnusableKey {
    return switch (found) {
      case PrivateKeyInfo pkcs8 -> pkcs8;
      case PEMKeyPair pkcs1 -> pkcs1.getPrivateKeyInfo();
      case PKCS8EncryptedPrivateKeyInfo encrypted -> throw encrypted(file);
      case PEMEncryptedKeyPair encrypted -> throw encrypted(file);
      default -> null;
    };
  }

  private static UnusableKey encrypted(Path file) {
    return new UnusableKey(
        file, "the key is encrypted with a pass phrase; give it unencrypted, guarded by the mount");
  }

  private static String text(Path file) throws UnusableKey {
    try {
      if (Files.size(file) > LARGEST_FILE) {
        throw new UnusableKey(file, "it has more than %d bytes".formatted(LARGEST_FILE));
      }
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException e) {
      throw new UnusableKey(file, "there is no such file");
    } catch (IOException e) {
      throw new UnusableKey(file, "it can't be read (" + e.getClass().getSimpleName() + ")");
    }
  }
}
