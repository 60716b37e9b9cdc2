package dev.concordat.token.keys;

import dev.concordat.contracts.metadata.MalformedCertificate;
import dev.concordat.contracts.metadata.SigningCertificate;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.PrivateKey;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.jspecify.annotations.Nullable;

/** PEM files with a certificate or a private key; what can't be read is never quoted. */
final class PemFiles {

  /** The largest file that is read, in bytes. */
  static final int LARGEST = 64 * 1024;

  private static final String END_OF_CERTIFICATE = "-----END CERTIFICATE-----";

  private PemFiles() {}

  /** The first certificate of the file: a chain may follow it, as in TLS secrets. */
  static SigningCertificate certificate(Path file) throws UnusableKey {
    String text = text(file);
    int end = text.indexOf(END_OF_CERTIFICATE);
    try {
      return SigningCertificate.parse(
          end < 0 ? text : text.substring(0, end + END_OF_CERTIFICATE.length()));
    } catch (MalformedCertificate e) {
      throw new UnusableKey(file, e.getMessage());
    }
  }

  /** The first private key of the file, which must not be encrypted. */
  static PrivateKey privateKey(Path file) throws UnusableKey {
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

  /** The file's text. */
  static String text(Path file) throws UnusableKey {
    return new String(bytes(file), StandardCharsets.ISO_8859_1);
  }

  /** The file's content. */
  static byte[] bytes(Path file) throws UnusableKey {
    try {
      if (Files.size(file) > LARGEST) {
        throw new UnusableKey(file, "it has more than %d bytes".formatted(LARGEST));
      }
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new UnusableKey(file, "there is no such file");
    } catch (IOException e) {
      throw new UnusableKey(file, "it can't be read (" + e.getClass().getSimpleName() + ")");
    }
  }
}
