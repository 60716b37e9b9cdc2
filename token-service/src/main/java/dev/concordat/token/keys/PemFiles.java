package dev.concordat.token.keys;

import dev.concordat.contracts.metadata.MalformedCertificate;
import dev.concordat.contracts.metadata.SigningCertificate;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** PEM files with a certificate or a private key; what can't be read is never quoted. */
final class PemFiles {

  /** The largest file that is read, in bytes. */
  static final int LARGEST = 64 * 1024;

  private static final String END_OF_CERTIFICATE = "-----END CERTIFICATE-----";

  /** What kind of private key it is, and its base64. */
  private static final Pattern PRIVATE_KEY =
      Pattern.compile(
          "-----BEGIN ([A-Z]+ )?PRIVATE KEY-----(.*?)(?:-----END |\\z)", Pattern.DOTALL);

  /** Version 0 and rsaEncryption, as a PKCS#8 key begins (RFC 5208, RFC 8017). */
  private static final byte[] RSA_ENCRYPTION =
      HexFormat.of().parseHex("020100300d06092a864886f70d0101010500");

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

  /** The first private key of the file: RSA, not encrypted, as PKCS#8 or PKCS#1. */
  static PrivateKey privateKey(Path file) throws UnusableKey {
    MatchResult key =
        PRIVATE_KEY
            .matcher(text(file))
            .results()
            .findFirst()
            .orElseThrow(
                () ->
                    new UnusableKey(
                        file,
                        "it holds no private key (expected PEM with BEGIN PRIVATE KEY or BEGIN RSA"
                            + " PRIVATE KEY)"));
    String kind = key.group(1) == null ? "" : key.group(1).strip();
    String content = key.group(2);
    if (kind.equals("ENCRYPTED") || content.contains("ENCRYPTED")) {
      throw encrypted(file);
    }
    try {
      byte[] der = Base64.getMimeDecoder().decode(content);
      return KeyFactory.getInstance("RSA")
          .generatePrivate(new PKCS8EncodedKeySpec(kind.equals("RSA") ? pkcs8(der) : der));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new UnusableKey(
          file, "it holds no readable private key (expected RSA, as PKCS#8 or PKCS#1)");
    }
  }

  /** A PKCS#1 key around which is said what it is; so short that no RSA key is, it is no DER. */
  private static byte[] pkcs8(byte[] pkcs1) {
    return ByteBuffer.allocate(8 + RSA_ENCRYPTION.length + pkcs1.length)
        .putShort((short) 0x3082)
        .putShort((short) (RSA_ENCRYPTION.length + 4 + pkcs1.length))
        .put(RSA_ENCRYPTION)
        .putShort((short) 0x0482)
        .putShort((short) pkcs1.length)
        .put(pkcs1)
        .array();
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
